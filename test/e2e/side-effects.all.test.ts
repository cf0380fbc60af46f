import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Cluster, kubectl } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { GreenpathError } from '../../src/core/base/error.ts';
import { escapeRegex } from '../../src/core/base/escape-regex.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import { present, service } from '../core/support.ts';
import { liveOf, previewOf } from '../routes/ingresses.ts';
import { ingress } from './parts.ts';
import { hostsIn, ingressesOf, type PathSet, pathSets, requestsAt } from './path-sets.ts';
import { apply, ask } from './world.ts';

/**
 * Promise 1: what deploy-green says of a preview's effects on other paths, and what the real ingress-nginx does. Each case
 * is a host of its own with generated paths, asked before and after the preview is there; many share a reload. What is
 * said must be what happens, in both directions.
 */

const BATCHES = 11;
const HOSTS = 50;
const SEED = Number(process.env.GREENPATH_SEED ?? Date.now() % 2 ** 31);
const NAMESPACE = 'e2e-side-effects';
/** So many answers in a row that no worker is left out. */
const IN_A_ROW = 20;

interface Case {
  readonly set: PathSet;
  readonly host: string;
  readonly preview: KubeObject;
  /** What the refusal says; undefined if the preview is accepted. */
  readonly refusal: string | undefined;
}

let cluster: Cluster;

beforeAll(async () => {
  cluster = await openRouter(inject('cluster'), 'ingress-nginx', { log: (line) => console.log(line) });
  await kubectl(cluster, 'create', 'namespace', NAMESPACE);
  await apply(cluster, NAMESPACE, [
    ...['first', 'second'].map((name) => header(name)),
    ...['web-v1', 'web-v2', 'api'].flatMap((name) => application(name)),
  ]);
  await kubectl(cluster, '-n', NAMESPACE, 'wait', 'deployment', '--all', '--for=condition=Available', '--timeout=60s');
});
afterAll(async () => {
  await kubectl(cluster, 'delete', 'namespace', NAMESPACE, '--wait=false');
});

test(`${BATCHES * HOSTS} generated sets of paths: prediction and proxy agree (GREENPATH_SEED=${SEED})`, {
  timeout: 1_800_000,
}, async () => {
  const sets = fc.sample(pathSets, { numRuns: BATCHES * HOSTS, seed: SEED });
  const counts = { accepted: 0, refused: 0, rewritten: 0, wildcard: 0 };
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const own = sets.slice(batch * HOSTS, (batch + 1) * HOSTS);
    const cases = await casesOf(own, (index) => `b${batch}c${index}`);
    for (const { refusal, set } of cases) {
      counts[refusal === undefined ? 'accepted' : 'refused'] += 1;
      if (set.rewrite !== '') counts.rewritten += 1;
      if (set.hosts !== 'one') counts.wildcard += 1;
    }
    expect(await disagreements(cases)).toEqual([]);
    await kubectl(cluster, '-n', NAMESPACE, 'delete', 'ingress', '--all');
  }
  console.log(`prediction and ingress-nginx agree: ${JSON.stringify(counts)}`);
  expect(Math.min(...Object.values(counts))).toBeGreaterThan((BATCHES * HOSTS) / 10);
});

/** Applies the Ingresses of sets of paths, and predicts from what the API server made of them: their age counts. */
async function casesOf(sets: readonly PathSet[], nameOf: (index: number) => string): Promise<Case[]> {
  const hostOf = (index: number) => `${nameOf(index)}.test`;
  const className = cluster.ingressClass ?? '';
  const given = sets.map((set, index) =>
    ingressesOf(set, nameOf(index), { namespace: NAMESPACE, host: hostOf(index), className }),
  );
  await apply(cluster, NAMESPACE, given.flat());
  const { items } = JSON.parse(await kubectl(cluster, '-n', NAMESPACE, 'get', 'ingress', '-o', 'json'));
  const read = new Map((items as Ingress[]).map((one) => [one.metadata.name, one]));
  const asRead = (one: Ingress) => present(read.get(one.metadata.name));
  return sets.map((set, index) => {
    const [first, ...others] = given[index] ?? [];
    const ingresses = [asRead(present(first)), ...others.map(asRead)] as const;
    return caseOf(set, nameOf(index), hostOf(index), ingresses);
  });
}

function caseOf(set: PathSet, name: string, host: string, [first, ...others]: readonly [Ingress, ...Ingress[]]): Case {
  const live = liveOf(first, service('web-v1', 'v1'));
  const [preview] = previewOf(live, others, { matching: 'regex' }).objects;
  if (preview === undefined) throw new Error(`there is no preview of ${JSON.stringify(set)}`);
  const { name: _, namespace: __, ...metadata } = preview.metadata;
  return {
    ...{ set, host },
    preview: { ...preview, metadata: { ...metadata, name: `${name}-preview` } },
    refusal: refusalOf(() => previewOf(live, others, { matching: 'keep' })),
  };
}

