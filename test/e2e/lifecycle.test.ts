import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { requestsOf } from '../../harness/action.ts';
import { isLost, type Load } from '../../harness/load.ts';
import { actsIn, commitOf, comparison } from './acts.ts';
import { exceptOptional, snapshot } from './observe.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { apply, ask, CONFIG, makeWorld, type World } from './world.ts';

/**
 * Promises 4 and 9: the whole life of releases in one namespace, under load from the first step to the last: nothing may
 * be lost, and the Role is enough. One story: each test goes on from where the one before it ended, so the first that
 * fails ends it.
 */

const cluster = inject('cluster');
let world: World;
let load: Load;
tellOneStory();

beforeAll(async () => {
  world = await makeWorld(cluster, 'lifecycle', 'split', 1);
  load = visitorsOf(cluster, world.host, 300);
});
afterAll(async () => {
  await load.stop();
  await world.end();
});

const { passes, refused, released, names } = actsIn(() => world);
const live = async () => (await ask(cluster, world.host, '/')).headers['x-revision'];

describe('a release and back', () => {
  test('promote bakes: the checks at the live URLs for as long as the config says', async () => {
    const { stdout, outputs } = await released('v2', { config: `${CONFIG}bake: {for: 2s, every: 100ms}\n` });
    expect(stdout).toContain('Baked: 0 of 20 attempts failed, with 1 allowed');
    expect(outputs).toMatchObject({ state: 'live', 'previous-revision': 'v1' });
  });

  test('rollback goes to the previous revision, and run again it stays there', async () => {
    expect((await passes('rollback')).outputs).toMatchObject({
      state: 'rolled-back',
      revision: 'v1',
      proof: 'identity',
    });
    expect(await live()).toBe('v1');
    const again = await passes('rollback');
    expect(again.stdout).toContain('Visitors were moved off v2 already');
    expect(again.outputs).toMatchObject({ state: 'unchanged', changed: 'false', 'previous-revision': '' });
    expect((await passes('rollback', 'v2')).stdout).toContain('Revision v2 is not live (v1 is)');
    expect(await live()).toBe('v1');
  });

  test('what visitors were taken off has to be verified again before it goes live again', async () => {
    await passes('deploy-green', 'v2');
    const { stdout } = await refused('not-verified', 'promote', 'v2');
    expect(stdout).toContain('visitors were moved off it at');
    await passes('verify', 'v2');
    await passes('promote', 'v2');
    expect(await live()).toBe('v2');
  });

  test('rollback goes where `to` says, and not where nothing is', async () => {
    expect((await refused('no-way-back', 'rollback', '', { to: 'v9' })).stdout).toContain(
      'there is no revision v9 of app web (there: v2, v1)',
    );
    expect((await passes('rollback', 'v9')).stdout).toContain('::warning::there is no revision v9 of app web');
    await passes('rollback', '', { to: 'v1' });
    await passes('rollback', '', { to: 'v2' });
    expect(await live()).toBe('v2');
  });
});

describe('the same revision again', () => {
  test('live: the same content is nothing to do, other content is refused', async () => {
    expect((await passes('deploy-green', 'v2')).stdout).toContain('live already: nothing to do');
    world.manifests({ OTHER: 'content' });
    await refused('already-live', 'deploy-green', 'v2');
  });

  test('candidate: other content is taken, and its stamp is void', async () => {
    world.manifests({});
    await passes('deploy-green', 'v3');
    await passes('verify', 'v3');
    world.manifests({ OTHER: 'content' });
    expect((await passes('deploy-green', 'v3', {}, commitOf('a'))).stdout).toContain('must be verified again');
    await refused('not-verified', 'promote', 'v3');
  });

  test('previous: other content is refused', async () => {
    await passes('verify', 'v3');
    await passes('promote', 'v3');
    await refused('already-live', 'deploy-green', 'v2');
    world.manifests({});
  });
});

describe('candidates', () => {
  test('a second one is refused, or takes the place of the first, which goes', async () => {
    for (const mode of ['deploy-green', 'verify'])
      expect((await passes(mode, 'v4', {}, commitOf('b'))).summary).toMatch(comparison('v3', 'v4', 'OTHER'));
    await refused('candidate-exists', 'deploy-green', 'v5');
    await passes('deploy-green', 'v5', { supersede: 'true' });
    expect((await ask(cluster, world.host, '/green/')).headers['x-revision']).toBe('v5');
    expect(await names('v4')).toBe('');
    await refused('no-candidate', 'promote', 'v4');
  });

  test('reject removes the candidate, its preview and its parking; run again there is nothing to do', async () => {
    await refused('is-live', 'reject', 'v3');
    await refused('is-live', 'reject', 'v2');
    expect((await passes('reject', 'v5')).outputs).toMatchObject({ state: 'rejected', changed: 'true' });
    expect(await names('v5')).toBe('');
    expect(await world.kubectl('get', 'ingress', '-o', 'name')).not.toContain(
      'ingress.networking.k8s.io/greenpath-web\n',
    );
    expect(await world.kubectl('get', 'ingress', 'greenpath-web-parking', '-o', 'json')).not.toContain('web-v5');
    expect((await passes('reject', 'v5')).stdout).toContain('nothing to do');
  });
});

