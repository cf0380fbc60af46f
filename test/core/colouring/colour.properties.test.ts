import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import { slugOf } from '../../../src/core/base/revision.ts';
import { kindMeant } from '../../../src/core/kube/identity.ts';
import type { Manifest } from '../../../src/core/manifests/manifests.ts';
import { dnsLabels, revisions } from '../support.ts';
import { checkApart, checkNames, checkReferences, checkSelectors, checkTwice, checkUnharmed } from './checks.ts';

/** Names that begin or end alike, and any others: a ConfigMap's and a Secret's may have dots and 253 characters. */
const alike = fc.constantFrom('web', 'web-api', 'api', 'web-v1', 'web-api-v1', 'api-v1', 'v1');
const names = fc.oneof(alike, dnsLabels);
const subdomains = fc.oneof(
  names,
  fc.array(dnsLabels, { minLength: 2, maxLength: 4 }).map((labels) =>
    labels
      .join('.')
      .slice(0, 253)
      .replace(/[-.]+$/, ''),
  ),
);
const anyRevision = fc
  .oneof(fc.constantFrom('v1', 'api-v1', 'web-api-v1', 'v1-v1'), revisions)
  .filter((revision) => revision !== 'c');
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });
const set = (name: fc.Arbitrary<string>, more = {}) => fc.uniqueArray(name, { maxLength: 4, ...more });

