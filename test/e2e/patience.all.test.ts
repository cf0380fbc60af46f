import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { run as command } from '../../cluster/steps.ts';
import { holders } from '../../cluster/teardown.ts';
import type { RunOptions } from '../../harness/action.ts';
import { apply, makeWorld, type World } from './world.ts';

/** Kubernetes gets the time that it needs, and no run inherits what an earlier one met. The kubelet's back-off is real. */

const cluster = inject('cluster');
const LONG = 240_000;
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'patience', 'split', 1);
});
afterAll(() => world.end());
afterEach(async () => {
  await world.kubectl('delete', 'configmap', 'outage', '--ignore-not-found');
});

/** The Deployment of the manifests, changed. */
function manifests(change: (spec: PodSpec) => void, more: object = {}): void {
  world.manifests({}, more);
  const file = join(world.folder, 'web.json');
  const list = JSON.parse(readFileSync(file, 'utf8'));
  change(list.items[1].spec.template.spec);
  writeFileSync(file, JSON.stringify(list));
}
interface PodSpec {
  nodeSelector?: Record<string, string>;
  containers: { env: object[] }[];
}
/** Containers that crash at their start as long as there is an outage. */
const needsDatabase = ({ containers }: PodSpec) =>
  containers[0]?.env.push({
    name: 'CRASH',
    valueFrom: { configMapKeyRef: { name: 'outage', key: 'why', optional: true } },
  });
const outage = () =>
  apply(cluster, world.namespace, [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'outage' }, data: { why: 'no database yet' } },
  ]);
const fix = async () => {
  await world.kubectl('delete', 'configmap', 'outage');
};
const reject = async (revision: string) => {
  const { exitCode, stdout } = await world.run('reject', revision);
  expect(exitCode, stdout).toBe(0);
};
const podsOf = async (revision: string): Promise<{ metadata: { name: string; uid: string } }[]> =>
  JSON.parse(await world.kubectl('get', 'pods', '-l', `app=web,revision=${revision}`, '-o', 'json')).items;
const restarts = async (revision: string) =>
  Number(
    await world.kubectl(
      'get',
      'pods',
      '-l',
      `app=web,revision=${revision}`,
      // One that ends may still be there.
      '--sort-by=.metadata.creationTimestamp',
      '-o',
      'jsonpath={.items[-1:].status.containerStatuses[0].restartCount}',
    ),
  );

describe('crashes', () => {
  test(
    'a pod that crashes until its database is there is waited for',
    async () => {
      await outage();
      manifests(needsDatabase);
      const when = { text: 'crashes again and again (3 times', act: fix };
      const { exitCode, stdout } = await world.run('deploy-green', 'waits', { timeout: '200s' }, { when });
      expect(exitCode, stdout).toBe(0);
      expect(await restarts('waits')).toBe(3);
      await reject('waits');
    },
    LONG,
  );

  test(
    'a release that crashes for good is not waited for as long as its deadline allows',
    async () => {
      await outage();
      manifests(needsDatabase);
      const { exitCode, stdout } = await world.run('deploy-green', 'broken', { timeout: '10m' });
      expect(exitCode).toBe(1);
      expect(stdout).toContain('(rollout-failed;');
      expect(stdout).toContain('crashes again and again (5 times; last: Error, exit code 1)');
      expect(stdout).toContain('no database yet');
    },
    LONG,
  );

  test(
    'the next run does not inherit them: what is in back-off starts anew',
    async () => {
      // The kubelet would start this pod again only after 160 s.
      await expect(restarts('broken')).resolves.toBeGreaterThanOrEqual(4);
      manifests(needsDatabase, { progressDeadlineSeconds: 30 });
      const { exitCode, stdout } = await world.run('deploy-green', 'broken');
      expect(exitCode, stdout).toBe(0);
      expect(stdout).toContain(
        'Deployment web-broken has had 1 pod in back-off since before this run: it is restarted',
      );
      expect(await restarts('broken')).toBe(0);
      await reject('broken');
    },
    LONG,
  );

  test(
    'a rollback starts anew what crashed meanwhile',
    async () => {
      manifests(needsDatabase);
      for (const revision of ['v2', 'v3']) {
        const { exitCode, stdout } = await world.run('release', revision);
        expect(exitCode, stdout).toBe(0);
      }
      await outage();
      await world.kubectl('delete', 'pods', '-l', 'app=web,revision=v2');
      await expect.poll(() => restarts('v2'), { timeout: 90_000 }).toBe(3);
      await fix();
      const { exitCode, stdout, outputs } = await world.run('rollback', 'v3');
      expect(exitCode, stdout).toBe(0);
      expect(stdout).toContain('Deployment web-v2 has had 1 pod in back-off since before this run');
      expect(outputs.state).toBe('rolled-back');
    },
    LONG,
  );
});

