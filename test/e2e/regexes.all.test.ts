import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { GreenpathError } from '../../src/core/base/error.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import { present, service } from '../core/support.ts';
import { liveOf, previewOf } from '../routes/ingresses.ts';
import { AskedRouter, eachOf, renamed } from './asked-router.ts';
import { ingress, REGEX } from './parts.ts';

/**
 * Promise 1: a preview at /green beside generated regular expressions of another application on the same host, on the
 * real ingress-nginx. Where it would take a request from one of them, deploy-green refuses it. Each case is a host of its
 * own, and all share a reload.
 */

const HOSTS = 100;
const SEED = Number(process.env.GREENPATH_SEED ?? Date.now() % 2 ** 31);
const PREVIEW = /^\/green(\/|$)(.*)/i;

const REQUESTS = [
  ...['/', '/green', '/green/', '/green/x', '/GREEN/x', '/green/1', '/green/x.js', '/green/x/y', '/greenhouse'],
  ...['/gree', '/gree/x', '/a', '/a/x', '/a/1', '/b/x', '/ab/x.js'],
];

/** None of them is for everything: such a regex gives up a part to a preview, as any path `/` does. */
const regexes = fc
  .tuple(
    fc.constantFrom(
      '/green',
      '/a',
      '/g.*',
      '/[a-z]+',
      '/(a|green)',
      '/(?:GREEN|b)',
      '/.{5}',
      '/greens?',
      '/(?!a)[a-z]*',
    ),
    fc.constantFrom('', '', '(/|$)(.*)', '/x', '/[0-9]+', '(/x)?$', '$', '/.*\\.js$', 'house'),
  )
  .map((parts) => parts.join(''))
  // The admission webhook of ingress-nginx refuses the preview where another Ingress has its very path.
  .filter((path) => path !== '/green(/|$)(.*)');
const sets = fc.uniqueArray(regexes, { minLength: 1, maxLength: 2 });

interface Case {
  readonly host: string;
  readonly paths: readonly string[];
  readonly preview: KubeObject;
  readonly isRefused: boolean;
}

let router: AskedRouter;

beforeAll(async () => {
  router = await AskedRouter.open(inject('cluster'), 'e2e-regexes');
});
afterAll(() => router.close());

test(`${HOSTS} generated sets of regexes: no preview that is accepted takes a request from one (GREENPATH_SEED=${SEED})`, {
  timeout: 900_000,
}, async () => {
  const cases = await casesOf(fc.sample(sets, { numRuns: HOSTS, seed: SEED }));
  await router.untilLoaded();
  const before = await eachOf(cases, answersOf);
  await router.apply([cases.map(({ preview }) => preview)]);
  await router.untilLoaded();
  const after = await eachOf(cases, answersOf);
  const judged = cases.map((one, index) => ({ ...one, ...judge(present(before[index]), present(after[index])) }));
  const accepted = judged.filter(({ isRefused }) => !isRefused);
  expect(accepted.filter(({ taken }) => taken.length > 0)).toEqual([]);
  expect(judged.filter(({ beyond }) => beyond.length > 0)).toEqual([]);
  const counts = {
    accepted: accepted.length,
    refused: judged.length - accepted.length,
    takes: judged.filter(({ taken }) => taken.length > 0).length,
  };
  console.log(`previews beside regexes: ${JSON.stringify(counts)}`);
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(HOSTS / 10);
});

/** Applies the Ingresses, and plans the previews from what the API server made of them: their age counts. */
async function casesOf(generated: readonly (readonly string[])[]): Promise<Case[]> {
  const named = generated.map((paths, index) => ({ paths, name: `c${index}`, host: `c${index}.test` }));
  const read = await router.apply(named.map(({ paths, name, host }) => ingressesOf(paths, name, host)));
  return named.map(({ paths, name, host }, index) => {
    const [first, ...others] = present(read[index]);
    const live = liveOf(present(first), service('web-v1', 'v1'));
    const preview = present(previewOf(live, [], { matching: 'regex' }).objects[0]);
    return {
      ...{ host, paths },
      preview: renamed(preview, `${name}-preview`),
      isRefused: isRefused(() => previewOf(live, others, { overlap: 'refuse' })),
    };
  });
}

/** The live Ingress of the application, and one of another with regexes. Each says its place in the header X-Ingress. */
function ingressesOf(paths: readonly string[], name: string, host: string): KubeObject[] {
  const { namespace, className } = router;
  const at = (place: 'first' | 'second') => ({
    'nginx.ingress.kubernetes.io/custom-headers': `${namespace}/${place}`,
  });
  const regexes = paths.map((path) => ({ host, path, service: 'api', pathType: 'ImplementationSpecific' }));
  return [
    ingress(`${name}-first`, [{ host, path: '/', service: 'web-v1' }], at('first'), className),
    ingress(`${name}-second`, regexes, { ...at('second'), ...REGEX }, className),
  ] as Ingress[];
}

function isRefused(plan: () => unknown): boolean {
  try {
    plan();
    return false;
  } catch (error) {
    if (error instanceof GreenpathError && ['preview-side-effect', 'preview-taken'].includes(error.code)) return true;
    throw error;
  }
}

async function answersOf({ host }: Case): Promise<string[]> {
  const answers: string[] = [];
  for (const path of REQUESTS) answers.push(await router.answerTo(host, path));
  return answers;
}

/** The requests that a preview takes from a regex, and those that it changes although they are not below its prefix. */
function judge(before: readonly string[], after: readonly string[]) {
  const changed = REQUESTS.flatMap((path, index) => {
    const [was = '', is = ''] = [before[index], after[index]];
    return was === is ? [] : [{ path, was, is }];
  });
  return {
    taken: changed.filter(({ was }) => was.includes(' second ')),
    beyond: changed.filter(({ path }) => !PREVIEW.test(path)),
  };
}
