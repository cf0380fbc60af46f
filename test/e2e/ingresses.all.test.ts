import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { endNeighbours, loadOn } from './neighbour.ts';
import { deployment, ingress, type Path, service } from './parts.ts';
import { apply, ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** Live Ingresses as people write them, and what others put beside them: each goes through release after release. */

const cluster = inject('cluster');
const KEY = 'nginx.ingress.kubernetes.io';
const BY_PATH = { config: `${CONFIG}preview: {path: /green}\n` };
const CANARY = { [`${KEY}/canary`]: 'true', [`${KEY}/canary-weight`]: '50' };

async function passes(world: World, mode: string, revision = '', more: Record<string, string> = {}) {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, `${mode} ${revision}\n${outcome.stdout}`).toBe(0);
  return outcome;
}
async function refused(world: World, mode: string, revision: string, code: string, more: Record<string, string> = {}) {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(1);
  expect(outcome.stdout).toContain(`[${code}]`);
  return outcome;
}
async function release(world: World, revision: string): Promise<void> {
  for (const mode of ['deploy-green', 'verify', 'promote']) await passes(world, mode, revision);
}
/** Which part and revision answer, and for which path. */
async function at(host: string, path: string): Promise<string> {
  const { headers } = await ask(cluster, host, path);
  return [headers['x-part'], headers['x-revision'], headers['x-path']].filter((one) => one !== undefined).join(' ');
}

test('without a host: two whole releases, a rollback and retire, beside an application with a host', async () => {
  const world = await makeWorld(cluster, 'hostless', 'split', 1);
  const theirs = 'theirs.hostless.test';
  const [mine] = JSON.parse(await world.kubectl('get', 'ingress', '-o', 'json')).items;
  const { http } = mine.spec.rules[0];
  await world.kubectl('delete', 'ingress', 'web');
  await apply(cluster, world.namespace, [
    deployment(cluster, { name: 'theirs', revision: 'theirs' }),
    service('theirs'),
    ingress(
      'theirs',
      ['/', '/shop', '/green'].map((path) => ({ host: theirs, path, service: 'theirs' })),
    ),
    { ...ingress('web', []), spec: { ingressClassName: 'nginx', rules: [{ http }] } },
  ]);
  await untilAnswers(cluster, 'any.hostless.test', 'v1');
  await untilAnswers(cluster, theirs, 'theirs');
  const load = loadOn(cluster, theirs);
  try {
    for (const revision of ['v2', 'v3']) {
      await release(world, revision);
      await untilAnswers(cluster, 'any.hostless.test', revision);
    }
    await passes(world, 'rollback');
    await untilAnswers(cluster, 'any.hostless.test', 'v2');
    const { stdout } = await passes(world, 'retire', '', { config: `${CONFIG}keep: 0\ndrain: 1s\n` });
    expect(stdout).toContain('deleted Deployment web-v3');
    const answers = await load.stop();
    expect(answers.length).toBeGreaterThan(100);
    expect(answers.filter(({ who }) => who !== 'theirs')).toEqual([]);
  } finally {
    await load.stop();
    await endNeighbours(world);
  }
});

test("cert-manager's solver comes and goes, beside the live Ingress and in it, and its challenges are answered", async () => {
  const world = await makeWorld(cluster, 'solver', 'split', 1);
  const path = '/.well-known/acme-challenge/yQv1bX3l2m0Rk9wZ_7tUe-hJ4gFdSaPcNoLiKjMxWz8';
  const place = { host: world.host, path, service: 'solver' };
  const solver = (pathType: string) =>
    apply(cluster, world.namespace, [ingress('cm-acme-http-solver-x7k2p', [{ ...place, pathType }])]);
  const editInPlace = (operation: object) =>
    world.kubectl('patch', 'ingress', 'web', '--type=json', '-p', JSON.stringify([operation]));
  const inPlace = '/spec/rules/0/http/paths/1';
  const backend = { service: { name: 'solver', port: { number: 80 } } };
  const answered = () => expect.poll(() => at(world.host, path), { timeout: 20_000 }).toContain('solver');
  try {
    await apply(cluster, world.namespace, [deployment(cluster, { name: 'solver', revision: '-' }), service('solver')]);
    await solver('ImplementationSpecific');
    await passes(world, 'deploy-green', 'v2');
    await answered();
    await world.kubectl('delete', 'ingress', 'cm-acme-http-solver-x7k2p');
    await editInPlace({ op: 'add', path: inPlace, value: { path, pathType: 'Exact', backend } });
    await passes(world, 'verify', 'v2');
    await answered();
    await passes(world, 'promote', 'v2');
    await answered();
    await editInPlace({ op: 'remove', path: inPlace });
    await solver('Exact');
    await passes(world, 'deploy-green', 'v3');
    await answered();
    const when = { text: 'Strength', act: () => solver('Prefix') };
    await passes(world, 'verify', 'v3');
    const promoted = await world.run('promote', 'v3', {}, { when });
    expect(promoted.exitCode, promoted.stdout).toBe(0);
    await answered();
    expect(await at(world.host, '/')).toBe('v3 /');
  } finally {
    await world.end();
  }
});

