import { describe, expect, test } from 'vitest';
import { findMissing, refuseOthersObjects, tellSecondBudgets } from '../../../src/steps/candidate/preflight.ts';
import { json } from '../../cluster/server.ts';
import { byPath, ingress, items, look, situation, stackService } from '../../state/app.ts';
import { deployment, PLAIN, SERVICE, stackOf } from '../stacks.ts';

/** What is missing, or somebody else's, before a candidate is written. */

const LIVE = { ingresses: [ingress()], services: [stackService('v1')] };
const problemsOf = (work: Promise<void>) =>
  work.then(
    () => [],
    (error) => error.problems.map(({ text }: { text: string }) => text),
  );

describe('what the pods need and nobody brings', () => {
  const reads = deployment('web', 'volumes: [{name: data, secret: {secretName: db}}], ');
  const external =
    '{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: db, annotations: {greenpath.dev/shared: "true"}}, spec: {}}';

  test('is a problem at the place that needs it', async () => {
    const { run } = await look({}, byPath({}));
    const [problem] = await findMissing(run, stackOf(reads, SERVICE));
    expect(problem).toMatchObject({ text: expect.stringContaining('needs Secret db'), place: { file: 'all.yaml' } });
  });

  test('is only told where a controller may make it of a shared object', async () => {
    const looking = await look({}, byPath({}));
    expect(await findMissing(looking.run, stackOf(reads, SERVICE, external))).toEqual([]);
    expect(looking.told()).toContain('let one of the shared objects create it');
  });

  test.each<[string, string, string, boolean]>([
    ['that names it and runs before the pods', 'pre-deploy', '--secret-name=db', true],
    ['that names it and runs later', 'post-deploy', '--secret-name=db', false],
    ['that names it in a script', 'pre-deploy', '"kubectl create secret generic db; echo made secret/db."', true],
    ['that does not name it', 'pre-deploy', '--secret-name=other', false],
    ['that has a longer name', 'pre-deploy', '--secret-name=db-admin', false],
    ['that has a name with another beginning', 'pre-deploy', '--secret-name=my.db', false],
    ['that has it in a word', 'pre-deploy', 'feedback', false],
    ['that has it in an option', 'pre-deploy', '--db-host=x', false],
    ['that calls a host of that name', 'pre-deploy', '"postgres://db/shop, me@db or db:5432"', false],
  ])('is only told where a hook may make it: one %s', async (_, point, argument, isTold) => {
    const hook = `{apiVersion: batch/v1, kind: Job, metadata: {name: keys, annotations: {greenpath.dev/hook: ${point}}},
      spec: {template: {spec: {restartPolicy: Never, containers: [{name: keys, image: acme/db, args: [${argument}]}]}}}}`;
    const looking = await look({}, byPath({}));
    expect(await findMissing(looking.run, stackOf(reads, SERVICE, hook))).toHaveLength(isTold ? 0 : 1);
    expect(looking.told().includes('or let Job keys create it')).toBe(isTold);
  });

  test.each<[string, string, string, boolean]>([
    ['which may make any Secret', '', '', true],
    ['whose class names it', '', 'db', true],
    ['whose class names others', '', 'other', false],
    ['which itself needs it', ', nodePublishSecretRef: {name: db}', '', false],
  ])('is only told where a volume is one of the Secrets Store driver %s', async (_, ref, made, isTold) => {
    const csi = `{driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: vault}${ref}}`;
    const pod = `volumes: [{name: data, secret: {secretName: db}}, {name: vault, csi: ${csi}}], `;
    const store = `{apiVersion: secrets-store.csi.x-k8s.io/v1, kind: SecretProviderClass, metadata: {name: vault}, spec: {secretObjects: [{secretName: ${made}}]}}`;
    const looking = await look({}, byPath({}));
    const stack = stackOf(deployment('web', pod), SERVICE, ...(made === '' ? [] : [store]));
    expect(await findMissing(looking.run, stack)).toHaveLength(isTold ? 0 : 1);
    const told =
      '::warning::Deployment web needs Secret db, which is neither in the manifests nor in the namespace: the driver secrets-store.csi.k8s.io makes it when a pod mounts the volume';
    expect(looking.told().includes(told)).toBe(isTold);
  });

  test('is a problem where a volume is one of another driver, or another kind is missing', async () => {
    const { run } = await look({}, byPath({}));
    const csi = (driver: string, rest: string) =>
      deployment('web', `volumes: [{name: data, csi: {driver: ${driver}}}, {name: other, ${rest}}], `);
    const secret = csi('disk.csi.azure.com', 'secret: {secretName: db}');
    expect(await findMissing(run, stackOf(secret, SERVICE))).toHaveLength(1);
    const settings = csi('secrets-store.csi.k8s.io', 'configMap: {name: db}');
    expect(await findMissing(run, stackOf(settings, SERVICE))).toHaveLength(1);
  });

  test('is none if it is there, and what it holds is shown nowhere', async () => {
    const secret = { kind: 'Secret', metadata: { name: 'db' }, data: { password: btoa('correct-horse-battery') } };
    const looking = await look({}, byPath({ 'GET secrets/db': json(200, secret) }));
    expect(await findMissing(looking.run, stackOf(reads, SERVICE))).toEqual([]);
    looking.run.report.line('the password is correct-horse-battery');
    expect(looking.told()).toContain('the password is ***');
  });
});

