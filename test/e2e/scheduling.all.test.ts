import { existsSync } from 'node:fs';
import { describe, expect, inject, test } from 'vitest';
import { run as command } from '../../cluster/steps.ts';
import { holders } from '../../cluster/teardown.ts';
import type { RunOptions } from '../../harness/action.ts';
import { begin, LONG, manifests, type PodSpec, podsOf, reject, world } from './patience.ts';
import { apply } from './world.ts';

/** No node for a pod, and no image: what heals is waited for. */

const cluster = inject('cluster');
begin('scheduling');

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
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: world().namespace, name, uid },
      ...event,
    }));
    await apply(cluster, world().namespace, events);
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
            await world().kubectl('label', 'node', 'node1', 'greenpath.test/disk=fast');
          },
        ],
      ]);
      const { exitCode, stdout } = await world().run('deploy-green', 'room', { timeout: '200s' }, options);
      await world().kubectl('label', 'node', 'node1', 'greenpath.test/disk-');
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
      const { exitCode, stdout } = await world().run('deploy-green', 'full', { timeout: '200s' }, options);
      expect(exitCode, stdout).toBe(1);
      expect(stdout).toContain('[rollout-failed]');
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
      const { exitCode, stdout } = await world().run('deploy-green', 'late', { images, supersede: 'true' }, { when });
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
      const { exitCode, stdout } = await world().run('deploy-green', 'none', { images, timeout: '200s' });
      expect(exitCode, stdout).toBe(1);
      expect(stdout).toMatch(/localhost\/none:9 of container web .* cannot be pulled .*not found/);
      const [pod] = await podsOf('none');
      const fields = `involvedObject.name=${pod?.metadata.name},reason=Pulling`;
      const tries = await world().kubectl(
        'get',
        'events',
        '--field-selector',
        fields,
        '-o',
        'jsonpath={.items[*].count}',
      );
      expect(Number(tries)).toBeGreaterThanOrEqual(3);
      expect(stdout).toContain('[rollout-failed]');
    },
    LONG,
  );
});
