import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { actsIn } from './acts.ts';
import { DEFINITIONS, NAMES } from './custom-kinds.ts';
import { deployment, service } from './parts.ts';
import { tellOneStory } from './story.ts';
import { allowOptional } from './whole-role.ts';
import { apply, makeWorld, RETIRE, type World } from './world.ts';

/**
 * Autoscalers of KEDA and VPA over the life of an application. Their controllers are not there: the test does what KEDA
 * does to the cluster, and looks at what Greenpath tells KEDA.
 */

const cluster = inject('cluster');
let world: World;
const { passes, released } = actsIn(() => world);
tellOneStory();

const scaledObject = (name: string, spec: object) => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name },
  spec: {
    scaleTargetRef: { name },
    triggers: [{ type: 'rabbitmq', metadata: { queueName: 'orders' }, authenticationRef: { name: 'queue' } }],
    ...spec,
  },
});
const MANIFESTS = () => [
  deployment(cluster, { name: 'web', replicas: 1 }),
  service('web'),
  deployment(cluster, { name: 'mailer' }),
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, stringData: { password: 'c0rrect-h0rse' } },
  {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'TriggerAuthentication',
    metadata: { name: 'queue' },
    spec: { secretTargetRef: [{ parameter: 'password', name: 'login', key: 'password' }] },
  },
  scaledObject('web', { maxReplicaCount: 4 }),
  scaledObject('mailer', { maxReplicaCount: 4 }),
  {
    apiVersion: 'autoscaling.k8s.io/v1',
    kind: 'VerticalPodAutoscaler',
    metadata: { name: 'web' },
    spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  },
];

beforeAll(async () => {
  world = await makeWorld(cluster, 'scalers', 'split', 2);
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: MANIFESTS() }));
});
afterAll(async () => {
  await kubectl(cluster, 'delete', 'crd', '--ignore-not-found', '--wait=false', ...NAMES);
  await world.end();
});

async function get(kind: string, name: string): Promise<KubeObject> {
  return JSON.parse(await world.kubectl('get', kind, name, '-o', 'json')) as KubeObject;
}
/** What KEDA does with a ScaledObject that is not paused: an HPA of its own, with the limits of the ScaledObject. */
async function kedaFollows(name: string): Promise<void> {
  const { metadata, spec } = await get('scaledobject', name);
  const { minReplicaCount: minReplicas = 1, maxReplicaCount: maxReplicas } = spec as Record<string, number>;
  const owner = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name, uid: metadata.uid, controller: true };
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  await apply(cluster, world.namespace, [
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: `keda-hpa-${name}`, ownerReferences: [owner] },
      spec: { scaleTargetRef: target, minReplicas, maxReplicas },
    },
  ]);
}
const limits = async (name: string) => {
  const { spec, metadata } = await get('scaledobject', name);
  const { minReplicaCount, maxReplicaCount } = spec as Record<string, number>;
  return [minReplicaCount, maxReplicaCount, metadata.annotations?.['greenpath.dev/limits']];
};
const paused = async (name: string) =>
  (await get('scaledobject', name)).metadata.annotations?.['autoscaling.keda.sh/paused-replicas'];
const replicas = async (name: string) => ((await get('deployment', name)).spec as { replicas: number }).replicas;
const own = async () =>
  (await world.kubectl('get', 'scaledobject,triggerauthentication,verticalpodautoscaler', '-o', 'name'))
    .trim()
    .split('\n');

test('a cluster without KEDA: the release is refused, and says what is missing, before anything is written', async () => {
  const { exitCode, stdout } = await world.run('deploy-green', 'v2');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('the cluster serves no kind');
  expect(stdout).toContain('keda.sh/v1alpha1');
  expect(stdout).toContain('that its CRD is installed');
  expect(await world.kubectl('get', 'service', '-o', 'name')).not.toContain('web-v2');
});

test('an account without the optional rules: the release is refused with the verb that is missing', async () => {
  await apply(cluster, world.namespace, DEFINITIONS);
  await kubectl(cluster, 'wait', 'crd', ...NAMES, '--for=condition=Established', '--timeout=60s');
  const { exitCode, stdout } = await world.run('deploy-green', 'v2');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/the account may not list (scaledobjects|triggerauthentications|verticalpodautoscalers)/);
  expect(stdout).toContain('docs/role.yaml');
  expect(await world.kubectl('get', 'service', '-o', 'name')).not.toContain('web-v2');
});

