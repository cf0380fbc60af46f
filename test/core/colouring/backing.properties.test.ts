import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { objectAt, textsOf } from '../../../src/core/base/json.ts';
import type { Stack } from '../../../src/core/colouring/stack.ts';
import { keyOf } from '../../../src/core/kube/identity.ts';
import {
  ANNOTATION_BACKING,
  annotation,
  type KubeObject,
  LABEL_APP,
  LABEL_REVISION,
  label,
  selects,
} from '../../../src/core/kube/objects.ts';
import { storeSign } from '../../../src/core/kube/store-signs.ts';
import { podLabels, podSpecOf } from '../../../src/core/kube/workload.ts';
import type { Manifest } from '../../../src/core/manifests/manifests.ts';
import { applications, manifestsFor, stackOf } from './stateful-parts.ts';

/** What holds for any application with parts that have state. */

const objectsIn = (manifests: readonly Manifest[]) => manifests.map(({ object }) => object);

test('what exists once is the same object in each revision, and no revision has a copy or a mark on it', () => {
  fc.assert(
    fc.property(applications, (parts) => {
      const [blue, green] = ['v1', 'v2'].map((revision) => stackOf(manifestsFor(parts), revision)) as [Stack, Stack];
      expect(objectsIn(green.shared)).toEqual(objectsIn(blue.shared));
      const names = new Set(green.shared.map(({ given }) => given));
      for (const stack of [blue, green]) {
        expect(stack.own.filter(({ given }) => names.has(given))).toEqual([]);
        expect(
          stack.own
            .map(({ object }) => keyOf(object))
            .filter((key) => blue.shared.some((one) => keyOf(one.object) === key)),
        ).toEqual([]);
      }
      // Without the labels of a stack, no mode lists it for removal.
      expect(objectsIn(green.shared).filter(({ metadata }) => metadata.labels?.[LABEL_APP] !== undefined)).toEqual([]);
    }),
  );
});

test('what pods of a backing workload read and what selects them keeps its name', () => {
  fc.assert(
    fc.property(applications, (parts) => {
      const { own, shared } = stackOf(manifestsFor(parts), 'v2');
      const backing = objectsIn(shared).filter((object) => podSpecOf(object) !== undefined);
      const once = JSON.stringify(backing);
      for (const { object } of own) {
        expect(once).not.toContain(`"name":"${object.metadata.name}"`);
        if (object.kind !== 'Service') continue;
        const selector = textsOf(objectAt(object, 'spec').selector);
        expect(backing.filter((one) => selects(selector, podLabels(one)))).toEqual([]);
      }
    }),
  );
});

test('what has state is in no stack, unless its author says so or it is a worker', () => {
  fc.assert(
    fc.property(applications, (parts) => {
      const { own } = stackOf(manifestsFor(parts), 'v2');
      for (const [index, one] of parts.entries()) {
        const isStore = /^(postgres|redis)/.test(one.image);
        const isStateful = one.kind !== 'Deployment' || isStore || (one.called && (one.claim || one.recreated));
        const isExpected = one.kind === 'Deployment' && one.said !== 'true' && (one.said === 'false' || !isStateful);
        expect(own.some(({ given }) => given === `${one.kind} part${index}`)).toBe(isExpected);
      }
    }),
  );
});

describe('whatever the manifests of each revision say, and in whatever order revisions come and go', () => {
  const lives = fc.array(fc.record({ parts: applications, ends: fc.boolean() }), { minLength: 2, maxLength: 5 });

  test('no release writes to what another one created once, and no removal takes it', () => {
    fc.assert(
      fc.property(lives, (revisions) => {
        const once = new Map<string, KubeObject>();
        const own = new Map<string, KubeObject>();
        for (const [index, { parts, ends }] of revisions.entries()) {
          const revision = `r${index}`;
          const stack = stackOf(manifestsFor(parts), revision);
          // What exists once is created if it is missing.
          for (const { object } of stack.shared) if (!once.has(keyOf(object))) once.set(keyOf(object), object);
          for (const { object } of stack.own) own.set(keyOf(object), object);
          expect([...own.keys()].filter((key) => once.has(key))).toEqual([]);
          if (!ends) continue;
          // As `retire` finds a stack: by its labels.
          const found = [...once.values(), ...own.values()].filter((one) => label(one, LABEL_REVISION) === revision);
          expect(found.map(keyOf).filter((key) => once.has(key))).toEqual([]);
          for (const object of found) own.delete(keyOf(object));
        }
        // Nothing that visitors do not reach and that is a known data store has a copy in any revision.
        const stores = [...own.values()].filter((object) => storeSign(object, []) !== undefined);
        expect(stores.filter((object) => annotation(object, ANNOTATION_BACKING) !== 'false')).toEqual([]);
      }),
    );
  });
});
