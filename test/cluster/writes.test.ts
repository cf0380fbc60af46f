import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Requested, requestsOf } from '../../harness/action.ts';
import { makeWorld, type World } from '../e2e/world.ts';

/** The built action against the real API server, under exactly docs/role.yaml: what it asks, in which order. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'writes', 'split', 1);
});
afterAll(() => world.end());

/** Runs a mode and returns what it asked of the API server besides watches. */
async function asked(mode: string, revision: string, more: Record<string, string> = {}) {
  const before = requestsOf(cluster, world.namespace).length;
  const outcome = await world.run(mode, revision, more);
  const requests = requestsOf(cluster, world.namespace, before).filter(({ verb }) => verb !== 'watch');
  return { ...outcome, requests };
}

const text = ({ verb, resource, name, dryRun }: Requested) =>
  `${verb} ${resource}${name === '' ? '' : ` ${name}`}${dryRun ? ' (dry run)' : ''}`;
const writes = (requests: readonly Requested[]) => requests.filter(({ verb }) => !['get', 'list'].includes(verb));
const real = (requests: readonly Requested[]) =>
  writes(requests)
    .filter(({ dryRun }) => !dryRun)
    .map(text);
const route = async () => JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json'));

test('dry-run: true writes nothing, whatever the mode', async () => {
  const before = await world.kubectl('get', 'ingress,service,deployment', '-o', 'json');
  const { exitCode, requests, outputs } = await asked('deploy-green', 'v2', { 'dry-run': 'true' });
  expect(exitCode).toBe(0);
  expect(outputs).toMatchObject({ state: 'unchanged', changed: 'false' });
  expect(writes(requests).length).toBeGreaterThan(0);
  expect(real(requests)).toEqual([]);
  const names = (json: string) =>
    JSON.parse(json).items.map((item: { metadata: { name: string } }) => item.metadata.name);
  expect(names(await world.kubectl('get', 'ingress,service,deployment', '-o', 'json'))).toEqual(names(before));
});

test('deploy-green: everything is dry-run before anything is written; then objects, record, own routes', async () => {
  const { exitCode, stdout, requests, outputs } = await asked('deploy-green', 'v2');
  expect(exitCode, stdout).toBe(0);
  const dry = writes(requests)
    .filter(({ dryRun }) => dryRun)
    .map(({ resource, name }) => `${resource} ${name}`);
  const written = writes(requests)
    .filter(({ dryRun }) => !dryRun)
    .map(({ resource, name }) => `${resource} ${name}`);
  expect(written.toSorted()).toEqual(dry.toSorted());
  const firstReal = requests.findIndex((request) => real([request]).length > 0);
  expect(requests.slice(firstReal).filter(({ dryRun }) => dryRun)).toEqual([]);
  expect(written.slice(0, 3)).toEqual(['services web-v2', 'deployments web-v2', 'configmaps greenpath-web-v2']);
  expect(written.slice(3).toSorted()).toEqual(['ingresses greenpath-web', 'ingresses greenpath-web-parking']);
  expect(requests.length).toBeLessThanOrEqual(12);
  expect(outputs).toEqual({
    app: 'web',
    revision: 'v2',
    'previous-revision': 'v1',
    'preview-url': 'http://writes.test/green/',
    'live-url': 'http://writes.test/',
    state: 'candidate',
    proof: 'identity',
    changed: 'true',
  });
});

test('deploy-green again changes nothing and says so', async () => {
  const { exitCode, outputs } = await asked('deploy-green', 'v2');
  expect(exitCode).toBe(0);
  expect(outputs).toMatchObject({ state: 'candidate', changed: 'false' });
});

test('promote without verify is refused, and a second candidate too', async () => {
  const promoted = await asked('promote', 'v2');
  expect(promoted).toMatchObject({ exitCode: 1 });
  expect(promoted.stdout).toContain('(not-verified;');
  expect(real(promoted.requests)).toEqual([]);
  const second = await asked('deploy-green', 'v3');
  expect(second).toMatchObject({ exitCode: 1 });
  expect(second.stdout).toContain('revision v2 is the candidate of app web and waits to be promoted');
  expect(writes(second.requests)).toEqual([]);
});