const podLabelsAny = fc.record(
  { app: fc.constantFrom('a', 'b'), tier: fc.constantFrom('a', 'b') },
  { requiredKeys: [] },
);
/** No revision is called `c`: who asks for another revision by its name means that one. */
const values = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });
const expressions = fc.oneof(
  fc.record({ key: fc.constantFrom('app', 'tier'), operator: fc.constantFrom('In', 'NotIn'), values }),
  fc.record({
    key: fc.constant('revision'),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.constant('c').map((revision) => [revision]),
  }),
  fc.record({ key: fc.constantFrom('app', 'tier', 'revision'), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const labelSelectors = fc.record(
  { matchLabels: podLabelsAny, matchExpressions: fc.array(expressions, { maxLength: 2 }) },
  { requiredKeys: [] },
);
const term = fc.record(
  {
    topologyKey: fc.constant('zone'),
    labelSelector: labelSelectors,
    namespaces: fc.array(fc.constant('elsewhere'), { minLength: 1, maxLength: 1 }),
    namespaceSelector: fc.constant({}),
  },
  { requiredKeys: ['topologyKey'] },
);
const spread = fc.record(
  { topologyKey: fc.constant('zone'), labelSelector: labelSelectors },
  { requiredKeys: ['topologyKey'] },
);
const affinity = fc.record({
  requiredDuringSchedulingIgnoredDuringExecution: some(term),
  preferredDuringSchedulingIgnoredDuringExecution: some(fc.record({ podAffinityTerm: term })),
});

/** Every way in which a pod spec can name a ConfigMap, a Secret or something that is shared. */
function podSpecs(configs: readonly string[], secrets: readonly string[]): fc.Arbitrary<JsonObject> {
  const config = fc.constantFrom(...configs, 'elsewhere');
  const secret = fc.constantFrom(...secrets, 'elsewhere');
  const named = (name: fc.Arbitrary<string>) => fc.record({ name, optional: fc.boolean() }, { requiredKeys: ['name'] });
  const [aConfig, aSecret] = [named(config), named(secret)];
  const volumes = fc.oneof(
    fc.record({ configMap: aConfig }),
    fc.record({ secret: fc.record({ secretName: secret }) }),
    fc.record({
      projected: fc.record({
        sources: some(fc.oneof(fc.record({ configMap: aConfig }), fc.record({ secret: aSecret }))),
      }),
    }),
    fc.record({ persistentVolumeClaim: fc.record({ claimName: config }) }),
    fc.record({ csi: fc.record({ nodePublishSecretRef: aSecret }) }),
    fc.record({ azureFile: fc.record({ secretName: secret }) }),
    fc
      .constantFrom('cephfs', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos')
      .chain((driver) => fc.record({ [driver]: fc.record({ secretRef: aSecret }) })),
  );
  const env = fc.oneof(
    fc.record({ name: fc.constantFrom('A', 'GREENPATH_SUFFIX'), value: config }),
    fc.record({
      name: fc.constant('B'),
      valueFrom: fc.oneof(fc.record({ configMapKeyRef: aConfig }), fc.record({ secretKeyRef: aSecret })),
    }),
  );
  const containers = some(
    fc.record(
      {
        name: fc.constant('c'),
        args: some(config),
        env: some(env),
        envFrom: some(fc.oneof(fc.record({ configMapRef: aConfig }), fc.record({ secretRef: aSecret }))),
      },
      { requiredKeys: ['name'] },
    ),
  );
  return fc.record(
    {
      volumes: some(volumes),
      containers,
      initContainers: containers,
      imagePullSecrets: some(fc.record({ name: secret })),
      serviceAccountName: config,
      affinity: fc.record({ podAffinity: affinity, podAntiAffinity: affinity }, { requiredKeys: [] }),
      topologySpreadConstraints: some(spread),
    },
    { requiredKeys: [] },
  );
}

const place = { file: 'all.yaml', line: 1 };
const object = (kind: string, name: string, spec?: JsonObject): Manifest => ({
  object: {
    apiVersion: kindMeant(kind)?.apiVersion ?? '',
    kind,
    metadata: { name, labels: { team: 'a' } },
    ...(spec ? { spec } : {}),
  },
  place,
  given: `${kind} ${name}`,
});

/** Several objects of every kind that is coloured, with references through every field, to one another and elsewhere. */
const manifests: fc.Arbitrary<Manifest[]> = fc
  .record({
    configs: set(subdomains),
    secrets: set(subdomains),
    deployments: set(names, { minLength: 1, maxLength: 3 }),
    services: set(names),
    others: set(names, { maxLength: 2 }),
  })
  .chain(({ configs, secrets, deployments, services, others }) => {
    const template = fc.record({ metadata: fc.record({ labels: podLabelsAny }), spec: podSpecs(configs, secrets) });
    const each = (list: readonly string[], kind: string, spec: fc.Arbitrary<JsonObject>) =>
      fc.tuple(...list.map((name) => spec.map((made) => object(kind, name, made))));
    const workloads = template.map(
      (made): JsonObject => ({ selector: { matchLabels: { ...made.metadata.labels } }, template: made }),
    );
    const described = fc.record({
      kind: fc.constantFrom('Service', 'Ingress'),
      name: fc.constantFrom(...services, 'elsewhere'),
    });
    const scalers = fc.record({
      scaleTargetRef: fc.record({
        kind: fc.constant('Deployment'),
        name: fc.constantFrom(...deployments, 'elsewhere'),
      }),
      metrics: some(fc.record({ object: fc.record({ describedObject: described }) })),
    });
    const service = fc.record({ selector: podLabelsAny }, { requiredKeys: [] });
    const budgets = fc.record({ selector: labelSelectors }, { requiredKeys: [] });
    return fc
      .tuple(
        each(deployments, 'Deployment', workloads),
        each(others, 'Job', fc.record({ template })),
        each(services, 'Service', service),
        each(others, 'HorizontalPodAutoscaler', scalers),
        each(others, 'PodDisruptionBudget', budgets),
      )
      .map((made) => [
        ...configs.map((name) => object('ConfigMap', name)),
        ...secrets.map((name) => object('Secret', name)),
        ...made.flat(),
      ]);
  });

const twoRevisions = fc.tuple(anyRevision, anyRevision).filter(([one, other]) => slugOf(one) !== slugOf(other));

describe('for any manifests', () => {
  const one = (check: (given: Manifest[], revision: string) => void) =>
    fc.assert(fc.property(manifests, anyRevision, check));
  const two = (check: (given: Manifest[], revision: string, other: string) => void) =>
    fc.assert(
      fc.property(manifests, twoRevisions, (given, [revision, other]) => check(given, revision, other)),
      { numRuns: 300 },
    );

  test('no name is above 63 characters', () => one(checkNames));
  test('every reference that resolved before resolves after, every other is as it was', () => one(checkReferences));
  test('a selector selects the same workloads after, and none of another revision', () => two(checkSelectors));
  test('colouring twice changes nothing', () => one(checkTwice));
  test('two revisions never share an object', () => two(checkApart));
  test('nothing else changes', () => one(checkUnharmed));
});