test('a rollback that was cut off after its switch is gone on from, the pods that it had yet to ask for included', async () => {
  await world.kubectl('scale', 'deployment', 'web-v3', '--replicas=2');
  await world.kubectl('rollout', 'status', 'deployment/web-v3', '--timeout=60s');
  const note = JSON.parse(
    await world.kubectl('get', 'ingress', 'web', '-o', 'jsonpath={.metadata.annotations.greenpath\\.dev/web}'),
  );
  const switched = JSON.stringify({ ...note, phase: 'switched' });
  await world.kubectl('annotate', 'ingress', 'web', '--overwrite', `greenpath.dev/web=${switched}`);
  const { exitCode, stdout, outputs } = await world.run('rollback', 'v3');
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('continuing from there');
  expect(stdout).toContain('Deployment web-v2 scaled from 1 to 2');
  expect(outputs.state).toBe('rolled-back');
});

describe('no node', () => {
  const needsDisk = (spec: PodSpec) => {
    spec.nodeSelector = { 'greenpath.test/disk': 'fast' };
  };
  /** What an autoscaler says of each pod that waits. */
  const says = async (revision: string, reason: string, message: string) => {
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const source = { component: 'cluster-autoscaler' };
    const event = { reason, message, source, type: 'Normal', firstTimestamp: now, lastTimestamp: now };
    const events = (await podsOf(revision)).map(({ metadata: { name, uid } }) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${reason.toLowerCase()}` },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: world.namespace, name, uid },
      ...event,
    }));
    await apply(cluster, world.namespace, events);
  };
  /** Acts at each of these texts, in their order, once each. */
  const acts = (steps: readonly [RegExp, () => Promise<void>][]): RunOptions => ({
    started: ({ stdout }) => {
      let said = '';
      let step = 0;
      stdout?.on('data', (chunk: Buffer) => {
        said += chunk;
        const [text, act] = steps[step] ?? [];
        if (text === undefined || act === undefined || !text.test(said)) return;
        step += 1;
        void act();
      });
    },
  });

  test(
    'an autoscaler that brings one gets the time for it',
    async () => {
      manifests(needsDisk);
      const options = acts([
        [/fits on no node/, () => says('room', 'TriggeredScaleUp', 'pod triggered scale-up: [{pool 1->2 (max: 3)}]')],
        [
          /waits for a node that is being added[\s\S]* 1 min [45]\d s/,
          async () => {
            await world.kubectl('label', 'node', 'node1', 'greenpath.test/disk=fast');
          },
        ],
      ]);
      const { exitCode, stdout } = await world.run('deploy-green', 'room', { timeout: '200s' }, options);
      await world.kubectl('label', 'node', 'node1', 'greenpath.test/disk-');
      expect(exitCode, stdout).toBe(0);
      await reject('room');
    },
    LONG,
  );

  test(
    'an autoscaler that brings none ends the wait, in its words',
    async () => {
      manifests(needsDisk);
      const no = "pod didn't trigger scale-up: 1 max node group size reached";
      const options = acts([[/fits on no node/, () => says('full', 'NotTriggerScaleUp', no)]]);
      const { exitCode, stdout } = await world.run('deploy-green', 'full', { timeout: '200s' }, options);
      expect(exitCode, stdout).toBe(1);
      expect(stdout).toContain('(rollout-failed;');
      expect(stdout).toContain(`The autoscaler adds none: ${no}`);
    },
    LONG,
  );
});

describe('images', () => {
  test(
    'one that comes late is waited for',
    async () => {
      const root = holders(cluster.name)
        .map((pid) => `/proc/${pid}/root/run/containerd/containerd.sock`)
        .find((file) => existsSync(file));
      const ctr = ['-a', root ?? '', '-n', 'k8s.io', 'image'];
      const late = 'localhost:1/app:late';
      const act = async () => {
        await command('ctr', [...ctr, 'tag', cluster.images.app, late]);
      };
      manifests(() => undefined);
      const images = `localhost/app=${late}`;
      const when = { text: '(ImagePullBackOff)', act };
      const { exitCode, stdout } = await world.run('deploy-green', 'late', { images, supersede: 'true' }, { when });
      await command('ctr', [...ctr, 'rm', late]);
      expect(exitCode, stdout).toBe(0);
      await reject('late');
    },
    LONG,
  );

  test(
    'one that the registry says it does not have ends the wait after several tries',
    async () => {
      // The proxy of the node is the registry here: it answers 404.
      const images = 'localhost/app=localhost/none:9';
      const { exitCode, stdout } = await world.run('deploy-green', 'none', { images, timeout: '200s' });
      expect(exitCode, stdout).toBe(1);
      expect(stdout).toMatch(/localhost\/none:9 of container web .* cannot be pulled .*not found/);
      const [pod] = await podsOf('none');
      const fields = `involvedObject.name=${pod?.metadata.name},reason=Pulling`;
      const tries = await world.kubectl(
        'get',
        'events',
        '--field-selector',
        fields,
        '-o',
        'jsonpath={.items[*].count}',
      );
      expect(Number(tries)).toBeGreaterThanOrEqual(3);
      expect(stdout).toContain('(rollout-failed;');
    },
    LONG,
  );
});