test('rewrite-target: / over / changes nothing, live or below the preview', async () => {
  const world = await makeWorld(cluster, 'rewritten', 'split', 1);
  try {
    await world.kubectl('annotate', 'ingress', 'web', `${KEY}/rewrite-target=/`);
    for (const revision of ['v2', 'v3']) {
      await passes(world, 'deploy-green', revision);
      expect(await at(world.host, '/green/a/b')).toBe(`${revision} /a/b`);
      for (const mode of ['verify', 'promote']) await passes(world, mode, revision);
      expect(await at(world.host, '/a/b')).toBe(`${revision} /a/b`);
    }
  } finally {
    await world.end();
  }
});

describe('/ and /api on one host', () => {
  type Given = readonly [path: string, service: string, pathType?: string];
  const pathsAt = (host: string, paths: readonly Given[]): Path[] =>
    paths.map(([path, name, pathType = 'Prefix']) => ({ host, path, service: name, pathType }));
  /** An empty namespace, and manifests of `web` and `api` with a live Ingress of these paths. */
  async function firstRelease(name: string, paths: readonly Given[], annotations = {}): Promise<World> {
    const world = await makeWorld(cluster, name, 'split', 1);
    await world.kubectl('delete', 'ingress,service,deployment', '--all');
    const parts = ['web', 'api'].flatMap((part) => [
      deployment(cluster, { name: part, revision: '$(REVISION)' }),
      service(part),
    ]);
    const items = [...parts, ingress('web', pathsAt(world.host, paths), annotations)];
    writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return world;
  }

  test('to one Service: accepted, each time', async () => {
    const world = await firstRelease('paths-one', [
      ['/', 'web'],
      ['/api', 'web'],
    ]);
    try {
      for (const revision of ['v1', 'v2']) await release(world, revision);
      expect(await at(world.host, '/api/x')).toBe('web v2 /api/x');
    } finally {
      await world.end();
    }
  });

  test('to two, with a preview below a path: refused at the first release, and so it is at the second', async () => {
    const paths = [
      ['/', 'web'],
      ['/api', 'api'],
    ] as const;
    const world = await firstRelease('paths-two', paths);
    try {
      const { stdout, outputs } = await refused(world, 'deploy-green', 'v1', 'preview-side-effect', BY_PATH);
      expect(stdout).toContain('would get requests such as /apix too');
      expect(outputs.changed).toBe('false');
      await apply(cluster, world.namespace, [
        ...['web', 'api'].flatMap((part) => [deployment(cluster, { name: part, revision: 'v0' }), service(part)]),
        ingress('web', pathsAt(world.host, paths)),
      ]);
      await untilAnswers(cluster, world.host, 'v0');
      await refused(world, 'deploy-green', 'v1', 'preview-side-effect', BY_PATH);
    } finally {
      await world.end();
    }
  });

  test('to two: accepted at the first release, and then by a header, without a path that matches otherwise', async () => {
    const paths = [
      ['/', 'web'],
      ['/api', 'api'],
    ] as const;
    const world = await firstRelease('paths-header', paths);
    try {
      await release(world, 'v1');
      const { stdout, outputs } = await passes(world, 'deploy-green', 'v2');
      expect(stdout).toContain('The preview is by the header X-Preview: green, since none below /green is possible');
      expect(outputs).toMatchObject({ 'preview-url': '', 'preview-header': 'X-Preview: green' });
      const green = async (path: string) => (await ask(cluster, world.host, path, { 'X-Preview': 'green' })).body;
      for (const path of ['/api/x', '/apix', '/API']) {
        const part = path === '/api/x' ? 'api' : 'web';
        expect(await at(world.host, path)).toBe(`${part} v1 ${path}`);
        expect(await green(path)).toContain('v2');
      }
      for (const mode of ['verify', 'promote']) await passes(world, mode, 'v2');
      expect(await at(world.host, '/api/x')).toBe('api v2 /api/x');
      expect(await at(world.host, '/apix')).toBe('web v2 /apix');
    } finally {
      await world.end();
    }
  });

  test('to two, written as the refusal says: accepted, each time, with the boundary of a segment', async () => {
    const paths = [
      ['/', 'web'],
      ['/api(/|$)', 'api', 'ImplementationSpecific'],
    ] as const;
    const world = await firstRelease('paths-regex', paths, { [`${KEY}/use-regex`]: 'true' });
    try {
      for (const revision of ['v1', 'v2']) {
        await passes(world, 'deploy-green', revision);
        for (const [path, part] of [
          ['/api/x', 'api'],
          ['/api', 'api'],
          ['/apix', 'web'],
        ] as const)
          expect(await at(world.host, `/green${path}`)).toBe(`${part} ${revision} ${path}`);
        for (const mode of ['verify', 'promote']) await passes(world, mode, revision);
        for (const [path, part] of [
          ['/api/x', 'api'],
          ['/apix', 'web'],
        ] as const)
          expect(await at(world.host, path)).toBe(`${part} ${revision} ${path}`);
      }
    } finally {
      await world.end();
    }
  });
});

