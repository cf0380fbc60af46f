import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { deployReads, dryRuns, promoteReads, runningReads, verifyReads } from './expected-requests.ts';
import { type Observed, observe, readsIn, snapshot, textOf, writesIn } from './observe.ts';
import { makeWorld, type World } from './world.ts';

/** Every request of a release of a Deployment, a Service and a ConfigMap: which, in which order, how many, with what answer. */

const cluster = inject('cluster');
const schema = new Ajv2020().addSchema(JSON.parse(readFileSync('docs/output.schema.json', 'utf8')), 'result');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'requests', 'split', 1);
  manifests('hello');
});
afterAll(() => world.end());

function manifests(greeting: string): void {
  const labels = { app: 'web' };
  const container = {
    name: 'web',
    image: cluster.images.app,
    env: [{ name: 'REVISION', value: 'v2' }],
    envFrom: [{ configMapRef: { name: 'settings' } }],
    readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 },
  };
  const items = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { GREETING: greeting } },
  ];
  writeFileSync(join(world.folder, 'plain.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

const observed = (mode: string, more: Record<string, string> = {}) =>
  observe(world.namespace, () =>
    world.run(mode, 'v2', { ...(mode === 'deploy-green' ? { manifests: 'plain.json' } : {}), ...more }),
  );
const outputsOf = ({ outputs: { json = '', ...outputs } }: Observed) => {
  expect(schema.validate('result', JSON.parse(json)), schema.errorsText()).toBe(true);
  return outputs;
};
const present = () => snapshot(world.kubectl);

const known = {
  app: 'web',
  revision: 'v2',
  'previous-revision': 'v1',
  'preview-header': '',
  'live-url': 'http://requests.test/',
};
const preview = 'http://requests.test/green/';

test('deploy-green, dry run: 13 requests, of which 5 ask the server to validate, and nothing is written', async () => {
  const before = await present();
  const run = await observed('deploy-green', { 'dry-run': 'true' });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(readsIn(run)).toEqual(deployReads(404));
  expect(writesIn(run).toSorted()).toEqual(dryRuns(201));
  expect(outputsOf(run)).toEqual({ ...known, 'preview-url': '', state: 'unchanged', proof: '', changed: 'false' });
  expect(await present()).toEqual(before);
});

test('deploy-green: 19 requests; all is dry-run, then written: what pods read, Service, Deployment, record, routes', async () => {
  const run = await observed('deploy-green');
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).toContain('Parking is closed to everybody: 403 through ');
  expect(run.requests).toHaveLength(19);
  expect(readsIn(run)).toEqual(deployReads(404));
  const writes = writesIn(run);
  expect(writes.slice(0, 5).toSorted()).toEqual(dryRuns(201));
  expect(writes.slice(5, 9)).toEqual([
    'patch configmaps settings-v2 201',
    'patch services web-v2 201',
    'patch deployments web-v2 201',
    'patch configmaps greenpath-web-v2 201',
  ]);
  expect(writes.slice(9).toSorted()).toEqual([
    'patch ingresses greenpath-web 201',
    'patch ingresses greenpath-web-parking 201',
  ]);
  expect(outputsOf(run)).toEqual({
    ...known,
    'preview-url': preview,
    state: 'candidate',
    proof: 'identity',
    changed: 'true',
  });
});

test('deploy-green again: the same requests, and one for its Deployments, change no object but the time in the record', async () => {
  const less = (objects: Map<string, unknown>) => [...objects].filter(([name]) => !name.includes('greenpath-web-v2'));
  const before = await present();
  const run = await observed('deploy-green');
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.requests).toHaveLength(20);
  expect(outputsOf(run)).toEqual({
    ...known,
    'preview-url': preview,
    state: 'candidate',
    proof: 'identity',
    changed: 'false',
  });
  expect(less(await present())).toEqual(less(before));
});

test('verify, dry run: the checks run, and there is no stamp: promote still refuses', async () => {
  const before = await present();
  const run = await observed('verify', { 'dry-run': 'true' });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).toContain(`✓ GET /healthz at ${preview}healthz`);
  expect(run.requests.length).toBe(9);
  expect(readsIn(run)).toEqual(verifyReads);
  expect(outputsOf(run)).toEqual({
    ...known,
    'preview-url': preview,
    state: 'unchanged',
    proof: 'identity',
    changed: 'false',
  });
  expect(await present()).toEqual(before);
  const promoted = await observed('promote');
  expect(promoted).toMatchObject({ exitCode: 1, outputs: { ...known, state: 'unchanged', changed: 'false' } });
  expect(promoted.stdout).toContain('[not-verified]');
  expect(await present()).toEqual(before);
});

test('verify: 13 requests; what is live is read once, what runs is read before and after the checks, and the last one writes the stamp', async () => {
  const run = await observed('verify');
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.requests).toHaveLength(13);
  expect(readsIn(run)).toEqual([...verifyReads, ...runningReads].toSorted());
  expect(writesIn(run)).toEqual(['patch configmaps greenpath-web-v2 200']);
  expect(outputsOf(run)).toEqual({
    ...known,
    'preview-url': preview,
    state: 'verified',
    proof: 'identity',
    changed: 'true',
  });
});

test('other content under the same revision loses the stamp: nothing goes live that was not verified', async () => {
  manifests('goodbye');
  expect(await observed('deploy-green')).toMatchObject({ exitCode: 0, outputs: { changed: 'true' } });
  const before = await present();
  const promoted = await observed('promote');
  expect(promoted.exitCode).toBe(1);
  expect(promoted.stdout).toContain('revision v2 has no valid stamp');
  expect(writesIn(promoted)).toEqual([]);
  expect(await present()).toEqual(before);
  expect(await observed('verify')).toMatchObject({ exitCode: 0, outputs: { state: 'verified' } });
});

test('promote, dry run: 10 requests; the server validates the switch, and visitors stay', async () => {
  const before = await present();
  const run = await observed('promote', { 'dry-run': 'true' });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.requests).toHaveLength(10);
  expect(readsIn(run)).toEqual(promoteReads);
  expect(writesIn(run)).toEqual(['patch ingresses web (dry run) 200']);
  expect(outputsOf(run)).toMatchObject({ ...known, state: 'unchanged', changed: 'false' });
  expect(await present()).toEqual(before);
});

test('promote: 16 requests; one patch switches, callers inside follow, the preview goes, record and annotation note the proof', async () => {
  const run = await observed('promote');
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.requests).toHaveLength(16);
  expect(readsIn(run)).toEqual([...promoteReads, 'list cronjobs 200', 'list deployments 200'].toSorted());
  expect(writesIn(run)).toEqual([
    'patch ingresses web 200',
    'create services web 201',
    'delete ingresses greenpath-web 200',
    'patch configmaps greenpath-web-v2 200',
    'patch ingresses web 200',
  ]);
  expect(run.lock.map(textOf)).toEqual(['patch leases greenpath-web 200', 'patch leases greenpath-web 200']);
  expect(outputsOf(run)).toEqual({ ...known, 'preview-url': '', state: 'live', proof: 'identity', changed: 'true' });
});

test.each(['promote', 'deploy-green'])('%s of what is live: nothing to do, and nothing is written', async (mode) => {
  const before = await present();
  const run = await observed(mode);
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).toContain('Revision v2 is live already: nothing to do.');
  expect(outputsOf(run)).toMatchObject({ ...known, state: 'live', changed: 'false' });
  expect(writesIn(run)).toEqual([]);
  expect(await present()).toEqual(before);
});
