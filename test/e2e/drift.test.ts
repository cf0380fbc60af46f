import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { isLost, Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { carryOut } from './carry-out.ts';
import { CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** What others did to the cluster meanwhile: each mode sees it, refuses with the repair, and is fine again after it. */

const cluster = inject('cluster');
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'drift', 'split', 1);
});
afterAll(() => world.end());

const { passes, refused, released } = actsIn(() => world);
const problem = async () => JSON.parse((await passes('status')).outputs.json ?? '').status.problem?.code;
const ingress = async () => JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json'));
/** Puts the Ingress back as git has it: its rules name v1, and kubectl keeps the annotations of others. */
async function reapply(): Promise<void> {
  const service = { name: 'web-v1', port: { number: 80 } };
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }];
  const value = [{ host: world.host, http: { paths } }];
  await world.kubectl(
    'patch',
    'ingress',
    'web',
    '--field-manager=kubectl-client-side-apply',
    '--type=merge',
    '-p',
    JSON.stringify({ spec: { rules: value } }),
  );
}

describe('a live Ingress that was applied again from git', () => {
  beforeEach(async () => {
    if ((await ingress()).metadata.annotations?.['greenpath.dev/web'] === undefined) await released('v2');
    await reapply();
  });

  test.each([
    ['deploy-green', 'v3'],
    ['verify', 'v2'],
    ['reject', 'v2'],
    ['retire', ''],
  ])('%s refuses, naming who did it, when, and the cure', async (mode, revision) => {
    const { stdout } = await refused('reverted', mode, revision);
    expect(stdout).toMatch(
      /was switched to revision v2, and kubectl-client-side-apply at 20\S+ pointed its paths at v1/,
    );
    expect(stdout).toContain('Run promote for revision v2 to switch again, or rollback with to: v1');
  });

  test('status names it and exits 0; promote repairs it', async () => {
    expect(await problem()).toBe('reverted');
    expect((await passes('promote', 'v2')).outputs).toMatchObject({ state: 'live', proof: 'identity' });
    expect(await problem()).toBeUndefined();
  });

  test('rollback makes it official', async () => {
    const { stdout } = await passes('rollback');
    expect(stdout).toContain('Noted that v1 is live');
    expect(await problem()).toBeUndefined();
    await passes('deploy-green', 'v2');
    await passes('verify', 'v2');
    await passes('promote', 'v2');
  });
});