test('verify writes the stamp and nothing else', async () => {
  const { stdout, requests, outputs } = await asked('verify', 'v2');
  expect(outputs, stdout).toMatchObject({ state: 'verified', changed: 'true' });
  expect(writes(requests).map(text)).toEqual(['patch configmaps greenpath-web-v2']);
});

test('promote: a dry run asks for the switch only; then one patch switches, one notes the proof, one drops the preview', async () => {
  const rehearsed = await asked('promote', 'v2', { 'dry-run': 'true' });
  expect(writes(rehearsed.requests).map(text)).toEqual(['patch ingresses web (dry run)']);
  expect((await route()).spec.rules[0].http.paths[0].backend.service.name).toBe('web-v1');
  const { exitCode, stdout, requests, outputs } = await asked('promote', 'v2');
  expect(exitCode, stdout).toBe(0);
  expect(writes(requests).map(text)).toEqual([
    'patch ingresses web',
    'patch ingresses web',
    'delete ingresses greenpath-web',
  ]);
  expect(outputs).toMatchObject({
    state: 'live',
    proof: 'identity',
    'previous-revision': 'v1',
    'preview-url': '',
    changed: 'true',
  });
  const { metadata, spec } = await route();
  expect(spec.rules[0].http.paths[0].backend.service.name).toBe('web-v2');
  expect(JSON.parse(metadata.annotations['greenpath.dev/web'])).toMatchObject({
    live: 'v2',
    previous: 'v1',
    phase: 'proven',
  });
});

test('any mode again after the promotion has nothing to do', async () => {
  for (const mode of ['deploy-green', 'verify', 'promote']) {
    const { exitCode, stdout, requests, outputs } = await asked(mode, 'v2');
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('is live already: nothing to do');
    expect(outputs).toMatchObject({ state: 'live', changed: 'false' });
    expect(real(requests)).toEqual([]);
  }
});

test('live with other content under the same revision is refused', async () => {
  world.manifests({ OTHER: 'content' });
  const { exitCode, stdout } = await asked('deploy-green', 'v2');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('(already-live;');
  world.manifests({});
});

test('parking that somebody deleted is there again before the switch', async () => {
  expect((await world.run('deploy-green', 'v4')).exitCode).toBe(0);
  expect((await world.run('verify', 'v4')).exitCode).toBe(0);
  await world.kubectl('delete', 'ingress', 'greenpath-web-parking');
  const before = requestsOf(cluster, world.namespace).length;
  const stopped = await world.run('promote', 'v4', {}, { stopAt: 'Switched: ' });
  const requests = requestsOf(cluster, world.namespace, before);
  expect(real(requests)).toEqual(['patch ingresses greenpath-web-parking', 'patch ingresses web']);
  // Cancelled in the middle of the proof: it says where visitors are, and what it knows.
  expect(stopped.exitCode).toBe(1);
  expect(stopped.stdout).toContain('the run was cancelled (SIGTERM)');
  expect(stopped.stdout).toContain(
    'Visitors: http://writes.test/ was switched to web-v4 (revision v4), and that is not proven.',
  );
  expect(stopped.outputs).toMatchObject({ state: 'switched', changed: 'true', proof: '' });
});

test('a promote that was cancelled after the switch is finished by the next one, which does not switch again', async () => {
  expect(JSON.parse((await route()).metadata.annotations['greenpath.dev/web'])).toMatchObject({
    live: 'v4',
    phase: 'switched',
  });
  const { exitCode, stdout, requests, outputs } = await asked('promote', 'v4');
  expect(exitCode, stdout).toBe(0);
  expect(outputs).toMatchObject({ state: 'live', proof: 'identity', 'previous-revision': 'v2' });
  expect(real(requests)).toEqual(['patch ingresses web', 'delete ingresses greenpath-web']);
  expect(JSON.parse((await route()).metadata.annotations['greenpath.dev/web'])).toMatchObject({
    live: 'v4',
    previous: 'v2',
    phase: 'proven',
  });
});