function refusalOf(plan: () => unknown): string | undefined {
  try {
    plan();
    return undefined;
  } catch (error) {
    if (error instanceof GreenpathError && error.code === 'preview-side-effect') return error.message;
    throw error;
  }
}

/** What the proxy does otherwise than was said of Ingresses that are applied. */
async function disagreements(cases: readonly Case[]): Promise<string[]> {
  await untilLoaded();
  const before = await eachOf(cases, answersOf);
  await apply(
    cluster,
    NAMESPACE,
    cases.map(({ preview }) => preview),
  );
  await eachOf(cases, ({ set, host }) => {
    const shown = set.first.find(({ to }) => to === 'web-v1')?.path ?? '/';
    return untilAnswered(askedOf(set, host), `/green${shown}`, (answer) => answer.includes('web-v2'));
  });
  const after = await eachOf(cases, answersOf);
  return cases.flatMap((one, index) => judge(one, before[index] ?? new Map(), after[index] ?? new Map()));
}

/** Awaits that all Ingresses are loaded: the router learns of them in their order, so one more is the last. */
async function untilLoaded(): Promise<void> {
  const host = `last-${performance.now().toFixed(0)}.test`;
  await apply(cluster, NAMESPACE, [ingress('last', [{ host, path: '/', service: 'api' }], {}, cluster.ingressClass)]);
  await untilAnswered(host, '/', (answer) => answer !== '404');
}

/** A host that the live Ingress serves. */
function askedOf(set: PathSet, host: string): string {
  return hostsIn(set, host).asked[0];
}

/** By host and path of the request. */
type Answers = ReadonlyMap<string, string>;

function judge({ set, refusal, host }: Case, before: Answers, after: Answers): string[] {
  const differs = (request: string) => before.get(request) !== after.get(request);
  const changed = [...before.keys()].filter(differs);
  const told = JSON.stringify({ set, changed: changed.map((one) => [one, before.get(one), after.get(one)]) });
  if (refusal === undefined) return changed.length === 0 ? [] : [`accepted, but it changes: ${told}`];
  if (changed.length === 0) return [`refused, but nothing changes: ${told}: ${refusal}`];
  const live = escapeRegex(hostsIn(set, host).first);
  const named = [...refusal.matchAll(new RegExp(`${live}(/\\S*) \\(`, 'g'))].map(([, path = '']) => path);
  const { asked } = hostsIn(set, host);
  const isHarmless = (path: string) => !asked.some((at) => requestsAt(path).some((one) => differs(`${at}${one}`)));
  const harmless = named.filter(isHarmless);
  if (harmless.length > 0) return [`named ${harmless.join(', ')}, which does not change: ${told}`];
  const unnamed = changed.filter((request) => !named.some((path) => takes(path, request)));
  return unnamed.length === 0 ? [] : [`named ${named.join(', ')}, but ${unnamed.join(', ')} changes too: ${told}`];
}

/** Whether a path as a regex gets a request. */
function takes(path: string, request: string): boolean {
  return new RegExp(`^${path}`, 'i').test(request.slice(request.indexOf('/')));
}

async function answersOf({ set, host }: Case): Promise<Answers> {
  const paths = [...[...set.first, ...set.second].map(({ path }) => path), '/', '/q'];
  const answers = new Map<string, string>();
  for (const request of new Set(paths.flatMap(requestsAt)))
    for (const at of hostsIn(set, host).asked) answers.set(`${at}${request}`, await answerTo(at, request));
  return answers;
}

/** Who answers, through which Ingress, and what the application was asked for. */
async function answerTo(host: string, path: string): Promise<string> {
  const { status, headers } = await ask(cluster, host, path);
  if (status === 404) return '404';
  return `${status} ${headers['x-ingress']} ${headers['x-revision']} ${headers['x-path']}`;
}

async function untilAnswered(host: string, path: string, isRight: (answer: string) => boolean): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (let count = 0; count < IN_A_ROW; ) {
    const answer = await answerTo(host, path);
    count = isRight(answer) ? count + 1 : 0;
    if (performance.now() > deadline) throw new Error(`${host}${path} was still answered ${answer} after 120 s`);
  }
}

/** Does something for each case, for some at a time. */
async function eachOf<T>(cases: readonly Case[], action: (one: Case) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let start = 0; start < cases.length; start += 10)
    results.push(...(await Promise.all(cases.slice(start, start + 10).map(action))));
  return results;
}

/** The header that an Ingress gives its answers by the annotation `custom-headers`. */
function header(name: string): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { 'X-Ingress': name } };
}

/** A Service and its pod, which says its name as the revision. */
function application(name: string): object[] {
  const labels = { app: name };
  const container = {
    name: 'app',
    image: cluster.images.app,
    env: [{ name: 'REVISION', value: name }],
    readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 },
  };
  const template = { metadata: { labels }, spec: { automountServiceAccountToken: false, containers: [container] } };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { selector: { matchLabels: labels }, template },
    },
  ];
}
