import { waitForStack } from '../../cluster/rollout.ts';
import { formatDuration } from '../../core/base/duration.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { ADOPTED } from '../../core/base/revision.ts';
import { type KubeObject, LABEL_REVISION, label, type Service } from '../../core/kube/objects.ts';
import { watchSelectors } from '../../core/rollout/watch-selectors.ts';
import type { Run } from '../../state/run.ts';
import { hideWhatPodsRead } from './hide-secrets.ts';
import { PodWords } from './pod-words.ts';

/** How much of the step's timeout a wait leaves to report what blocks it, in milliseconds. */
const LAST_WORDS = 5_000;

/** Waits until all of `deployments` are available and in the endpoints of `services`, and reports the progress. */
export async function waitFor(
  run: Run,
  services: readonly Service[],
  revision: string,
  deployments: readonly KubeObject[],
): Promise<void> {
  const start = performance.now();
  const labelled = revision === ADOPTED ? undefined : deployments.map((one) => label(one, LABEL_REVISION))[0];
  const report = new PodWords(
    (line) => run.report.line(line),
    () => hideWhatPodsRead(run, deployments),
  );
  const selectors = watchSelectors(deployments, services, labelled);
  await waitForStack(
    run.transport,
    run.api,
    {
      deployments,
      services,
      selectors,
      until: run.deadline - LAST_WORDS,
    },
    (now, why) => {
      const waited = formatDuration(performance.now() - start);
      const there = services.length === 0 ? '' : `, ${now.endpoints} in the endpoints`;
      report.line(`${revision}: ${now.available} of ${now.wanted} ready${there}, ${waited}`, why);
    },
    run.waiting,
  )
    .catch(async (error: unknown) => {
      if (error instanceof GreenpathError && error.code === 'rollout-failed') await report.learn();
      throw error;
    })
    .finally(() => report.told);
}
