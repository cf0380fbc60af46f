import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildStack } from '../../../src/core/colouring/stack.ts';
import { nameOf } from '../../../src/core/kube/objects.ts';
import { namedByRoute } from '../../../src/routes/registry.ts';
import { identifiers, manifestsOf, only } from '../support.ts';

const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}';
const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "acme/web:1"}]}}`;
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {password: one}';
const join = (...parts: string[]) => parts.join('\n---\n');

function build(text: string, ids = identifiers(), others: 'leave' | 'refuse' = 'leave') {
  const built = buildStack(manifestsOf(text), new Map(), ids, {
    routed: new Set(['web']),
    others,
    namedBy: (one) => namedByRoute(one, ids.namespace),
  });
  const { shared = [], left = [] } = 'stack' in built ? built.stack : {};
  return { shared, left, problems: 'stack' in built ? [] : built.problems };
}

describe('what keeps its name cannot name what has another one in each revision', () => {
  const custom = (kind: string, group: string, spec: string, annotations = '{greenpath.dev/shared: "true"}') =>
    `apiVersion: ${group}\nkind: ${kind}\nmetadata: {name: x, annotations: ${annotations}}\nspec: ${spec}`;
  const role = (rule: string) =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: x}\nrules: [{apiGroups: [""], verbs: [get], ${rule}}]`;
  const scaled = '{scaleTargetRef: {name: web}}';
  const vpa = '{targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}';
  const trigger = '{secretTargetRef: [{parameter: p, name: key, key: password}]}';
  const manifests = (object: string) => join(SERVICE, DEPLOYMENT, SECRET, object);

  test.each<[string, string, string, string]>([
    [
      'a ScaledObject',
      custom('ScaledObject', 'keda.sh/v1alpha1', scaled),
      'ScaledObject x is shared and names Deployment web (spec.scaleTargetRef)',
      'remove that annotation, and each revision has its own copy',
    ],
    [
      'a VerticalPodAutoscaler',
      custom('VerticalPodAutoscaler', 'autoscaling.k8s.io/v1', vpa),
      'VerticalPodAutoscaler x is shared and names Deployment web (spec.targetRef)',
      'remove that annotation, and each revision has its own copy',
    ],
    [
      'a scaler of another kind',
      custom('Scaler', 'example.com/v1', scaled),
      'Scaler x is shared and names Deployment web (spec.scaleTargetRef)',
      'leave it out of `manifests`; a HorizontalPodAutoscaler (autoscaling/v2) is released with each revision',
    ],
    [
      'a TriggerAuthentication',
      custom('TriggerAuthentication', 'keda.sh/v1alpha1', trigger),
      'TriggerAuthentication x is shared and names Secret key (spec.secretTargetRef)',
      'share that Secret too (annotate it greenpath.dev/shared: "true")',
    ],
    [
      'an HPA',
      custom('HorizontalPodAutoscaler', 'autoscaling/v2', '{scaleTargetRef: {kind: Deployment, name: web}}'),
      'HorizontalPodAutoscaler x is shared and names Deployment web (spec.scaleTargetRef)',
      'remove that annotation, and each revision has its own copy',
    ],
    [
      'a Role for a Secret',
      role('resources: [secrets], resourceNames: [other, key]'),
      'Role x is shared and names Secret key (rules[0].resourceNames)',
      'share that Secret too (annotate it greenpath.dev/shared: "true"), or write the rule without resourceNames',
    ],
    [
      'a Role for a subresource',
      role('resources: [deployments/scale], resourceNames: [web]'),
      'Role x is shared and names Deployment web (rules[0].resourceNames)',
      'write the rule without resourceNames',
    ],
  ])('%s', (_, object, fault, cure) => {
    const { text, place } = only(build(manifests(object)).problems);
    expect(text).toBe(`${fault}, of which each revision has its own copy under another name: ${cure}`);
    expect(place?.file).toBe('all.yaml');
  });

  test('and is not told to be shared where that could not work', () => {
    const left = build(manifests(custom('Scaler', 'example.com/v1', scaled, '{}')));
    expect(only(left.left).why).toBe(
      'it names Deployment web (spec.scaleTargetRef), of which each revision has its own copy under another name',
    );
    const { text } = only(
      build(manifests(custom('Scaler', 'example.com/v1', scaled, '{}')), undefined, 'refuse').problems,
    );
    expect(text).toMatch(/^Scaler x cannot be released: it names Deployment web \(spec\.scaleTargetRef\)/);
    expect(text).not.toContain('shared');
  });

  test.each<[string, string]>([
    [
      'a Service, whose plain name leads to the live version',
      custom('HTTPProxy', 'projectcontour.io/v1', '{routes: [{services: [{kind: Service, name: web}]}]}'),
    ],
    ['what is not in the manifests', custom('ScaledObject', 'keda.sh/v1alpha1', '{scaleTargetRef: {name: other}}')],
    [
      'a kind of another group',
      custom('Foo', 'example.com/v1', '{ref: {apiVersion: example.com/v1, kind: Deployment, name: web}}'),
    ],
    ['what may be missing', custom('Foo', 'example.com/v1', '{secretRef: {name: key, optional: true}}')],
    ['other resources', role('resources: [leases], resourceNames: [web]')],
    ['a rule of no names', role('resources: [secrets]')],
  ])('%s may be named', (_, object) => {
    expect(only(build(manifests(object)).shared).object.metadata.name).toBe('x');
  });

  test('a hand-written pair says the names itself', () => {
    const read = (name: string) => readFileSync(`examples/nginx/${name}.yaml`, 'utf8');
    const scaler = custom('ScaledObject', 'keda.sh/v1alpha1', '{scaleTargetRef: {name: nginx-v1-24-0}}');
    const ids = identifiers('v1.24.0', { app: 'nginx' });
    const { shared } = build(join(read('shared'), read('blue'), read('green'), scaler), ids);
    expect(shared.map(({ object }) => object.kind)).toContain('ScaledObject');
  });

  test('what the annotation of an Ingress names keeps its name', () => {
    const config = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: b}`;
    const annotations =
      'nginx.ingress.kubernetes.io/auth-proxy-set-headers: shop/headers, nginx.ingress.kubernetes.io/custom-headers: other/own';
    const route = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, annotations: {${annotations}}}\nspec: {}`;
    const { shared } = build(join(route, config('headers'), config('own'), SERVICE, DEPLOYMENT));
    expect(shared.map(({ object }) => nameOf(object))).toEqual(['ConfigMap headers']);
  });
});
