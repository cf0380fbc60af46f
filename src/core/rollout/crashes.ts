import { numberAt, objectAt, textAt } from '../base/json.ts';
import { counted } from '../base/plural.ts';
import type { KubeObject } from '../kube/objects.ts';
import { TROUBLE_PATIENCE, type Trouble } from './trouble.ts';

/** What a wait remembers of a container: only what happens during the wait counts. */
export interface ContainerPast {
  /** Its crashes when this wait first saw it. */
  readonly before: number;
  /** How later crashes ended, each kind once. */
  readonly exits: readonly string[];
  /** When the first of those was seen. */
  readonly since: number | undefined;
}

/** By pod and container. */
export type CrashPast = ReadonlyMap<string, ContainerPast>;

/**
 * If a container crashes in the same way this often, while no pod of its Deployment was ever ready, it counts as
 * broken. It does not before TROUBLE_PATIENCE is over: a kubelet can be configured to restart it faster than by default (after
 * 10, 20, 40 s and so on, so that five crashes take 90 s).
 */
const CRASHES = 5;

/** Adds what these containers did since `past`. A pod that is not seen for a moment is not forgotten. */
export function rememberCrashes(past: CrashPast, pods: readonly KubeObject[], now: number): CrashPast {
  const next = new Map(past);
  for (const pod of pods) {
    for (const status of containersOf(pod)) {
      const key = keyOf(pod, status);
      const crashes = crashesOf(status);
      const known = past.get(key) ?? { before: crashes, exits: [], since: undefined };
      const exits = crashes > known.before ? [...new Set([...known.exits, exitOf(status).text])] : known.exits;
      next.set(key, { ...known, exits, since: known.since ?? (exits.length > 0 ? now : undefined) });
    }
  }
  return next;
}

/** The text about a container's crashes, if it is not ready and has crashed. */
export function crashTrouble(
  of: KubeObject,
  pod: KubeObject,
  status: unknown,
  past: ContainerPast | undefined,
  seen: { readonly now: number; readonly wasReady: boolean },
): Trouble | undefined {
  const all = crashesOf(status);
  if (all === 0) return undefined;
  const container = textAt(status, 'name') ?? '';
  const { metadata } = pod;
  const crashes = all - (past?.before ?? 0);
  const since = past?.since ?? seen.now;
  const isBroken =
    crashes >= CRASHES && past?.exits.length === 1 && !seen.wasReady && seen.now - since >= TROUBLE_PATIENCE;
  const exit = exitOf(status);
  const what = crashes === 0 ? 'crashed before this run' : crashes === 1 ? 'crashed' : 'crashes again and again';
  return {
    key: `${metadata.name} ${container} crash`,
    of: of.metadata.name,
    text: `container ${container} of pod ${metadata.name} ${what} (${counted(crashes || all, 'time')}; last: ${exit.text})`,
    patience: isBroken ? 0 : undefined,
    logs: { pod: metadata.name, container, previous: !exit.isCurrent },
    events: metadata.name,
  };
}

/** What is remembered of one of a pod's containers. */
export function pastOf(past: CrashPast, pod: KubeObject, status: unknown): ContainerPast | undefined {
  return past.get(keyOf(pod, status));
}

/** The states of all containers of a pod, init containers first. */
export function containersOf(pod: KubeObject): unknown[] {
  const { initContainerStatuses, containerStatuses } = objectAt(pod, 'status');
  return [initContainerStatuses, containerStatuses].flatMap((list) => (Array.isArray(list) ? list : []));
}

/**
 * Whether a container waits for the kubelet's next restart, each time longer, or will after its next crash. For a
 * failed image the kubelet gives either reason.
 */
export function isStuck(status: unknown): boolean {
  if (objectAt(status).ready === true) return false;
  const reason = textAt(status, 'state', 'waiting', 'reason') ?? '';
  const crashes = crashesOf(status);
  return ['ErrImagePull', 'ImagePullBackOff'].includes(reason) || crashes >= 2 || (crashes === 1 && isDown(status));
}

/** How often a container was restarted, and how it ended the last time; undefined if it never was. */
export function restartsOf(status: unknown): { readonly text: string; readonly ended: string } | undefined {
  const restarts = numberAt(status, 'restartCount') ?? 0;
  if (restarts === 0) return undefined;
  const { text } = exitOf(status);
  const ended =
    textAt(status, 'state', 'terminated', 'finishedAt') ?? textAt(status, 'lastState', 'terminated', 'finishedAt');
  return { text: `was restarted ${counted(restarts, 'time')} (last: ${text})`, ended: ended ?? '' };
}

function keyOf({ metadata }: KubeObject, status: unknown): string {
  return `${metadata.uid ?? metadata.name} ${textAt(status, 'name')}`;
}

/** Between two starts a container is often still `terminated`, and only sometimes in CrashLoopBackOff. */
function isDown(status: unknown): boolean {
  const state = objectAt(status, 'state');
  const isDone = numberAt(state, 'terminated', 'exitCode') === 0;
  return (
    ('terminated' in state && !(isDone && objectAt(status).ready === true)) ||
    ['CrashLoopBackOff', 'RunContainerError'].includes(textAt(state, 'waiting', 'reason') ?? '')
  );
}

function crashesOf(status: unknown): number {
  return (numberAt(status, 'restartCount') ?? 0) + (isDown(status) ? 1 : 0);
}

/** How a container ended, now or the last time. */
export function exitOf(status: unknown): { text: string; isCurrent: boolean } {
  const now = objectAt(status, 'state', 'terminated');
  const isCurrent = 'reason' in now || 'exitCode' in now;
  const end = isCurrent ? now : objectAt(status, 'lastState', 'terminated');
  const text = `${textAt(end, 'reason') ?? 'unknown reason'}, exit code ${numberAt(end, 'exitCode') ?? 'unknown'}`;
  return { text, isCurrent };
}