test('what somebody else made stays, although it carries the names of the stack', async () => {
  const labels = { app: 'web', revision: 'own' };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web-own' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  };
  await apply(cluster, world.namespace, [service]);
  await passes('deploy-green', 'own');
  const { stdout } = await passes('reject', 'own');
  expect(stdout).toContain('Service web-own stays: Greenpath did not create it');
  expect(await names('own')).toBe('service/web-own');
  await world.kubectl('delete', 'service', 'web-own');
});

describe('a record that a human deleted', () => {
  test('is rebuilt from the labels; the stamp is lost', async () => {
    await passes('deploy-green', 'v6');
    await passes('verify', 'v6');
    await world.kubectl('delete', 'configmap', 'greenpath-web-v6');
    const { stdout } = await world.run('promote', 'v6', { config: CONFIG });
    expect(stdout).toContain('rebuilt from the labels of Deployment web-v6, Service web-v6');
    expect(stdout).toContain('[not-verified]');
    await passes('verify', 'v6', { config: CONFIG });
    await passes('promote', 'v6', { config: CONFIG });
    expect(await live()).toBe('v6');
  });
});

describe('retire', () => {
  test('keeps what rollback needs and what it did not make; removes the rest in order, and its record', async () => {
    const { stdout, outputs } = await passes('retire', '', { config: `${CONFIG}drain: 1s\n` });
    expect(stdout).toContain('v3 stays: it is kept for rollback (keep: 1)');
    expect(stdout).toContain('Removed revision v2');
    expect(stdout).toContain('v1 stays: it was created by hand, and Greenpath deletes only what it created');
    expect(outputs).toMatchObject({ state: 'retired', changed: 'true', 'previous-revision': 'v3' });
    expect(await names('v2')).toBe('');
    expect(await names('v3')).not.toBe('');
    expect(await world.kubectl('get', 'deployment', '-o', 'name')).toContain('deployment.apps/web-v1');
    expect((await passes('retire', '', { config: `${CONFIG}drain: 1s\n` })).stdout).toContain('nothing to do');
  });

  test('waits until the stack has drained, and says so when its timeout is too short for that', async () => {
    await released('v7');
    const early = await passes('retire', '', { config: `${CONFIG}keep: 0\n`, timeout: '5s' });
    expect(early.stdout).toMatch(/v6 may go in \d+ min.* \(drain\), after this step's timeout/);
    expect(await names('v6')).not.toBe('');
    const service = { name: 'web-v6', port: { number: 80 } };
    const rules = [{ host: 'late.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }];
    const late = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'late' },
      spec: { ingressClassName: 'nginx', rules },
    };
    const when = { text: 'Waiting', act: () => apply(cluster, world.namespace, [late]) };
    const draining = { config: `${CONFIG}keep: 0\ndrain: 9s\n` };
    const named = await world.run('retire', '', draining, { when });
    expect(named.exitCode, named.stdout).toBe(0);
    expect(named.stdout).toContain('v6 stays: Ingress late names it');
    expect(await names('v6')).not.toBe('');
    await world.kubectl('delete', 'ingress', 'late');
    expect((await passes('retire', '', draining)).outputs['previous-revision']).toBe('');
    expect(await names('v6')).toBe('');
    expect(await live()).toBe('v7');
  });
});

test('release does all three in one step, and run again it does nothing', async () => {
  expect((await passes('release', 'v8')).outputs).toMatchObject({ state: 'live', proof: 'identity', changed: 'true' });
  expect((await passes('release', 'v8')).outputs).toMatchObject({ state: 'live', changed: 'false' });
});

test('status says how everything stands, as a tree and as JSON, and writes nothing', async () => {
  const before = await snapshot(world.kubectl);
  const { stdout, outputs } = await passes('status');
  expect(stdout).toContain('├─ live: http://lifecycle.test/ → web-v8 (revision v8)');
  expect(stdout).toContain('├─ stack v7: previous, web-v7, 1 of 1 pods ready');
  expect(stdout).toContain('├─ lock: free');
  expect(JSON.parse(outputs.json ?? '').status).toMatchObject({
    live: { revision: 'v8' },
    switchNote: { live: 'v8', previous: 'v7', phase: 'proven' },
    stacks: [
      { revision: 'v8', role: 'live', handMade: false },
      { revision: 'v7', role: 'previous', handMade: false },
      { revision: 'v1', role: 'idle', handMade: true },
    ],
  });
  expect(outputs['previous-revision']).toBe('v7');
  expect(await snapshot(world.kubectl)).toEqual(before);
});

test('nobody noticed any of it', async () => {
  const answers = await load.stop();
  expect(answers.length).toBeGreaterThan(1_000);
  expect(answers.filter(isLost)).toEqual([]);
});

test('all of it was allowed by the documented Role, in one namespace', () => {
  const asked = exceptOptional(requestsOf(cluster, world.namespace));
  expect(asked.length).toBeGreaterThan(200);
  expect(asked.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
  expect(asked.filter(({ namespace }) => namespace !== world.namespace)).toEqual([]);
});
