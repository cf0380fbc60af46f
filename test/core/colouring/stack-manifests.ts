import { buildStack, type Stack } from '../../../src/core/colouring/stack.ts';
import { namedByRoute } from '../../../src/routes/registry.ts';
import { identifiers, manifestsOf } from '../support.ts';

export const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
`;
export const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: ghcr.io/acme/web:v1}]}
`;
export const HPA_V1 = `
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 4, targetCPUUtilizationPercentage: 70}
`;
export const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {password: one}\n';
export const join = (...parts: string[]) => parts.join('\n---\n');

function build(text: string, images: Record<string, string> = {}, ids = identifiers()) {
  return buildStack(manifestsOf(text), new Map(Object.entries(images)), ids, {
    routed: new Set(['web']),
    namedBy: (one) => namedByRoute(one, ids.namespace),
  });
}
export function stackOf(text: string, images: Record<string, string> = {}, ids = identifiers()): Stack {
  const result = build(text, images, ids);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.stack;
}
export function problemsOf(text: string, images: Record<string, string> = {}, ids = identifiers()) {
  const result = build(text, images, ids);
  if ('stack' in result) throw new Error('expected a refusal');
  return result.problems;
}
