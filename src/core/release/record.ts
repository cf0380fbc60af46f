import * as v from 'valibot';
import { isObject, type Json, type JsonObject, textAt } from '../base/json.ts';
import { slugOf } from '../base/revision.ts';
import { type CheckResult, checkResult } from '../checks/check-result.ts';
import type { Difference, Unpreviewed } from '../checks/difference.ts';
import type { Measured } from '../checks/version-probe.ts';
import type { OfferedService } from '../kube/counterpart.ts';
import { groupOf, type ObjectIdentity } from '../kube/identity.ts';
import { type KubeObject, LABEL_APP, LABEL_REVISION, label } from '../kube/objects.ts';
import type { Commit } from './commit.ts';
import type { RouteRef } from './route.ts';
import type { Runs } from './running-content.ts';

/** What a release consists of and how it is checked: everything that the modes after `deploy-green` need. */
export interface Release {
  readonly version: 2;
  readonly app: string;
  readonly revision: string;
  /** The live routes, in order. */
  readonly routes: readonly RecordedRoute[];
  /** What each Service of the stack offers to them. */
  readonly counterparts: readonly OfferedService[];
  /** Whether the manifests carried plain names, so that Services of those names follow the live stack. */
  readonly plain: boolean;
  readonly digest: string;
  /** As the user gave it; parsed again by the mode that needs it. */
  readonly config: Json;
  readonly objects: readonly RecordedObject[];
  /** Whether every live path had a ready pod at the first deployment; omitted if that is not known. */
  readonly served?: boolean;
  /** The acceptable answers at the preview's paths before there was a preview; omitted if they were not requested. */
  readonly unpreviewed?: readonly Unpreviewed[];
  /** The commit of the workflow run that deployed it; omitted outside of GitHub. `commitIn` reads it. */
  readonly commit?: Commit;
  readonly at: string;
  readonly run: string;
}

/** A live route, and its manifest if there is one, for the first promotion where the route does not exist. */
export interface RecordedRoute extends RouteRef {
  readonly manifest?: KubeObject;
}

/** An object of the stack. Greenpath may delete only what it `created`; the rest existed before. */
export interface RecordedObject extends ObjectIdentity {
  readonly uid: string;
  readonly created: boolean;
}

/** The manifests of a release's live routes. */
export function manifestsOf({ routes }: Pick<Release, 'routes'>): KubeObject[] {
  return routes.flatMap(({ manifest }) => manifest ?? []);
}

/** An object as it is recorded. */
export function recordedObject(
  { apiVersion, kind, metadata }: KubeObject,
  { created }: { readonly created: boolean },
): RecordedObject {
  return { group: groupOf(apiVersion), kind, name: metadata.name, uid: metadata.uid ?? '', created };
}

/** One thing that happened to a release, when, and by which run. */
export interface TimelineEvent {
  readonly at: string;
  readonly event: 'verified' | 'switched' | 'proven' | 'restored' | 'rolled-back' | 'retiring';
  readonly run: string;
}

/** The result of the checks: what was verified, when, by which run, and how its answers differ from blue's. */
export interface Stamp {
  readonly digest: string;
  readonly runs: Runs;
  /** How each check passed. */
  readonly checks: readonly CheckResult[];
  readonly at: string;
  readonly run: string;
  readonly difference?: Difference;
  /** What the live version answered then, to recognise it after a switch back. */
  readonly live?: Measured;
  /** `at` of the annotation if it said then that visitors had been moved off this revision. */
  readonly left?: string;
}

/** On the records of an app, in addition to the labels of their revision. */
export const LABEL_RECORD = 'greenpath.dev/record';

/** Name of the ConfigMap that holds the record of one revision. */
export function recordName(app: string, revision: string): string {
  return `greenpath-${app}-${slugOf(revision)}`;
}

/** The record as `deploy-green` writes it; the stamp is a separate key that only `verify` writes. */
export function recordObject(release: Release, namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: recordName(release.app, release.revision),
      namespace,
      labels: { [LABEL_APP]: release.app, [LABEL_REVISION]: release.revision, [LABEL_RECORD]: 'true' },
    },
    data: { release: JSON.stringify(release) },
  };
}

