import { describe, expect, test } from 'vitest';
import { begin, fix, LONG, manifests, needsDatabase, outage, reject, restarts, world } from './patience.ts';

/** Kubernetes gets the time that it needs, and no run inherits what an earlier one met. The kubelet's back-off is real. */

begin('patience');

describe('crashes', () => {
  test(
    'a pod that crashes until its database is there is waited for',
    async () => {
      await outage();
      manifests(needsDatabase);
      const when = { text: 'crashes again and again (3 times', act: fix };
      const { exitCode, stdout } = await world().run('deploy-green', 'waits', { timeout: '200s' }, { when });
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
      const { exitCode, stdout } = await world().run('deploy-green', 'broken', { timeout: '10m' });
      expect(exitCode).toBe(1);
      expect(stdout).toContain('[rollout-failed]');
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
      const { exitCode, stdout } = await world().run('deploy-green', 'broken');
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
        const { exitCode, stdout } = await world().run('release', revision);
        expect(exitCode, stdout).toBe(0);
      }
      await outage();
      await world().kubectl('delete', 'pods', '-l', 'app=web,revision=v2');
      await expect.poll(() => restarts('v2'), { timeout: 90_000 }).toBe(3);
      await fix();
      const { exitCode, stdout, outputs } = await world().run('rollback', 'v3');
      expect(exitCode, stdout).toBe(0);
      expect(stdout).toContain('Deployment web-v2 has had 1 pod in back-off since before this run');
      expect(outputs.state).toBe('rolled-back');
    },
    LONG,
  );
});

test('a rollback that was cut off after its switch is gone on from, the pods that it had yet to ask for included', async () => {
  await world().kubectl('scale', 'deployment', 'web-v3', '--replicas=2');
  await world().kubectl('rollout', 'status', 'deployment/web-v3', '--timeout=60s');
  const note = JSON.parse(
    await world().kubectl('get', 'ingress', 'web', '-o', 'jsonpath={.metadata.annotations.greenpath\\.dev/web}'),
  );
  const switched = JSON.stringify({ ...note, phase: 'switched' });
  await world().kubectl('annotate', 'ingress', 'web', '--overwrite', `greenpath.dev/web=${switched}`);
  const { exitCode, stdout, outputs } = await world().run('rollback', 'v3');
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('continuing from there');
  expect(stdout).toContain('Deployment web-v2 scaled from 1 to 2');
  expect(outputs.state).toBe('rolled-back');
});
