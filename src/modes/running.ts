import { KIND } from '../cluster/kinds.ts';
import { GreenpathError } from '../core/error.ts';
import {
  commonSelector,
  type KubeObject,
  LABEL_APP,
  LABEL_REVISION,
  type Service,
  selectorText,
  selects,
} from '../core/objects.ts';
import type { Stamp } from '../core/record.ts';
import { changedSince, configOf, type Runs, runsOf } from '../core/running.ts';
import type { Recorded } from './release-record.ts';
import type { Run } from './run.ts';

/** Reads everything that makes up what runs of one revision: Deployments, all pods that its Services select, and config. */
export async function readRunning(run: Run, { release }: Recorded, services: readonly Service[]): Promise<Runs> {
  const own = release.twins.map(({ service: name }) => {
    const service = services.find((one) => one.metadata.name === name);
    if (service === undefined) throw deleted(release.revision, `Service ${name} is gone`);
    return service;
  });
  const selectors = own.map((service) => service.spec.selector ?? {});
  const labels = `${LABEL_APP}=${run.inputs.app},${LABEL_REVISION}=${release.revision}`;
  const [deployments, all] = await Promise.all([
    run.api.list<KubeObject>(KIND.Deployment, labels),
    run.api.list<KubeObject>(KIND.Pod, selectorText(commonSelector(selectors))),
  ]);
  const pods = all.filter((pod) => selectors.some((selector) => selects(selector, pod.metadata.labels ?? {})));
  const missing = release.objects.filter(
    ({ kind, name }) => kind === 'Deployment' && !deployments.some((one) => one.metadata.name === name),
  );
  const [first] = missing;
  if (first !== undefined) throw deleted(release.revision, `Deployment ${first.name} is gone`);
  const { configMaps, secrets } = configOf(deployments);
  const present = async (read: Promise<KubeObject | undefined>[]) =>
    (await Promise.all(read)).flatMap((object) => object ?? []);
  const parts = {
    deployments,
    pods,
    services: own,
    configMaps: await present(configMaps.map((name) => run.api.get({ kind: KIND.ConfigMap, name }))),
    secrets: await present(secrets.map((name) => metadataOf(run, name))),
  };
  return runsOf(parts);
}

/** Refuses what is not what was verified, by the name of what changed. */
export function compareWithStamp(run: Run, revision: string, stamp: Stamp, now: Runs): void {
  const changed = changedSince(stamp.runs, now);
  if (changed.length === 0) return;
  const text = `revision ${revision} is not what was verified at ${stamp.at}: ${changed.join('; ')}`;
  if (!run.inputs.requireVerified) {
    run.report.warning(`require-verified is false: ${text}, and it goes live all the same`);
    return;
  }
  throw new GreenpathError(
    'stamp-mismatch',
    text,
    'Run verify again, so that what runs now is what was tested; or run deploy-green again to put back what was deployed.',
  );
}

async function metadataOf(run: Run, name: string): Promise<KubeObject | undefined> {
  const object = await run.api.metadata({ kind: KIND.Secret, name });
  return object && { ...object, apiVersion: 'v1', kind: 'Secret' };
}

function deleted(revision: string, what: string): GreenpathError {
  return new GreenpathError(
    'no-candidate',
    `a part of revision ${revision} was deleted: ${what}`,
    'Run deploy-green for this revision again: it puts back what is missing. Then verify.',
  );
}
