import { buildStack, type Stack } from '../../src/core/colouring/stack.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { identifiers, manifestsOf } from '../core/support.ts';

/** The Service web of the manifests. */
export const SERVICE =
  '{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, name: http}]}}';

/** A Deployment of the manifests: `pod` goes into the pod's spec, `spec` beside the template, both in YAML. */
export function deployment(name: string, pod = '', spec = '', metadata = ''): string {
  return `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}${metadata}}, spec: {${spec}
    selector: {matchLabels: {app: ${name}}},
    template: {metadata: {labels: {app: ${name}}}, spec: {${pod}containers: [{name: web, image: acme/web${MOUNT}}]}}}}`;
}
const MOUNT = ', volumeMounts: [{name: data, mountPath: /data}]';

/** A pod's spec that mounts a claim. */
export function claims(name: string): string {
  return `volumes: [{name: data, persistentVolumeClaim: {claimName: ${name}}}], `;
}

/** The stack of v2 that these manifests make. */
export function stackOf(...manifests: string[]): Stack {
  const built = buildStack(manifestsOf(manifests.join('\n---\n')), new Map(), identifiers('v2'), {
    routed: new Set(['web']),
  });
  if ('problems' in built) throw new Error(JSON.stringify(built.problems));
  return built.stack;
}

/** Nothing but a Deployment and its Service. */
export const PLAIN = [deployment('web', 'volumes: [{name: data, emptyDir: {}}], '), SERVICE];

/** A Deployment of the cluster, as it was read. */
export function deployed(name: string, replicas = 1, revision = 'v2'): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, uid: name, resourceVersion: '7', labels: { 'greenpath.dev/revision': revision } },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web', revision } } },
    },
  };
}