/** The change of a record that notes `moment`; its timeline keeps the newest entries. */
export function noteEvent(record: KubeObject, timelineEvent: TimelineEvent): JsonObject {
  return { timeline: JSON.stringify([...readTimeline(record), timelineEvent].slice(-TIMELINE_LIMIT)) };
}

/** What happened to a release after it was deployed, oldest first. */
export function readTimeline(record: KubeObject): TimelineEvent[] {
  const value = parse(textAt(record, 'data', 'timeline'));
  return Array.isArray(value) ? value.filter((one): one is TimelineEvent => isMoment(one)) : [];
}

/** What the record says, or undefined if it cannot be read or is of another app or revision. */
export function readRelease(record: KubeObject, app: string, revision: string): Release | undefined {
  const value = parse(textAt(record, 'data', 'release'));
  if (!isRelease(value) || label(record, LABEL_APP) !== app) return undefined;
  return value.app === app && value.revision === revision ? value : undefined;
}

/**
 * The stamp in the record, or undefined if there is none or if it belongs to another release than the record describes.
 */
export function readStamp(record: KubeObject, release: Release): Stamp | undefined {
  const value = parse(textAt(record, 'data', 'stamp'));
  if (!isStamp(value) || value.digest !== release.digest) return undefined;
  const { difference, live, ...stamp } = value;
  const checks = v.parse(STORED_CHECKS, stamp.checks);
  return { ...stamp, checks, ...(isDifference(difference) && { difference }), ...(isMeasured(live) && { live }) };
}

const TIMELINE_LIMIT = 50;
/** Fields may be added within a version; those that are not known here are left out, for the strict forms that hold them next. */
const STORED_CHECKS = v.array(v.object(checkResult.entries));
const OBJECT_TEXTS = ['group', 'kind', 'name', 'uid'];

function isMoment(value: unknown): boolean {
  return isObject(value) && ['at', 'event', 'run'].every((key) => typeof value[key] === 'string');
}

function isRelease(value: unknown): value is Release {
  if (!isObject(value) || value.version !== 2) return false;
  const texts = ['app', 'revision', 'digest', 'at', 'run'];
  return (
    texts.every((key) => typeof value[key] === 'string') &&
    isListOf(value.routes, isRoute) &&
    isListOf(value.counterparts, ({ ports }) => Array.isArray(ports)) &&
    isListOf(value.objects, (one) => OBJECT_TEXTS.every((key) => typeof one[key] === 'string'))
  );
}

function isListOf(value: unknown, fits: (one: JsonObject) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => isObject(one) && fits(one));
}

/** The adapter of a manifest's kind looks at the rest of it, before a route is planned from it. */
function isRoute({ kind, name, manifest }: JsonObject): boolean {
  const isNamed = typeof kind === 'string' && typeof name === 'string';
  return isNamed && (manifest === undefined || isManifest(manifest));
}

function isManifest(value: unknown): boolean {
  const texts = [['apiVersion'], ['kind'], ['metadata', 'name']];
  return texts.every((place) => textAt(value, ...place) !== undefined);
}

function isStamp(value: unknown): value is Stamp {
  if (!isObject(value) || !v.is(STORED_CHECKS, value.checks) || !isObject(value.runs)) return false;
  if (!isObject(value.runs.objects) || !isObject(value.runs.images)) return false;
  return ['digest', 'at', 'run'].every((key) => typeof value[key] === 'string');
}

/** An earlier Greenpath wrote another form, which is ignored: the stamp counts anyway. */
function isDifference(value: unknown): boolean {
  if (!isObject(value) || typeof value.path !== 'string' || typeof value.answers !== 'number') return false;
  const isTexts = (list: unknown) => Array.isArray(list) && list.every((one) => typeof one === 'string');
  return [value.blue, value.green, value.places].every(isTexts);
}

function isMeasured(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.statuses) && Array.isArray(value.says);
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