test('names that another app of the namespace has are refused, each at its place', async () => {
  const taken = { metadata: { name: 'web-v2', labels: { 'greenpath.dev/app': 'other' } } };
  const looking = await look(
    {},
    byPath({
      'GET configmaps': items({ ...taken, metadata: { ...taken.metadata, name: 'greenpath-web-v2' } }),
      'GET deployments': items(taken),
    }),
  );
  const found = situation(looking, { ...LIVE, services: [stackService('v1'), stackService('v2', 'web', 'other')] });
  expect(await problemsOf(refuseOthersObjects(looking.run, stackOf(...PLAIN), found))).toEqual([
    expect.stringContaining('web-v2 belongs to app other already'),
    expect.stringContaining('web-v2 belongs to app other already'),
    'ConfigMap greenpath-web-v2 belongs to app other already',
  ]);
  const fine = await look({}, byPath({ 'GET configmaps': items(), 'GET deployments': items() }));
  const own = { ...LIVE, services: [stackService('v1'), stackService('v2')] };
  await refuseOthersObjects(fine.run, stackOf(...PLAIN), situation(fine, own));
});

describe('a second disruption budget', () => {
  const budget =
    '{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}';
  const other = (labels: object) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'old', labels },
    spec: { selector: { matchLabels: { app: 'web' } } },
  });

  test('that selects the same pods is reported: none of them could be evicted', async () => {
    const looking = await look(
      {},
      byPath({ 'GET poddisruptionbudgets': items(other({}), other({ 'greenpath.dev/app': 'web' })) }),
    );
    await tellSecondBudgets(looking.run, stackOf(...PLAIN, budget));
    expect(looking.told().match(/::notice::/g)).toHaveLength(1);
    expect(looking.told()).toContain('PodDisruptionBudget old selects the pods of Deployment web too');
  });

  test('is not asked for where the manifests have none', async () => {
    const looking = await look();
    await tellSecondBudgets(looking.run, stackOf(...PLAIN));
    expect(looking.asked).toEqual([]);
  });
});

test('what the account may not read counts as present', async () => {
  const words =
    'secrets "db" is forbidden: User "u" cannot get resource "secrets" in API group "" in the namespace "shop"';
  const looking = await look({}, byPath({ 'GET secrets/db': json(403, { message: words }) }));
  const reads = deployment('web', 'volumes: [{name: data, secret: {secretName: db}}], ');
  expect(await findMissing(looking.run, stackOf(reads, SERVICE))).toEqual([]);
  expect(looking.told()).toContain('Secret db was not looked at: the account may not get secrets');
});

test('an object that is left alone and may make what is missing is named', async () => {
  const { run } = await look({}, byPath({}));
  const reads = deployment('web', 'volumes: [{name: data, secret: {secretName: db}}], ');
  const of = (kind: string, name: string) =>
    `{apiVersion: external-secrets.io/v1, kind: ${kind}, metadata: {name: ${name}}, spec: {}}`;
  const [problem] = await findMissing(run, stackOf(reads, SERVICE, of('ExternalSecret', 'db'), of('Other', 'x')));
  expect(problem?.text).toContain(
    'or apply ExternalSecret db first, which may make it and which Greenpath leaves alone',
  );
});
