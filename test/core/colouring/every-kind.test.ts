import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isObject, type Json, objectAt } from '../../../src/core/base/json.ts';
import { colour } from '../../../src/core/colouring/colour.ts';
import { KINDS } from '../../../src/core/kube/kinds.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { selectorMatches } from '../../../src/core/kube/selectors.ts';
import { treatmentOf } from '../../../src/core/kube/treatment.ts';
import { stackKindOf } from '../../../src/core/kube/turns.ts';
import { podLabels } from '../../../src/core/kube/workload.ts';
import { identifiers, manifestsOf } from '../support.ts';

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

describe.each(KINDS.filter(({ treatment }) => treatment === 'coloured' || treatment === 'hook'))('$kind', (row) => {
  const [blue, green] = [BLUE, GREEN].map((objects) => objects.filter(({ kind }) => kind === row.kind));

  test('has an example', () => {
    expect(green).not.toHaveLength(0);
  });

  test('has another name for each revision', () => {
    const names = (objects: readonly KubeObject[] = []) => objects.map(({ metadata }) => metadata.name);
    expect(names(green).filter((name) => names(blue).includes(name))).toEqual([]);
  });

  test("selects pods of its own revision, and none of the other's", () => {
    for (const object of green ?? []) {
      const selectors = selectorsBelow(objectAt(object, 'spec'));
      const foreign = selectors.filter((selector) => podsOf(BLUE).some((labels) => selectorMatches(selector, labels)));
      expect(foreign).toEqual([]);
    }
  });
});

test('selectors are found, and match', () => {
  const selectors = GREEN.flatMap((object) => selectorsBelow(objectAt(object, 'spec')));
  expect(selectors.length).toBeGreaterThan(3);
  const own = selectors.filter((selector) => podsOf(GREEN).some((labels) => selectorMatches(selector, labels)));
  expect(own.length).toBeGreaterThan(3);
});
