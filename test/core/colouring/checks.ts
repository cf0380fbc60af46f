import { expect } from 'vitest';
import { isObject, type Json, type JsonObject, objectAt, objectsAt } from '../../../src/core/base/json.ts';
import { slugOf } from '../../../src/core/base/revision.ts';
import { colour } from '../../../src/core/colouring/colour.ts';
import { type KubeObject, nameOf } from '../../../src/core/kube/objects.ts';
import { selectorMatches } from '../../../src/core/kube/selectors.ts';
import { podLabels, podSpecOf } from '../../../src/core/kube/workload.ts';
import type { Manifest } from '../../../src/core/manifests/manifests.ts';
import { DNS_1035, DNS_SUBDOMAIN, identifiers, present } from '../support.ts';
import { referencesOf, selectorsOf } from './naming.ts';

const objectsOf = (manifests: readonly Manifest[]) => manifests.map(({ object }) => object);
const coloured = (before: readonly Manifest[], revision: string) => colour(before, identifiers(revision));

/** No name is above 63 characters, and each is what its kind allows. */
export function checkNames(before: readonly Manifest[], revision: string): void {
  const names = objectsOf(coloured(before, revision)).map((object) => object.metadata.name);
  for (const [index, object] of objectsOf(before).entries()) {
    expect(present(names[index]).length).toBeLessThanOrEqual(63);
    expect(names[index]).toMatch(object.kind === 'Service' ? DNS_1035 : DNS_SUBDOMAIN);
  }
}

/** Every reference that resolved before resolves after, to the same object; `shared` are there and are not coloured. */
export function checkReferences(
  before: readonly Manifest[],
  revision: string,
  shared: readonly KubeObject[] = [],
): void {
  const after = objectsOf(coloured(before, revision));
  const there = [...after, ...shared].map(nameOf);
  const old = [...objectsOf(before), ...shared].map(nameOf);
  for (const [index, object] of objectsOf(before).entries()) {
    const now = referencesOf(present(after[index])).map(({ target }) => target);
    const were = referencesOf(object).map(({ target }) => target);
    expect(now).toEqual(were.map((target) => there[old.indexOf(target)] ?? target));
  }
}

/**
 * Each selector selects the pods of the same workloads as before, and of no workload of `other`. One that asks for the
 * revision label itself means the pods as they will be.
 */
export function checkSelectors(given: readonly Manifest[], revision: string, other: string): void {
  const [now, others] = [coloured(given, revision), coloured(given, other)].map(objectsOf).map(present);
  const selected = (selector: Json | undefined, objects: readonly KubeObject[] = [], more = {}) =>
    objects.flatMap((object, index) =>
      podSpecOf(object) !== undefined && selectorMatches(selector, { ...podLabels(object), ...more }) ? [index] : [],
    );
  const before = objectsOf(given);
  for (const [index, object] of before.entries()) {
    const after = selectorsOf(present(now?.[index]));
    for (const [place, { selector, wide }] of selectorsOf(object).entries()) {
      const narrowed = present(after[place]).selector;
      const meant = [...selected(selector, before), ...selected(selector, before, { revision })];
      expect(selected(narrowed, now)).toEqual([...new Set(meant)].sort((a, b) => a - b));
      if (!wide) expect(selected(narrowed, others)).toEqual([]);
    }
  }
}

/** Colouring twice changes nothing. */
export function checkTwice(before: readonly Manifest[], revision: string): void {
  const once = coloured(before, revision);
  expect(colour(once, identifiers(revision))).toEqual(once);
}

/** Two revisions never share a coloured object. */
export function checkApart(before: readonly Manifest[], revision: string, other: string): void {
  const names = objectsOf(coloured(before, revision)).map(nameOf);
  expect(new Set(names).size).toBe(names.length);
  for (const object of objectsOf(coloured(before, other))) expect(names).not.toContain(nameOf(object));
}

/** Nothing changes but names, references, selectors, labels, and the suffix in `env`. */
export function checkUnharmed(before: readonly Manifest[], revision: string): void {
  const after = coloured(before, revision);
  expect(after.map(({ place }) => place)).toEqual(before.map(({ place }) => place));
  expect(objectsOf(after).map((object) => rest(object, revision))).toEqual(
    objectsOf(before).map((object) => rest(object, revision)),
  );
}

function rest(original: KubeObject, revision: string): KubeObject {
  const object = structuredClone(original);
  for (const reference of referencesOf(object)) reference.set('(name)');
  for (const { holder, field } of selectorsOf(object)) withoutRevision(holder, field);
  for (const list of ['containers', 'initContainers']) {
    for (const container of objectsAt(podSpecOf(object), list)) withoutSuffix(container, revision);
  }
  withoutRevision(objectAt(object, 'spec', 'template', 'metadata'), 'labels');
  const labels = Object.entries(object.metadata.labels ?? {}).filter(([key]) => !key.startsWith('greenpath.dev/'));
  const { labels: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, name: '(name)', rest: Object.fromEntries(labels) } };
}

function withoutSuffix(container: JsonObject, revision: string): void {
  const suffix = { name: 'GREENPATH_SUFFIX', value: `-${slugOf(revision)}` };
  const [first, ...env] = objectsAt(container, 'env');
  if (JSON.stringify(first) === JSON.stringify(suffix)) container.env = env;
  if (objectsAt(container, 'env').length === 0) delete container.env;
}

/** Takes the revision out of a map of labels or a selector, and what is empty then. */
function withoutRevision(holder: JsonObject, field: string): void {
  const map = holder[field];
  if (!isObject(map)) return;
  delete map.revision;
  withoutRevision(map, 'matchLabels');
  const expressions = objectsAt(map, 'matchExpressions').filter((expression) => expression.key !== 'revision');
  if (expressions.length > 0) map.matchExpressions = expressions;
  else delete map.matchExpressions;
  if (Object.keys(map).length === 0) delete holder[field];
}
