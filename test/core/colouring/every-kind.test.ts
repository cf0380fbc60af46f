import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isObject, type Json, type JsonObject, objectAt, textAt } from '../../../src/core/base/json.ts';
import { colour } from '../../../src/core/colouring/colour.ts';
import { pairOf } from '../../../src/core/colouring/pair.ts';
import { relabel } from '../../../src/core/colouring/relabel.ts';
import { buildStack } from '../../../src/core/colouring/stack.ts';
import { keyAt, keyOf, kindMeant } from '../../../src/core/kube/identity.ts';
import { KINDS } from '../../../src/core/kube/kinds.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { selectorMatches } from '../../../src/core/kube/selectors.ts';
import { treatmentOf } from '../../../src/core/kube/treatment.ts';
import { stackKindOf } from '../../../src/core/kube/turns.ts';
import { podLabels } from '../../../src/core/kube/workload.ts';
import type { Manifest } from '../../../src/core/manifests/manifests.ts';
import { identifiers, manifestsOf, service } from '../support.ts';

/** What holds for each kind that revisions have of their own, by the example of it in every-kind.yaml. */

const MANIFESTS = manifestsOf(readFileSync('test/core/manifests/every-kind.yaml', 'utf8')).filter(
  ({ object }) => treatmentOf(object) === 'coloured',
);
const colouredFor = (revision: string) => colour(MANIFESTS, identifiers(revision)).map(({ object }) => object);
const [BLUE, GREEN] = [colouredFor('v1'), colouredFor('v2')];
const podsOf = (objects: readonly KubeObject[]) => objects.filter((one) => stackKindOf(one).makesPods).map(podLabels);

/** Every `selector` below a value, as `matchLabels`; a Service's is a plain map. */
function selectorsBelow(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value.flatMap(selectorsBelow);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    key === 'selector' || key === 'labelSelector'
      ? [isObject(below) && ('matchLabels' in below || 'matchExpressions' in below) ? below : { matchLabels: below }]
      : selectorsBelow(below),
  );
}

/** The keys of the objects that a value names by kind and name, wherever that is. */
function namedBelow(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(namedBelow);
  if (!isObject(value)) return [];
  const kind = kindMeant(textAt(value, 'kind') ?? '', textAt(value, 'apiVersion'));
  const own = kind === undefined || textAt(value, 'name') === undefined ? [] : [keyAt(kind, `${value.name}`)];
  return [...own, ...Object.values(value).flatMap(namedBelow)];
}

/** Of `objects`, those that make pods and that `object` selects, or names. */
const workloadsOf = (object: KubeObject, objects: readonly KubeObject[]) => {
  const spec = objectAt(object, 'spec');
  const named = namedBelow(spec);
  return objects.filter(
    (one) =>
      stackKindOf(one).makesPods &&
      (named.includes(keyOf(one)) ||
        selectorsBelow(spec).some((selector) => selectorMatches(selector as JsonObject, podLabels(one)))),
  );
};

/** The kinds that revisions have of their own, and of each its objects in two revisions. */
const ROWS = KINDS.filter(({ treatment }) => treatment === 'coloured' || treatment === 'hook').map((row) => {
  const [blue = [], green = []] = [BLUE, GREEN].map((objects) => objects.filter(({ kind }) => kind === row.kind));
  return { ...row, blue, green };
});
/** Those that act on the pods of one revision: what scales, watches or protects them. */
const ACTING = ROWS.filter(
  ({ kind, green }) =>
    kind !== 'Service' && green.some((one) => !stackKindOf(one).makesPods && workloadsOf(one, GREEN).length > 0),
);

