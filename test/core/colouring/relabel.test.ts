import { describe, expect, test } from 'vitest';
import { objectAt, textsOf } from '../../../src/core/base/json.ts';
import { colour } from '../../../src/core/colouring/colour.ts';
import { asPresent, relabel, unselected } from '../../../src/core/colouring/relabel.ts';
import { podLabels, podSpecOf } from '../../../src/core/kube/workload.ts';
import { identifiers, manifestsOf, objectOf, present, service } from '../support.ts';

const IDS = identifiers('v2');
const OWN = colour(
  manifestsOf(`
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web, tier: front}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchExpressions: [{key: app, operator: In, values: [web, other]}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web, tier: front}}
  template:
    metadata: {labels: {app: web, tier: front}, annotations: {app: web}}
    spec:
      containers: [{name: web, image: web, args: [app, web], env: [{name: APP, value: web}]}]
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
`),
  IDS,
);
const selecting = (selector: Record<string, string>, name = 'web') => {
  const one = service(name);
  one.spec.selector = selector;
  return one;
};
const policy = (spec: string, name = 'p') =>
  objectOf(`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}}, spec: ${spec}}`);
const byKind = (own: typeof OWN, kind: string) => present(own.find(({ object }) => object.kind === kind)).object;
function changed(services: ReturnType<typeof selecting>[], policies: ReturnType<typeof policy>[] = []) {
  const result = relabel(OWN, services, policies, IDS);
  if ('refusal' in result) throw new Error(result.refusal);
  return result;
}

describe('relabel', () => {
  test('changes nothing where no Service selects the pods', () => {
    expect(changed([selecting({ app: 'api' }), selecting({ app: 'web', tier: 'back' })])).toEqual({
      own: OWN,
      change: undefined,
    });
  });

  test('changes one label of the pods, and every selector that asks for it', () => {
    const { own, change } = changed([selecting({ app: 'web' })]);
    expect(change).toBe('app: web → web-v2');
    const deployment = byKind([...own], 'Deployment');
    expect(podLabels(deployment)).toEqual({ app: 'web-v2', tier: 'front', revision: 'v2' });
    expect(objectAt(deployment, 'spec', 'selector').matchLabels).toEqual(podLabels(deployment));
    expect(textsOf(objectAt(byKind([...own], 'Service'), 'spec').selector)).toEqual(podLabels(deployment));
    expect(JSON.stringify(objectAt(byKind([...own], 'PodDisruptionBudget'), 'spec').selector)).toContain(
      '["web-v2","other"]',
    );
    expect(JSON.stringify(podSpecOf(deployment))).toContain('"app":"web-v2"');
  });

  test("touches no text, no annotation, and no label that is not the pods'", () => {
    const deployment = byKind([...changed([selecting({ app: 'web' })]).own], 'Deployment');
    expect(deployment.metadata.labels?.app).toBe('web');
    expect(objectAt(deployment, 'spec', 'template', 'metadata').annotations).toEqual({ app: 'web' });
    const [container] = (podSpecOf(deployment) as { containers: { args: string[] }[] }).containers;
    expect(container?.args).toEqual(['app', 'web']);
  });

  test('takes a label that all colliding Services ask for', () => {
    expect(changed([selecting({ app: 'web', tier: 'front' }), selecting({ tier: 'front' }, 'all')]).change).toBe(
      'tier: front → front-v2',
    );
  });

  test('takes another label where a NetworkPolicy means the pods by the usual one', () => {
    const both = selecting({ app: 'web', tier: 'front' });
    const byApp = policy('{podSelector: {matchLabels: {app: web}}}');
    expect(changed([both], [byApp]).change).toBe('tier: front → front-v2');
  });

  test.each([
    ['as its target', '{podSelector: {matchLabels: {app: web}}}'],
    ['by an expression', '{podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}}'],
    [
      'as a source',
      '{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}',
    ],
    [
      'as a destination',
      '{podSelector: {matchLabels: {app: db}}, egress: [{to: [{podSelector: {matchLabels: {app: web}}}]}]}',
    ],
  ])('refuses by name a NetworkPolicy that means the pods %s', (_, spec) => {
    const result = relabel(OWN, [selecting({ app: 'web' })], [policy(spec, 'only-web')], IDS);
    expect(result).toEqual({
      refusal: expect.stringContaining("NetworkPolicy only-web selects the live version's pods"),
    });
  });

  test.each([
    '{podSelector: {}}',
    '{podSelector: {matchLabels: {app: api}}}',
    '{podSelector: {matchLabels: {tier: front}}}',
  ])('a NetworkPolicy that means the same pods as before is no obstacle: %s', (spec) => {
    expect(changed([selecting({ app: 'web' })], [policy(spec)]).change).toBe('app: web → web-v2');
  });

  test('refuses a NetworkPolicy that means the pods of a CronJob', () => {
    const pods = '{metadata: {labels: {app: web, tier: cron}}, spec: {containers: [{name: c, image: c}]}}';
    const cron = objectOf(
      `{apiVersion: batch/v1, kind: CronJob, metadata: {name: bill}, spec: {jobTemplate: {spec: {template: ${pods}}}}}`,
    );
    const [first] = OWN;
    const own = [...OWN, { ...present(first), object: cron }];
    const byTier = policy('{podSelector: {matchLabels: {app: web, tier: cron}}}', 'only-cron');
    expect(relabel(own, [selecting({ app: 'web' })], [byTier], IDS)).toEqual({
      refusal: expect.stringContaining('NetworkPolicy only-cron'),
    });
  });

  test('does not change what it is given', () => {
    const before = structuredClone(OWN);
    changed([selecting({ app: 'web' })]);
    expect(OWN).toEqual(before);
  });
});

test.each([
  ['PodMonitor', '{selector: {matchLabels: {app: web}}}', 1],
  ['PodMonitor', '{selector: {matchLabels: {tier: front}}}', 0],
  ['PodMonitor', '{selector: {matchLabels: {app: other}}}', 0],
  ['ServiceMonitor', '{selector: {matchLabels: {app: web}}}', 0],
  ['CiliumNetworkPolicy', '{endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]}', 1],
])('a shared %s of %s is reported if it does not select the new pods: %d', (kind, spec, count) => {
  const result = relabel(OWN, [selecting({ app: 'web' })], [], IDS);
  if ('refusal' in result) throw new Error(result.refusal);
  const shared = manifestsOf(`apiVersion: example.com/v1\nkind: ${kind}\nmetadata: {name: x}\nspec: ${spec}`);
  expect(unselected(shared, OWN, result.own)).toHaveLength(count);
});

test('asPresent: a revision that was relabelled when it was deployed first keeps those labels', () => {
  const { own } = changed([selecting({ app: 'web' })]);
  const present = own.flatMap(({ object }) => (object.kind === 'Deployment' ? [object] : []));
  expect(asPresent(OWN, present, IDS)).toEqual(own);
  expect(
    asPresent(
      OWN,
      OWN.map(({ object }) => object),
      IDS,
    ),
  ).toBeUndefined();
  expect(asPresent(OWN, [], IDS)).toBeUndefined();
});
