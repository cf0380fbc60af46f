import { describe, expect, inject, test } from 'vitest';
import { Load } from '../../harness/load.ts';
import { firstRelease, passes } from './ingress-life.ts';
import { ingress } from './parts.ts';
import { ask, CONFIG } from './world.ts';

/** Live Ingresses that rewrite paths: whole lives from the first release on. */

const cluster = inject('cluster');
const KEY = 'nginx.ingress.kubernetes.io';

/** Which part and revision answer, and what path the application got. */
async function at(host: string, path: string): Promise<string> {
  const { headers } = await ask(cluster, host, path);
  return [headers['x-part'], headers['x-revision'], headers['x-path']].filter((one) => one !== undefined).join(' ');
}

describe('the live Ingress rewrites paths, and the preview does as it does', () => {
  type Given = readonly [path: string, service: string];
  test.each<[string, string, string, readonly Given[], readonly string[]]>([
    [
      'every path to /',
      'constant',
      '/',
      [
        ['/app', 'web'],
        ['/other', 'api'],
      ],
      ['/app', '/other'],
    ],
    [
      'the same beside /',
      'constant-root',
      '/',
      [
        ['/', 'web'],
        ['/api', 'api'],
      ],
      ['/', '/x/y', '/api'],
    ],
    [
      'what is captured first',
      'group',
      '/$1',
      [
        ['/?(.*)', 'web'],
        ['/api/?(.*)', 'api'],
      ],
      ['/x', '/api/x', '/api/'],
    ],
    [
      'to another prefix',
      'own',
      '/v1/$1',
      [
        ['/app/(.*)', 'web'],
        ['/api/(.*)', 'api'],
      ],
      ['/app/x', '/api/y/z'],
    ],
    [
      'a prefix away',
      'strip',
      '/$2',
      [
        ['/()(.*)', 'web'],
        ['/api(/|$)(.*)', 'api'],
      ],
      ['/x', '/api', '/api/x'],
    ],
  ])('%s', async (_, name, target, paths, asked) => {
    const world = await firstRelease(cluster, `rewrite-${name}`, (host) =>
      ingress(
        'web',
        paths.map(([path, part]) => ({ host, path, service: part, pathType: 'ImplementationSpecific' })),
        { [`${KEY}/rewrite-target`]: target },
      ),
    );
    const config = CONFIG.replace('GET /healthz', `GET ${asked[0]}`);
    const identify = (headers: Record<string, unknown>) => String(headers['x-revision']);
    const load = new Load({ proxy: cluster.proxy, host: world.host, identify }, 300);
    const live = (revision: string) =>
      Promise.all(asked.map(async (path) => (await at(world.host, path)).replace(revision, 'R')));
    try {
      await passes(world, 'deploy-green', 'v1', { config });
      const green = await Promise.all(asked.map(async (path) => at(world.host, `/green${path}`)));
      for (const mode of ['verify', 'promote']) await passes(world, mode, 'v1');
      const before = await live('v1');
      expect(green.map((answer) => answer.replace('v1', 'R'))).toEqual(before);
      for (const path of asked) load.add({ client: 'fresh', path, rate: 10 });
      await passes(world, 'deploy-green', 'v2', { config });
      const next = await Promise.all(asked.map(async (path) => at(world.host, `/green${path}`)));
      expect(next.map((answer) => answer.replace('v2', 'R'))).toEqual(before);
      expect(await live('v1')).toEqual(before);
      for (const mode of ['verify', 'promote']) await passes(world, mode, 'v2');
      expect(await live('v2')).toEqual(before);
      await passes(world, 'rollback');
      expect(await live('v1')).toEqual(before);
      const { stdout } = await passes(world, 'retire', '', { config: `${config}keep: 0\ndrain: 1s\n` });
      expect(stdout).toContain('deleted Deployment web-v2');
      const answers = await load.stop();
      expect(answers.length).toBeGreaterThan(100);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    } finally {
      await load.stop();
      await world.end();
    }
  });
});
