import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { requestsOf } from '../../harness/action.ts';
import { LARGE, largeBlue, largeStack, peakMemoryOf } from '../../harness/large.ts';
import { apply, ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** A stack of hundreds of parts behind an Ingress of hundreds of paths moves like a small one. */

const cluster = inject('cluster');
const HOST = 'hundreds.test';
/** In MiB. On quick machines Node lets more garbage lie: 160 to 218 were seen of one and the same bundle. */
const MEMORY = 256;
const SETTINGS = {
  route: 'ingress/large',
  app: 'large',
  config: `${CONFIG.replace('/healthz', '/p0')}keep: 0\ndrain: 1s\n`,
  timeout: '9m',
};
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'large', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  await apply(cluster, world.namespace, largeBlue(cluster.images.app, HOST));
  await untilAnswers(cluster, HOST, 'v1', '/p0');
});
afterAll(() => world.end());

/** Runs a mode, which has to pass, and returns what it had in memory. */
async function passes(mode: string, revision: string): Promise<{ stdout: string; memory: number }> {
  const items = largeStack(cluster.images.app, revision);
  writeFileSync(join(world.folder, 'large.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  let peak = () => 0;
  const started = (child: ChildProcess) => {
    peak = peakMemoryOf(child);
  };
  const inputs = { ...SETTINGS, ...(mode === 'deploy-green' && { manifests: 'large.json' }) };
  const { exitCode, stdout } = await world.run(mode, revision, inputs, { started });
  expect(exitCode, stdout).toBe(0);
  console.log(`${mode}: at most ${Math.round(peak())} MiB`);
  return { stdout, memory: peak() };
}
interface Path {
  readonly path: string;
  readonly backend: { readonly service: { readonly name: string } };
}
interface Route {
  readonly labels: object;
  readonly annotations: object;
  readonly spec: { readonly rules: readonly { readonly http: { readonly paths: readonly Path[] } }[] };
}
/** All of an Ingress that is its team's: not what Greenpath notes there, nor what the API server counts. */
async function route(name: string): Promise<Route> {
  const { metadata, spec } = JSON.parse(await world.kubectl('get', 'ingress', name, '-o', 'json'));
  const annotations = Object.entries(metadata.annotations).filter(([key]) => !key.startsWith('greenpath.dev/'));
  return { labels: metadata.labels ?? {}, annotations: Object.fromEntries(annotations), spec };
}
const paths = ({ spec }: Route) => spec.rules.flatMap(({ http }) => http.paths);
async function names(kind: string): Promise<string[]> {
  const { items } = JSON.parse(await world.kubectl('get', kind, '-o', 'json'));
  return items.map((item: { metadata: { name: string } }) => item.metadata.name).toSorted();
}

test(`deploy-green of ${LARGE.parts} Deployments and Services; the preview mirrors ${LARGE.moved} paths`, {
  timeout: 600_000,
}, async () => {
  const { memory } = await passes('deploy-green', 'v2');
  expect(memory).toBeLessThan(MEMORY);
  expect(paths(await route('greenpath-large'))).toHaveLength(LARGE.moved);
  expect((await ask(cluster, HOST, '/green/p0')).headers['x-revision']).toBe('v2');
});

test(`promote moves ${LARGE.moved} of ${LARGE.paths} paths in one patch, and leaves everything else as it is`, {
  timeout: 600_000,
}, async () => {
  await passes('verify', 'v2');
  const before = await route('large');
  const since = requestsOf(cluster, world.namespace).length;
  const { stdout, memory } = await passes('promote', 'v2');
  expect(memory).toBeLessThan(MEMORY);
  expect(stdout).toContain(`Switched: ${LARGE.moved} paths of Ingress large`);
  const after = await route('large');
  expect(after).toEqual(JSON.parse(JSON.stringify(before).replaceAll(/"(part-\d+)-v1"/g, '"$1-v2"')));
  expect(paths(after).filter(({ backend }) => backend.service.name.endsWith('-v2'))).toHaveLength(LARGE.moved);
  const patches = requestsOf(cluster, world.namespace, since).filter(
    ({ verb, resource, name, dryRun }) => verb === 'patch' && resource === 'ingresses' && name === 'large' && !dryRun,
  );
  // The switch, and the note that it is proven.
  expect(patches).toHaveLength(2);
  const answers = await Promise.all(
    Array.from({ length: LARGE.moved }, async (_, index) => (await ask(cluster, HOST, `/p${index * 7}/x`)).headers),
  );
  expect(new Set(answers.map((headers) => headers['x-revision']))).toEqual(new Set(['v2']));
});

test('rollback takes all of them back, and retire removes every part of what was released', {
  timeout: 600_000,
}, async () => {
  const back = await passes('rollback', '');
  expect(back.memory).toBeLessThan(MEMORY);
  const services = paths(await route('large')).map(({ backend }) => backend.service.name);
  expect(services.filter((name) => name.endsWith('-v1'))).toHaveLength(LARGE.moved);
  expect(await names('deployment')).toHaveLength(LARGE.parts + 1);
  // The old version has no Service for most plain names, which still lead to what was left.
  expect((await passes('retire', '')).stdout).toMatch(/v2 stays: Service part-\d+ selects its pods/);
  const old = new Set(services.map((name) => name.replace(/-v1$/, '')));
  const unused = (await names('service')).filter((name) => /^part-\d+$/.test(name) && !old.has(name));
  await world.kubectl('delete', 'service', ...unused);
  const gone = await passes('retire', '');
  expect(gone.memory).toBeLessThan(MEMORY);
  expect(await names('deployment')).toEqual(['blue']);
  // The Services of the plain names stay: callers inside use them.
  const plain = (await names('service')).filter((name) => /^part-\d+$/.test(name));
  expect(plain).toHaveLength(LARGE.moved);
  expect(await names('service')).toEqual([...new Set([...services, ...plain])].toSorted());
  expect(await names('ingress')).toEqual(['greenpath-large-parking', 'large']);
});
