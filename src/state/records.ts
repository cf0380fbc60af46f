import { parseRecordedConfig } from '../checks/config.ts';
import type { Config } from '../core/base/config.ts';
import { changedError, GreenpathError } from '../core/base/error.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, LABEL_APP, LABEL_REVISION, label, nameOf } from '../core/kube/objects.ts';
import {
  LABEL_RECORD,
  manifestsOf,
  noteEvent,
  type Release,
  readRelease,
  readStamp,
  readTimeline,
  recordName,
  type Stamp,
  type TimelineEvent,
} from '../core/release/record.ts';
import { sameAmong, servicesOf } from '../core/release/route.ts';
import { ROUTER_NAMES } from '../routes/registry.ts';
import type { Routes } from './namespace.ts';
import type { Basis } from './read-situation.ts';
import { rebuildRecord } from './rebuild-record.ts';
import { noteWrite, type Run, timeNow } from './run.ts';

/** The record of one revision. */
export interface ReleaseRecord {
  readonly object: KubeObject;
  readonly release: Release;
  readonly config: Config;
  readonly stamp: Stamp | undefined;
  readonly timeline: readonly TimelineEvent[];
}

/**
 * Reads the record that `deploy-green` wrote. If somebody deleted it, it is rebuilt from the labels of the stack's
 * objects, and its stamp is lost. Throws `no-candidate` if there is no such stack.
 */
export async function readRecord(run: Run, revision: string): Promise<ReleaseRecord> {
  const object = await getRecord(run, revision);
  if (object !== undefined) return understand(run, object, revision);
  const { config } = run.inputs;
  return { ...(await rebuildRecord(run, revision)), config, stamp: undefined, timeline: [] };
}

/** The record if it exists and can be read, else undefined: nothing is rebuilt. */
export async function findRecord(run: Run, revision: string): Promise<ReleaseRecord | undefined> {
  const object = await getRecord(run, revision);
  return object && readRelease(object, run.inputs.app, revision) ? understand(run, object, revision) : undefined;
}

function getRecord({ api, inputs }: Run, revision: string): Promise<KubeObject | undefined> {
  return api.get<KubeObject>({ kind: KIND.ConfigMap, name: recordName(inputs.app, revision) });
}

/** The one of `records` that is of `revision`. */
export function recordOf(records: readonly ReleaseRecord[], revision: string | undefined): ReleaseRecord | undefined {
  return records.find(({ release }) => release.revision === revision);
}

/**
 * The readable records of all of the app's revisions: one request. A config that cannot be used, for example one
 * written by a newer Greenpath, is `no-candidate`. With `lenient` that record is skipped with a warning, since it must
 * not prevent a rollback.
 */
export async function listRecords(run: Run, { lenient = false } = {}): Promise<ReleaseRecord[]> {
  const { app } = run.inputs;
  const objects = await run.api.list<KubeObject>(KIND.ConfigMap, `${LABEL_APP}=${app},${LABEL_RECORD}=true`);
  return objects.flatMap((object) => {
    const revision = label(object, LABEL_REVISION) ?? '';
    if (readRelease(object, app, revision) === undefined) return [];
    try {
      return [understand(run, object, revision)];
    } catch (error) {
      if (!lenient || !(error instanceof GreenpathError)) throw error;
      run.report.warning(`${nameOf(object)} is skipped: ${error.message}`);
      return [];
    }
  });
}

/** How the live routes are read for a recorded release. */
export function basisOf({ release, config }: ReleaseRecord): Basis {
  return { counterparts: release.counterparts, config, planned: manifestsOf(release) };
}

/**
 * The record by which routes are read: that of what they name now, else the newest one released behind any of them. One
 * behind none of them may be of another application with the same name.
 */
export function anchorOf(records: readonly ReleaseRecord[], { found }: Routes): ReleaseRecord | undefined {
  const named = new Set(found.flatMap(({ paths }) => servicesOf(paths)));
  const behind = records.filter(({ release }) => release.routes.some((ref) => sameAmong(found, { ref }) !== undefined));
  const newest = newestFirst(behind);
  return (
    newest.find((one) => one.release.counterparts.some((counterpart) => named.has(counterpart.service))) ?? newest[0]
  );
}

/** The manifests' routes of all records, the newest first, for those that do not exist. */
export function plannedRoutes(records: readonly ReleaseRecord[]): KubeObject[] {
  return newestFirst(records).flatMap(({ release }) => manifestsOf(release));
}

function newestFirst(records: readonly ReleaseRecord[]): ReleaseRecord[] {
  return records.toSorted((a, b) => (a.release.at < b.release.at ? 1 : -1));
}

/** Notes what happened in the record, with `change` to its data; returns the new record. Throws `conflict`. */
export async function note(
  run: Run,
  releaseRecord: ReleaseRecord,
  event: TimelineEvent['event'],
  change: Record<string, string> = {},
): Promise<ReleaseRecord> {
  const { object, release } = releaseRecord;
  const timelineEvent = { at: timeNow(run), event, run: run.url };
  const answer = await run.api.merge(
    { kind: KIND.ConfigMap, name: object.metadata.name },
    { data: { ...noteEvent(object, timelineEvent), ...change } },
    object.metadata.resourceVersion,
  );
  if (answer === 'changed') {
    throw changedError(`the record of ${release.revision}`);
  }
  noteWrite(run, { object: nameOf(object), action: 'change', diff: '' });
  return understand(run, answer, release.revision);
}

/** Notes before the first deletion that a stack is being removed, once; nothing if it has no record. Throws `conflict`. */
export async function noteRetiring(run: Run, releaseRecord: ReleaseRecord | undefined): Promise<void> {
  if (releaseRecord === undefined || releaseRecord.timeline.at(-1)?.event === 'retiring') return;
  await note(run, releaseRecord, 'retiring');
}

/** A config given to this step overrides the one that `deploy-green` recorded. */
function understand(run: Run, object: KubeObject, revision: string): ReleaseRecord {
  const { app, config, configGiven } = run.inputs;
  const release = readRelease(object, app, revision);
  const { name } = object.metadata;
  if (release === undefined) throw noCandidate(run, revision, `its record, ConfigMap ${name}, cannot be read`);
  const parsed = configGiven ? { config } : parseRecordedConfig(release.config, ROUTER_NAMES);
  if ('problems' in parsed) {
    throw noCandidate(run, revision, `the config in ConfigMap ${name} cannot be used: ${parsed.problems.join('; ')}`);
  }
  const stamp = readStamp(object, release);
  return { object, release, config: parsed.config, stamp, timeline: readTimeline(object) };
}

function noCandidate(run: Run, revision: string, why: string): GreenpathError {
  return new GreenpathError(
    'no-candidate',
    `there is no revision ${revision} of app ${run.inputs.app}: ${why}`,
    'Run deploy-green for this revision first, and check the inputs app, revision and namespace.',
  );
}