test('each revision has its own: at the strength of blue, and paused if it scales a worker', async () => {
  await allowOptional(world);
  await apply(cluster, world.namespace, [scaledObject('web-v1', { minReplicaCount: 1, maxReplicaCount: 5 })]);
  await kedaFollows('web-v1');
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).toContain('VerticalPodAutoscaler web changes the requests of running pods (updateMode Auto)');
  expect(await limits('web-v2')).toEqual([2, 4, '0..4']);
  expect((await get('scaledobject', 'web-v2')).spec).toMatchObject({
    scaleTargetRef: { name: 'web-v2' },
    triggers: [{ authenticationRef: { name: 'queue-v2' } }],
  });
  expect((await get('triggerauthentication', 'queue-v2')).spec).toMatchObject({
    secretTargetRef: [{ name: 'login-v2' }],
  });
  expect((await get('verticalpodautoscaler', 'web-v2')).spec).toMatchObject({ targetRef: { name: 'web-v2' } });
  expect([await paused('mailer-v2'), await replicas('mailer-v2')]).toEqual(['0', 0]);
  await kedaFollows('web-v2');
});

test('deployed again, nothing differs from itself', async () => {
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).not.toMatch(/changed (ScaledObject|TriggerAuthentication|VerticalPodAutoscaler|Service)/);
});

test('promote holds the ScaledObject of blue, not the HPA that KEDA made, and lets KEDA scale the worker', async () => {
  await passes('verify', 'v2');
  const { stdout } = await passes('promote', 'v2');
  expect(await limits('web-v1')).toEqual([2, 5, '1..5']);
  expect((await get('hpa', 'keda-hpa-web-v1')).spec).toMatchObject({ minReplicas: 1 });
  expect(stdout).toMatch(/Deployment mailer-v2 scaled from 0 to 1[\s\S]*ScaledObject mailer-v2 scales its worker/);
  expect([await paused('mailer-v2'), await replicas('mailer-v2')]).toEqual([undefined, 1]);
});

test('a live worker that KEDA lets have no pods has not drifted', async () => {
  await world.kubectl('scale', 'deployment', 'mailer-v2', '--replicas=0');
  const { stdout } = await passes('status');
  expect(stdout).toContain('ScaledObject mailer-v2: scales its worker');
  expect(stdout).toContain('ScaledObject web-v1: held at 2 or more until retire');
  expect(stdout).not.toContain('[drifted]');
  expect((await passes('promote', 'v2')).stdout).toContain('live already: nothing to do');
  expect(await replicas('mailer-v2')).toBe(0);
});

test('in the next release the old worker is paused before the new one starts; a rollback does the reverse', async () => {
  await released('v3');
  expect([await paused('mailer-v2'), await paused('mailer-v3')]).toEqual(['0', undefined]);
  expect(await replicas('mailer-v3')).toBe(1);
  const { stdout } = await passes('rollback');
  expect(stdout).toMatch(
    /ScaledObject mailer-v3 is paused[\s\S]*Deployment mailer-v3 scaled from 1 to 0[\s\S]*Deployment mailer-v2 scaled from 0 to 1[\s\S]*ScaledObject mailer-v2 scales its worker/,
  );
  expect([await paused('mailer-v2'), await paused('mailer-v3')]).toEqual([undefined, '0']);
});

test('what is kept for a rollback may be deployed again with the same content, and its worker waits', async () => {
  await passes('deploy-green', 'v3');
  expect([await paused('mailer-v3'), await replicas('mailer-v3')]).toEqual(['0', 0]);
});

test('reject takes them with the candidate', async () => {
  const ofV3 = async () => (await own()).filter((name) => name.endsWith('-v3'));
  expect(await ofV3()).toHaveLength(4);
  await passes('reject', 'v3');
  expect(await ofV3()).toEqual([]);
});

test('retire takes them with what is not needed, and gives the live one its own limits back', async () => {
  await released('v4');
  await kedaFollows('web-v4');
  const { stdout } = await passes('retire', '', RETIRE);
  expect(stdout).toContain('ScaledObject web-v4 has its own limits again');
  expect(await limits('web-v4')).toEqual([0, 4, undefined]);
  const left = (await own()).filter((name) => !name.endsWith('-v1'));
  expect(left.filter((name) => !name.endsWith('-v4'))).toEqual([]);
  expect(left).toHaveLength(4);
});
