import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { GreenpathError } from '../../src/core/base/error.ts';
import { escapeRegex } from '../../src/core/base/escape-regex.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import { present, service } from '../core/support.ts';
import { liveOf, previewOf } from '../routes/ingresses.ts';
import { AskedRouter, eachOf, renamed } from './asked-router.ts';
import { hostsIn, ingressesOf, type PathSet, pathSets, requestsAt } from './path-sets.ts';

/**
 * Promise 1: what deploy-green says of a preview's effects on other paths, and what the real ingress-nginx does. Each case
 * is a host of its own with generated paths, asked before and after the preview is there; many share a reload. What is
 * said must be what happens, in both directions.
 */

const BATCHES = 11;
const HOSTS = 50;
const SEED = Number(process.env.GREENPATH_SEED ?? Date.now() % 2 ** 31);
interface Case {
  readonly set: PathSet;
  readonly host: string;
  readonly preview: KubeObject;
  /** What the refusal says; undefined if the preview is accepted. */
  readonly refusal: string | undefined;
}

let router: AskedRouter;

beforeAll(async () => {
  router = await AskedRouter.open(inject('cluster'), 'e2e-side-effects');
});
afterAll(() => router.close());

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
    await router.clear();
  }
  console.log(`prediction and ingress-nginx agree: ${JSON.stringify(counts)}`);
  expect(Math.min(...Object.values(counts))).toBeGreaterThan((BATCHES * HOSTS) / 10);
});

/** Applies the Ingresses of sets of paths, and predicts from what the API server made of them: their age counts. */
async function casesOf(sets: readonly PathSet[], nameOf: (index: number) => string): Promise<Case[]> {
  const hostOf = (index: number) => `${nameOf(index)}.test`;
  const { namespace, className } = router;
  const given = sets.map((set, index) =>
    ingressesOf(set, nameOf(index), { namespace, host: hostOf(index), className }),
  );
  const read = await router.apply(given);
  return sets.map((set, index) => caseOf(set, nameOf(index), hostOf(index), present(read[index])));
}

function caseOf(set: PathSet, name: string, host: string, [first, ...others]: readonly Ingress[]): Case {
  const live = liveOf(present(first), service('web-v1', 'v1'));
  const [preview] = previewOf(live, others, { matching: 'regex' }).objects;
  if (preview === undefined) throw new Error(`there is no preview of ${JSON.stringify(set)}`);
  return {
    ...{ set, host },
    preview: renamed(preview, `${name}-preview`),
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
  await router.untilLoaded();
  const before = await eachOf(cases, answersOf);
  await router.apply([cases.map(({ preview }) => preview)]);
  await eachOf(cases, ({ set, host }) => {
    const shown = set.first.find(({ to }) => to === 'web-v1')?.path ?? '/';
    return router.untilAnswered(askedOf(set, host), `/green${shown}`, (answer) => answer.includes('web-v2'));
  });
  const after = await eachOf(cases, answersOf);
  return cases.flatMap((one, index) => judge(one, before[index] ?? new Map(), after[index] ?? new Map()));
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
    for (const at of hostsIn(set, host).asked) answers.set(`${at}${request}`, await router.answerTo(at, request));
  return answers;
}
