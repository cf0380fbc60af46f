import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import type { Json } from '../../../src/core/base/json.ts';
import { doubtsIn } from '../../../src/core/colouring/doubts.ts';
import { relabel } from '../../../src/core/colouring/relabel.ts';
import { whySingle } from '../../../src/core/colouring/single-instance.ts';
import { buildStack, outsideReferences, type Stack } from '../../../src/core/colouring/stack.ts';
import { type KubeObject, nameOf } from '../../../src/core/kube/objects.ts';
import { atStrength } from '../../../src/core/kube/strength.ts';
import { writtenNodePaths } from '../../../src/core/kube/volumes.ts';
import { podLabels } from '../../../src/core/kube/workload.ts';
import { manifestFaults } from '../../../src/core/manifests/classic-faults.ts';
import { type Manifest, parseManifests } from '../../../src/core/manifests/manifests.ts';
import { adoptedServices } from '../../../src/core/release/adoption.ts';
import { exposedEntries } from '../../../src/core/release/entry.ts';
import { findLive } from '../../../src/core/release/live.ts';
import { lettingWait } from '../../../src/core/release/workers.ts';
import type { RouteAdapter } from '../../../src/routes/adapter.ts';
import { previewName } from '../../../src/routes/own.ts';
import { adapterOf, faultsIn, namedByRoute } from '../../../src/routes/registry.ts';
import { routeHostsOf } from '../../../src/routes/route-hosts.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import { routesIn } from '../../../src/steps/candidate/candidate.ts';
import { among } from '../../routes/surroundings.ts';
import { identifiers, manifestsOf, present, service, side } from '../support.ts';

const IDS = identifiers();
/** One object of every kind that is treated, with every field that is read; nothing is wrong with any of them. */
const MANIFESTS = manifestsOf(readFileSync('test/core/manifests/every-kind.yaml', 'utf8'));

/** Everything a release decides about `object` beside the others before it writes anything, as far as that needs no cluster. */
function decide(object: Json, others: readonly Manifest[]): 'released' | readonly string[] {
  const parsed = parseManifests([{ from: 'all.yaml', text: JSON.stringify(object) }], faultsIn);
  if (parsed.problems.length > 0) return parsed.problems.map(({ text }) => text);
  const manifests = [...parsed.manifests, ...others];
  manifestFaults(manifests);
  const built = buildStack(manifests, new Map(), IDS, {
    routed: new Set(['web']),
    namedBy: (one) => namedByRoute(one, IDS.namespace),
  });
  if ('problems' in built) return built.problems.map(({ text }) => text);
  outsideReferences(built.stack);
  standBeside(built.stack);
  for (const route of routesIn(built.stack)) unbroken(() => release(route, built.stack));
  return 'released';
}

/** Beside a version of plain names, of which the new one has to be told apart. */
function standBeside(stack: Stack): void {
  doubtsIn(stack);
  const { own } = lettingWait(stack.own, []);
  const policies = stack.shared.flatMap(({ object }) => (object.kind === 'NetworkPolicy' ? [object] : []));
  relabel(own, [service('web')], policies, IDS);
  adoptedServices([service('web'), ...stack.services], stack.counterparts, IDS);
  exposedEntries(stack.counterparts, stack.services, [], IDS.app);
  for (const { object } of own.filter((one) => one.object.kind === 'Deployment')) {
    whySingle(object, () => ['ReadWriteMany']);
    writtenNodePaths(object);
  }
  atStrength(
    own.map(({ object }) => object),
    (deployment) => podLabels(deployment).app === 'web',
    3,
  );
}

/** Runs what may refuse, and must not break. */
function unbroken(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof GreenpathError)) throw error;
    expect(error.code).not.toBe('internal');
  }
}