describe.each(ROWS)('$kind', ({ kind, blue, green }) => {
  test('has an example', () => {
    expect(green).not.toHaveLength(0);
  });

  test('has another name for each revision', () => {
    const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name);
    expect(names(green).filter((name) => names(blue).includes(name))).toEqual([]);
  });

  test("selects pods of its own revision, and none of the other's", () => {
    for (const object of green) {
      const selectors = selectorsBelow(objectAt(object, 'spec'));
      const foreign = selectors.filter((selector) => podsOf(BLUE).some((labels) => selectorMatches(selector, labels)));
      expect(foreign).toEqual([]);
    }
  });

  test('names no object by the name that it has in the manifests', () => {
    const plain = MANIFESTS.map(({ object }) => keyOf(object));
    const named = green.flatMap((object) => namedBelow(objectAt(object, 'spec')));
    expect(named.filter((key) => plain.includes(key))).toEqual([]);
  });

  test('selects the same pods after their labels got other values', () => {
    const own = colour(MANIFESTS, identifiers('v2'));
    const relabelled = relabel(own, [service('web')], [], identifiers('v2'));
    expect(relabelled).toMatchObject({ change: 'app: web → web-v2' });
    const selections = (manifests: readonly Manifest[]) => {
      const objects = manifests.map(({ object }) => object);
      return objects.flatMap((one) => (one.kind === kind ? [workloadsOf(one, objects).map(keyOf)] : []));
    };
    expect(selections('own' in relabelled ? relabelled.own : [])).toEqual(selections(own));
  });
});

test('some kinds act on pods', () => {
  expect(ACTING.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['HorizontalPodAutoscaler', 'PodDisruptionBudget']),
  );
});

describe.each(ACTING)('$kind, which acts on pods', ({ kind, green, ...row }) => {
  test('is removed before them', () => {
    const turns = green.flatMap((one) => workloadsOf(one, GREEN).map((workload) => stackKindOf(workload).removed));
    expect(Math.min(...turns)).toBeGreaterThan(green.map(stackKindOf)[0]?.removed ?? Number.POSITIVE_INFINITY);
  });

  test('says that it is of one revision', () => {
    expect(row).toMatchObject({ once: true });
  });

  test('belongs to the revision of the pods, if people wrote one for each', () => {
    const handMade = GREEN.map(withoutMarks);
    const names = (manifests: readonly Manifest[] = []) =>
      manifests.flatMap(({ object }) => (object.kind === kind ? [object.metadata.name] : []));
    const own = pairOf(handMade.map(asManifest), identifiers('v2'))?.own;
    expect(names(own)).toEqual(green.map(({ metadata }) => metadata.name));
    const deployments = BLUE.filter((one) => one.kind === 'Deployment').map(withoutMarks);
    const other = pairOf([...handMade, ...deployments].map(asManifest), identifiers('v1'));
    expect(names(other?.skipped)).toEqual(green.map(({ metadata }) => metadata.name));
  });

  test('exists once for all revisions if the pods are not released', () => {
    const [example, ...more] = MANIFESTS.filter(({ object }) => object.kind === kind);
    const others = MANIFESTS.filter((one) => one !== example && !more.includes(one));
    const moved = manifestsOf(JSON.stringify(example?.object).replaceAll('"web"', '"other"'));
    const built = buildStack([...others, ...moved], new Map(), identifiers('v2'));
    expect('stack' in built ? built.stack.shared.map(({ object }) => object.kind) : built).toContain(kind);
  });
});

/** As people write it: with the names and selectors of its revision, and without what Greenpath adds to find it. */
function withoutMarks(object: KubeObject): KubeObject {
  const copy = structuredClone(object);
  delete copy.metadata.labels;
  return copy;
}
const asManifest = (object: KubeObject): Manifest => ({ object, given: object.kind, place: { file: 'all.yaml' } });

test('selectors are found, and match', () => {
  const selectors = GREEN.flatMap((object) => selectorsBelow(objectAt(object, 'spec')));
  expect(selectors.length).toBeGreaterThan(3);
  const own = selectors.filter((selector) => podsOf(GREEN).some((labels) => selectorMatches(selector, labels)));
  expect(own.length).toBeGreaterThan(3);
});
