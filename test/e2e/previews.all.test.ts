import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { countBy, isLost, type Load } from '../../harness/load.ts';
import { liveThrough, type PreviewWorld } from './previews.ts';
import { untilAllKnow, visitorsOf } from './visitors.ts';
import { ask, CONFIG, clusterOf, type Form, makeWorld } from './world.ts';

/**
 * Promises 1 and 4: whole lives under load, with previews by host and by header. Visitors send no header and ask for the
 * live host: none of them gets the candidate before it is live.
 */

const HOST = { by: 'host', host: 'green-{host}' } as const;
const HEADER = { by: 'header', name: 'X-Preview', value: 'green' } as const;
const NGINX = CONFIG.replace(/^proof:.*\n/m, 'router: nginx\n');

interface Case {
  readonly name: string;
  readonly form: Form;
  readonly kind: PreviewWorld['kind'];
  /** Through the real ingress-nginx, and not through Traefik. */
  readonly isNginx?: true;
}

describe.each<Case>([
  { name: 'split-host', form: 'split', kind: HOST },
  { name: 'split-header', form: 'split', kind: HEADER },
  { name: 'classic-host', form: 'classic', kind: HOST },
  { name: 'classic-header', form: 'classic', kind: HEADER },
  { name: 'route-host', form: 'httproute', kind: HOST },
  { name: 'route-header', form: 'httproute', kind: HEADER },
  { name: 'nginx-host', form: 'split', kind: HOST, isNginx: true },
  { name: 'nginx-header', form: 'split', kind: HEADER, isNginx: true },
  { name: 'nginx-classic-header', form: 'classic', kind: HEADER, isNginx: true },
])('$name', ({ name, form, kind, isNginx }) => {
  let place: PreviewWorld;
  let load: Load;

  beforeAll(async () => {
    const given = inject('cluster');
    const cluster: Cluster = isNginx ? await openRouter(given, 'ingress-nginx') : await clusterOf(given, form);
    const world = await makeWorld(cluster, `preview-${name}`, form, 1);
    await untilAllKnow(cluster, world.host);
    const setting = kind.by === 'host' ? `{host: "${kind.host}"}` : '{header: {}}';
    place = { cluster, world, kind, config: `${isNginx ? NGINX : CONFIG}preview: ${setting}\n` };
    load = visitorsOf(cluster, world.host, 300, isNginx ? 're-sending' : 'kept-alive');
    load.add({ client: 'slow-sending', path: '/visit', rate: 3 });
  });
  afterAll(async () => {
    await load?.stop();
    await place?.world.end();
  });

  test('a whole life, and nothing is lost', async () => {
    await liveThrough(place, load);
    const answers = await load.stop();
    expect(answers.filter(isLost)).toEqual([]);
    console.log(`${name}: ${JSON.stringify(countBy(answers, ({ who }) => who))} answers, 0 lost`);
  });
});

test('by a header, of an application whose answers name no version: its answers are compared with those before', async () => {
  const given = inject('cluster');
  const world = await makeWorld(given, 'preview-unnamed', 'split', 1);
  try {
    const config = `${CONFIG.replace(/^identity:.*\n/m, '').replace('/healthz', '/')}preview: {header: {}}\n`;
    const { exitCode, stdout } = await world.run('deploy-green', 'v2', { config });
    expect(exitCode, stdout).toBe(0);
    expect(stdout).not.toContain('It was not seen whether visitors still get the live version only');
    expect((await ask(given, world.host, '/')).headers['x-revision']).toBe('v1');
  } finally {
    await world.end();
  }
});