describe('drift by hand', () => {
  beforeAll(async () => {
    const { metadata, spec } = await ingress();
    if (metadata.annotations?.['greenpath.dev/web'] === undefined) await released('v2');
    else if (spec.rules[0].http.paths[0].backend.service.name !== 'web-v2') await passes('promote', 'v2');
    await passes('deploy-green', 'v3');
  });

  const modes: [string, string][] = [
    ['deploy-green', 'v3'],
    ['verify', 'v3'],
    ['promote', 'v3'],
    ['rollback', ''],
    ['reject', 'v3'],
    ['retire', ''],
  ];
  const all = async (code: string) => {
    let repair = '';
    for (const [mode, revision] of modes) {
      const { stdout } = await refused(code, mode, revision);
      repair = stdout;
    }
    expect(await problem()).toBe(code);
    return repair;
  };
  const repaired = async (message: string) => {
    await carryOut(world, message);
    expect(await problem()).toBeUndefined();
    await passes('deploy-green', 'v3');
  };

  test('a live Service that lost its revision label', async () => {
    await world.kubectl('label', 'service', 'web-v2', 'greenpath.dev/revision-');
    await repaired(await all('drifted'));
  });

  test("a live Service whose selector lost the revision: it would send visitors to everybody's pods", async () => {
    const patch = [{ op: 'remove', path: '/spec/selector/revision' }];
    await world.kubectl('patch', 'service', 'web-v2', '--type=json', '-p', JSON.stringify(patch));
    await repaired(await all('drifted'));
  });

  test('a path of the app that somebody sent elsewhere', async () => {
    const backend = { service: { name: 'web-v1', port: { number: 80 } } };
    const value = { host: 'second.drift.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } };
    const patch = (operation: object) =>
      world.kubectl('patch', 'ingress', 'web', '--type=json', '-p', JSON.stringify([operation]));
    await patch({ op: 'add', path: '/spec/rules/-', value });
    await repaired(await all('drifted'));
    await patch({ op: 'remove', path: '/spec/rules/1' });
  });

  test('a candidate that was deleted by hand: verify and promote say what is gone, deploy-green puts it back', async () => {
    await passes('verify', 'v3');
    await world.kubectl('delete', 'deployment', 'web-v3');
    for (const mode of ['verify', 'promote']) await refused('no-candidate', mode, 'v3');
    await world.kubectl('delete', 'service', 'web-v3');
    for (const mode of ['verify', 'promote']) await refused('no-candidate', mode, 'v3');
    expect(await problem()).toBe('no-candidate');
    await passes('deploy-green', 'v3');
    expect(await problem()).toBeUndefined();
  });

  test('two candidates: nobody guesses', async () => {
    const preview = JSON.parse(await world.kubectl('get', 'ingress', 'greenpath-web', '-o', 'json'));
    const [path] = preview.spec.rules[0].http.paths;
    const second = {
      ...path,
      path: '/green2(/|$)(.*)',
      backend: { service: { name: 'web-v1', port: { number: 80 } } },
    };
    await world.kubectl(
      'patch',
      'ingress',
      'greenpath-web',
      '--type=json',
      '-p',
      JSON.stringify([{ op: 'add', path: '/spec/rules/0/http/paths/-', value: second }]),
    );
    for (const mode of ['verify', 'promote', 'reject']) await refused('two-candidates', mode, 'v3');
    expect(await problem()).toBe('two-candidates');
    const { stdout } = await passes('status');
    expect(stdout).toContain('next: Run deploy-green for revision v3: it writes the preview again.');
    await passes('deploy-green', 'v3');
    expect(await problem()).toBeUndefined();
    await passes('verify', 'v3');
  });

  test('what was verified was changed: promote refuses it by name', async () => {
    const patch = { spec: { template: { metadata: { annotations: { restarted: 'now' } } } } };
    await world.kubectl('patch', 'deployment', 'web-v3', '-p', JSON.stringify(patch));
    await world.kubectl('rollout', 'status', 'deployment/web-v3', '--timeout=60s');
    const { stdout } = await refused('stamp-mismatch', 'promote', 'v3');
    expect(stdout).toContain('the pod template of Deployment web-v3 has changed');
    const forced = await passes('promote', 'v3', { 'require-verified': 'false' });
    expect(forced.stdout).toContain('::warning::require-verified is false: revision v3 differs from what was verified');
  });
});

test('applied again under load, before and after retire: visitors always get 2xx', { timeout: 180_000 }, async () => {
  const last = JSON.stringify({
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web-v2', port: { number: 80 } } } }] } }] },
  });
  await world.kubectl(
    'annotate',
    'ingress',
    'web',
    '--overwrite',
    `kubectl.kubernetes.io/last-applied-configuration=${last}`,
  );
  const load = new Load(
    { proxy: cluster.proxy, host: world.host, identify: (headers) => String(headers['x-revision']) },
    120,
  );
  load.add({ client: 'fresh', path: '/visit', rate: 60 });
  load.add({ client: 'kept-alive', path: '/visit', rate: 60 });
  try {
    for (const config of [undefined, `${CONFIG}keep: 0\ndrain: 1s\n`]) {
      if (config !== undefined) {
        const { stdout } = await passes('retire', '', { config });
        expect(stdout).toContain('v2 stays: a live route was last applied with it');
      }
      await reapply();
      await untilAnswers(cluster, world.host, 'v1');
      expect((await passes('promote', 'v3', { 'require-verified': 'false' })).outputs.state).toBe('live');
      await untilAnswers(cluster, world.host, 'v3');
    }
  } finally {
    await load.stop();
  }
  expect(load.answers.length).toBeGreaterThan(500);
  expect(load.answers.filter(isLost)).toEqual([]);
});
