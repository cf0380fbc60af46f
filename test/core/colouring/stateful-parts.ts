import fc from 'fast-check';
import { buildStack, type Stack } from '../../../src/core/colouring/stack.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import type { Manifest } from '../../../src/core/manifests/manifests.ts';
import { identifiers } from '../support.ts';

/** Applications with parts that may have state, for properties. */

/** A part that may have state. */
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
/** The parts of an application. */
export const applications = fc.array(part, { maxLength: 5 });

/** A front behind the route, and these parts beside it. */
export function manifestsFor(parts: readonly Part[]): Manifest[] {
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

/** The stack of a revision of an application whose front visitors reach. */
export function stackOf(manifests: readonly Manifest[], revision: string): Stack {
  const built = buildStack(manifests, new Map(), identifiers(revision), { routed: new Set(['front']) });
  if ('stack' in built) return built.stack;
  throw new Error(JSON.stringify(built.problems));
}