/** A route, of the manifests or of the cluster, as the live one of the stack. */
function release(object: KubeObject, { counterparts }: Pick<Stack, 'counterparts'>): void {
  const { app, namespace, revisionLabel } = IDS;
  const adapter: RouteAdapter = present(adapterOf(object));
  adapter.mistakes(object);
  adapter.lastApplied(object);
  const route = routeOf(adapter, object);
  const { router } = adapter.routerOf([object], { configured: 'nginx' });
  const isPreview = (path: (typeof route.paths)[number]) => router.isPreview(object, '/green', path);
  const seen = { ...route, namespace, repair: () => [] };
  const live = findLive(seen, [], counterparts, { app, revisionLabel, isPreview });
  const found = { ...route, ...live, exists: false };
  for (const routeHost of routeHostsOf(found, among([found]), 'any.test')) routeHost.serves('/shop');
  const settings = {
    annotations: {},
    kind: { by: 'path' as const, path: '/green' },
    ...({ unprotected: 'refuse', matching: 'keep', overlap: 'refuse' } as const),
  };
  const named = () => previewName(app, 'web', [found]);
  const given = { app, namespace, settings, isProven: true, isKindOpen: false, candidate: side('web-v2') };
  const request = { ...given, routes: [found], all: [found], named };
  router.previews(request);
}

/** What may stand where something else should. */
const VALUES: readonly Json[] = [
  null,
  '',
  'text',
  0,
  1e300,
  true,
  [],
  {},
  [null],
  [{}],
  ['text'],
  { text: 7 },
  { name: null },
];

/** Each field and each item of `value`, by where it stands. */
function placesIn(value: Json, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => placesIn(item as Json, [...path, key]))];
}

/** `value` with another one at `path`; undefined takes it out. */
function withAt(value: Json, [key, ...rest]: readonly string[], put: (old: Json) => Json | undefined): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return put(value) as Json;
  const copy = structuredClone(value) as Record<string, Json>;
  const next = rest.length === 0 ? put(copy[key] as Json) : withAt(copy[key] as Json, rest, put);
  if (next === undefined && Array.isArray(copy)) copy.splice(Number(key), 1);
  else if (next === undefined) delete copy[key];
  else copy[key] = next;
  return copy;
}

/** Every way in which one field of `object` can be other than it should. */
function* mutations(object: Json): Generator<[string, Json]> {
  for (const path of placesIn(object).filter((one) => one.length > 0)) {
    const at = path.join('.');
    yield [`${at} missing`, withAt(object, path, () => undefined)];
    yield [`${at} in a list`, withAt(object, path, (old) => [old])];
    yield [`${at} in a map`, withAt(object, path, (old) => ({ text: old }))];
    for (const value of VALUES) yield [`${at}: ${JSON.stringify(value)}`, withAt(object, path, () => value)];
  }
}

/** The mutations at which `decide` throws, and what. */
function thrown(all: Iterable<[string, Json]>, run: (object: Json) => unknown): string[] {
  const found: string[] = [];
  for (const [name, object] of all) {
    try {
      run(object);
    } catch (error) {
      found.push(`${name} → ${error}`);
    }
  }
  return found;
}

/** Objects that others select, name or lead to. */
const NAMED = ['Deployment web', 'Service web', 'ConfigMap settings', 'Secret keys', 'Ingress web'];

/** An object as JSON, and those beside which it is released. */
function apart(index: number): { own: Json; others: Manifest[] } {
  const others = MANIFESTS.filter(({ given }, at) => at !== index && NAMED.includes(given));
  return { own: present(MANIFESTS[index]).object as unknown as Json, others };
}

describe('one field of a manifest is not what it should be: it is released or refused, and nothing breaks', () => {
  test.each(MANIFESTS.map(({ object }, index) => [`${object.apiVersion} ${nameOf(object)}`, index]))(
    '%s',
    (_, index) => {
      const { own, others } = apart(Number(index));
      expect(decide(own, others)).toBe('released');
      expect(thrown(mutations(own), (object) => decide(object, others))).toEqual([]);
    },
  );
});

test('one field of a live route is not what it should be: nothing breaks', () => {
  const stack = { counterparts: [{ service: 'web-v2', baseName: 'web', ports: [{ number: 80, name: 'http' }] }] };
  const { own: ingress } = apart(MANIFESTS.findIndex(({ object }) => object.kind === 'Ingress'));
  expect(
    thrown(mutations(ingress), (object) =>
      unbroken(() => {
        const live = object as unknown as KubeObject;
        if (adapterOf(live) !== undefined && faultsIn(live).length === 0) release(live, stack);
      }),
    ),
  ).toEqual([]);
});
