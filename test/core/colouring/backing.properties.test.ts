import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectAt, textsOf } from '../../../src/core/base/json.ts';
import { buildStack, type Stack } from '../../../src/core/colouring/stack.ts';
import { keyOf } from '../../../src/core/kube/identity.ts';
import { type KubeObject, LABEL_APP, selects } from '../../../src/core/kube/objects.ts';
import { podLabels, podSpecOf } from '../../../src/core/kube/workload.ts';
import type { Manifest } from '../../../src/core/manifests/manifests.ts';
import { identifiers } from '../support.ts';

/** What holds for any application with parts that have state. */

const part = fc.record({
  kind: fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet'),
  image: fc.constantFrom('acme/own:1', 'postgres:15', 'redis', 'acme/web'),
  claim: fc.boolean(),
  recreated: fc.boolean(),
  called: fc.boolean(),
  reads: fc.constantFrom('', 'settings', 'keys'),
  said: fc.constantFrom('', 'true', 'false'),
});
type Part = typeof part extends fc.Arbitrary<infer T> ? T : never;
const applications = fc.array(part, { maxLength: 5 });

/** A front behind the route, and these parts beside it. */
function manifestsFor(parts: readonly Part[]): Manifest[] {
  const objects = parts.flatMap((one, index) => {
    const name = `part${index}`;
    const container = {
      name,
      image: one.image,
      envFrom: one.reads === '' ? [] : [{ secretRef: { name: one.reads } }],
      volumeMounts: one.claim ? [{ name: 'd', mountPath: '/d' }] : [],
    };
    const volumes = one.claim ? [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] : [];
    const spec = {
      ...(one.kind === 'Deployment' && one.recreated ? { strategy: { type: 'Recreate' } } : {}),
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container], volumes } },
    };
    const annotations = one.said === '' ? {} : { 'greenpath.dev/backing': one.said };
    const workload = { apiVersion: 'apps/v1', kind: one.kind, metadata: { name, annotations }, spec };
    return one.called ? [workload, service(name)] : [workload];
  });
  const front = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'front' },
    spec: {
      selector: { matchLabels: { app: 'front' } },
      template: {
        metadata: { labels: { app: 'front' } },
        spec: { containers: [{ name: 'front', image: 'acme/front', envFrom: [{ secretRef: { name: 'settings' } }] }] },
      },
    },
  };
  const secrets = ['settings', 'keys'].map((name) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } }));
  return [front, service('front'), ...secrets, ...objects].map((object) => ({
    object: structuredClone(object) as KubeObject,
    place: { file: 'all.yaml', line: 1 },
    given: `${object.kind} ${object.metadata.name}`,
  }));
}

function service(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80 }] },
  };
}

function stackOf(manifests: readonly Manifest[], revision: string): Stack {
  const built = buildStack(manifests, new Map(), identifiers(revision), { routed: new Set(['front']) });
  if ('stack' in built) return built.stack;
  throw new Error(JSON.stringify(built.problems));
}

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
