import { GreenpathError } from '../core/base/error.ts';
import { isOfKind, keyIn, keyOf } from '../core/kube/identity.ts';
import { KIND } from '../core/kube/kinds.ts';
import { commonSelector, type KubeObject, type Service, selectorText, selects } from '../core/kube/objects.ts';
import { clearText, secretTexts } from '../core/kube/secret-values.ts';
import { WORKLOAD_KINDS } from '../core/kube/turns.ts';
import { lostAddress } from '../core/release/lost-addresses.ts';
import type { RecordedObject, Stamp } from '../core/release/record.ts';
import { changedSince, configOf, type Runs, runsOf } from '../core/release/running-content.ts';
import type { ReleaseRecord } from './records.ts';
import type { Run } from './run.ts';
import { readSecretKey, type SecretKey } from './secret-key.ts';
import { listParts } from './workloads.ts';

/** What runs of a revision, and the key for its digests of Secrets: undefined if no container reads one. */
export interface Running {
  readonly runs: Runs;
  /** What was read: workloads, Services, and the ConfigMaps that containers read. */
  readonly objects: readonly KubeObject[];
  readonly key: SecretKey | undefined;
}

/**
 * Reads everything that makes up what runs of one revision: Deployments, all pods that its Services select, and config.
 * `known` is the key for the comparison; without it, the app's.
 */
export async function readRunning(
  run: Run,
  { release }: ReleaseRecord,
  services: readonly Service[],
  known?: SecretKey,
): Promise<Running> {
  const own = release.counterparts.map(({ service: name }) => {
    const service = services.find((one) => one.metadata.name === name);
    if (service === undefined) throw deleted(release.revision, `Service ${name} is gone`);
    return service;
  });
  const selectors = own.map((service) => service.spec.selector ?? {});
  const [workloads, all] = await Promise.all([
    listParts(run, release),
    run.api.list<KubeObject>(KIND.Pod, selectorText(commonSelector(selectors))),
  ]);
  const pods = all.filter((pod) => selectors.some((selector) => selects(selector, pod.metadata.labels ?? {})));
  const present = new Set(workloads.map(keyOf));
  const isPart = (one: RecordedObject) => WORKLOAD_KINDS.some((part) => isOfKind(one, part));
  const first = release.objects.find((one) => isPart(one) && !present.has(keyIn(one)));
  if (first !== undefined) throw deleted(release.revision, `${first.kind} ${first.name} is gone`);
  const lost = lostAddress(workloads, own, release);
  if (lost !== undefined) throw replaced(release.revision, lost);
  const names = configOf(workloads);
  const found = async (read: Promise<KubeObject | undefined>[]) =>
    (await Promise.all(read)).flatMap((object) => object ?? []);
  const [configMaps, secrets] = await Promise.all([
    found(names.configMaps.map((name) => run.api.get({ kind: KIND.ConfigMap, name }))),
    found(names.secrets.map((name) => run.api.get({ kind: KIND.Secret, name }))),
  ]);
  const objects = [...workloads, ...own, ...configMaps];
  run.report.allow(clearText(objects));
  run.report.hide(secretTexts([...objects, ...secrets]));
  const key = secrets.length === 0 ? undefined : (known ?? (await readSecretKey(run)));
  const runs = runsOf({ workloads, pods, services: own, configMaps, secrets }, key?.value ?? '');
  return { runs, objects, key };
}

/** Refuses anything that differs from what was verified, naming what changed. */
export function compareWithStamp(run: Run, revision: string, stamp: Stamp, now: Runs): void {
  const changed = changedSince(stamp.runs, now);
  if (changed.length === 0) return;
  const text = `revision ${revision} differs from what was verified at ${stamp.at}: ${changed.join('; ')}`;
  if (!run.inputs.requireVerified) {
    run.report.warning(`require-verified is false: ${text}, but it goes live anyway`);
    return;
  }
  throw new GreenpathError(
    'stamp-mismatch',
    text,
    'Run verify again, so that what runs now is what was tested; or run deploy-green again to restore what was deployed.',
  );
}

/** Refuses to stamp content that changed while it was checked. */
export function refuseChanged(revision: string, before: Running, after: Running): void {
  const changed = changedSince(before.runs, after.runs);
  if (changed.length === 0) return;
  throw new GreenpathError(
    'conflict',
    `${revision} was changed while its checks ran, so they say nothing about what is there now: ${changed.join('; ')}`,
    'Run verify again.',
  );
}

function deleted(revision: string, what: string): GreenpathError {
  return new GreenpathError(
    'no-candidate',
    `a part of revision ${revision} was deleted: ${what}`,
    'Run deploy-green for this revision again: it creates what is missing. Then verify.',
  );
}

function replaced(revision: string, what: string): GreenpathError {
  return new GreenpathError(
    'no-candidate',
    `a part of revision ${revision} was replaced: ${what}`,
    'Run deploy-green for this revision again: its pods get the new address. Then verify.',
  );
}