test('a canary of the team: named by deploy-green, refused before a switch, and named where it came after it', async () => {
  const world = await makeWorld(cluster, 'canary', 'split', 1);
  const quick = { config: CONFIG.replace('settle: 2500ms', 'settle: 2500ms, within: 6s') };
  const canary = (annotations: Record<string, string>) =>
    apply(cluster, world.namespace, [ingress('beta', [{ host: world.host, path: '/', service: 'beta' }], annotations)]);
  // A workflow command escapes the percent sign.
  const named = /Ingress beta is a canary of canary\.test\/ and takes 50 %(25)? of its visitors to Service beta/;
  try {
    await apply(cluster, world.namespace, [deployment(cluster, { name: 'beta', revision: 'beta' }), service('beta')]);
    await world.kubectl('rollout', 'status', 'deployment/beta', '--timeout=60s');
    await canary(CANARY);
    const unproven = { config: 'proof: off\nrouter: nginx\n', 'dry-run': 'true' };
    const { stdout: off } = await passes(world, 'deploy-green', 'v2', unproven);
    expect(off).toMatch(named);
    expect(off).toContain('and nothing will check (proof: off)');
    const { stdout: told } = await passes(world, 'deploy-green', 'v2', quick);
    expect(told).toMatch(named);
    expect(told).toContain('promote will refuse while it does');
    await passes(world, 'verify', 'v2');
    const { stdout, outputs } = await refused(world, 'promote', 'v2', 'proof-impossible');
    expect(stdout).toMatch(named);
    expect(stdout).toContain('Set canary-weight of Ingress beta to "0", or delete it');
    expect(outputs).toMatchObject({ state: 'unchanged', changed: 'false' });

    await world.kubectl('delete', 'ingress', 'beta');
    const when = { text: 'Switched', act: () => canary(CANARY) };
    const late = await world.run('promote', 'v2', {}, { when });
    expect(late.stdout).toContain('[proxy-lags]');
    expect(late.stdout).toMatch(named);
    expect(late.outputs).toMatchObject({ state: 'restored' });
    const back = await refused(world, 'rollback', '', 'proof-failed');
    expect(back.stdout).toMatch(named);

    await canary({ ...CANARY, [`${KEY}/canary-weight`]: '0', [`${KEY}/canary-by-header`]: 'X-Beta' });
    await passes(world, 'rollback');
    for (const mode of ['verify', 'promote']) await passes(world, mode, 'v2');
    await canary(CANARY);
    const warned = await refused(world, 'rollback', '', 'proof-failed');
    expect(warned.stdout).toContain('its proof most likely fails (proof-failed) until it takes none');
  } finally {
    await world.end();
  }
});
