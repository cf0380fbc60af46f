import { formatDuration } from '../base/duration.ts';
import { numberAt, objectsAt, textAt } from '../base/json.ts';
import { keptForMask } from '../base/masking.ts';
import type { KubeObject } from '../kube/objects.ts';
import { containersOf, restartsOf } from './crashes.ts';
import { inOrder, lastSeen } from './nodes.ts';
import { podTroubles } from './stack-troubles.ts';

/** What pods show of a check that failed: which of them gave the answers is not known: it may be any. */

/** A line of a log, and when it was written, in milliseconds since 1970; undefined if that is not known. */
export interface LogLine {
  readonly at: number | undefined;
  readonly text: string;
}

/** The last lines of a container; `previous`: of its run before its last restart. */
export interface ContainerLog {
  readonly container: string;
  readonly previous: boolean;
  readonly lines: readonly LogLine[];
}

/** What was read of a pod. */
export interface PodFacts {
  readonly deployment: KubeObject;
  readonly pod: KubeObject;
  readonly events: readonly KubeObject[];
  readonly logs: readonly ContainerLog[];
}

/** A pod that may be the cause. */
export interface PodSeen {
  readonly name: string;
  readonly state: string;
  readonly events: readonly string[];
  readonly logs: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

/** What the pods of a revision show. */
export interface PodsSeen {
  readonly revision: string;
  readonly pods: readonly PodSeen[];
  /** How many others show as much, show nothing, and were not looked at. */
  readonly more: number;
  readonly quiet: number;
  readonly unseen: number;
  /** What could not be read, each a sentence without its end. */
  readonly lacks: readonly string[];
}

/** How many pods are shown, and of each how many events and lines of a container. */
const SHOWN_PODS = 3;
const EVENTS = 5;
const FIRST_LINES = 10;
const LAST_LINES = 20;
/** How many lines are shown if all are older. */
const OLD_LINES = 5;
/** How old an event may be, in milliseconds. */
const RECENT = 600_000;
/** How far clocks and the times of events, which are whole seconds, may be apart, in milliseconds. */
const SLACK = 1_500;

/** How much a pod shows: what happened since the check began to fail weighs most. */
interface Weighed {
  readonly facts: PodFacts;
  readonly weight: number;
}

/** The pods that show most; `since`: when attempts began to fail, in milliseconds since 1970 by the clock of the server. */
export function podsSeen(facts: readonly PodFacts[], since: number): Pick<PodsSeen, 'pods' | 'more' | 'quiet'> {
  const weighed = facts
    .map((one): Weighed => ({ facts: one, weight: weightOf(one, since) }))
    .toSorted((a, b) => b.weight - a.weight);
  const telling = weighed.filter(({ weight }) => weight > 0);
  // Where none shows anything, older lines may still help.
  const spare = weighed.filter(({ facts: { logs } }) => logs.some(({ lines }) => lines.length > 0)).slice(0, 1);
  const shown = telling.length === 0 ? spare : telling.slice(0, SHOWN_PODS);
  return {
    pods: shown.map((one) => seenOf(one.facts, since)),
    more: Math.max(0, telling.length - SHOWN_PODS),
    quiet: weighed.length - Math.max(telling.length, shown.length),
  };
}

function weightOf({ deployment, pod, events, logs }: PodFacts, since: number): number {
  const restarts = containersOf(pod).flatMap((status) => restartsOf(status) ?? []);
  const isTroubled = troublesOf(deployment, pod, events).length > 0;
  const restarted = restarts.some(({ ended }) => isSince(Date.parse(ended), since));
  const warned = events.some((event) => event.type === 'Warning' && isSince(Date.parse(lastSeen(event)), since));
  const wrote = logs.some(({ lines }) => lines.some(({ at }) => isSince(at, since)));
  return (isTroubled || restarted ? 8 : 0) + (warned ? 4 : 0) + (restarts.length > 0 ? 2 : 0) + (wrote ? 1 : 0);
}

function isSince(at: number | undefined, since: number): boolean {
  return at !== undefined && at >= since - SLACK;
}

function seenOf({ deployment, pod, events, logs }: PodFacts, since: number): PodSeen {
  return {
    name: pod.metadata.name,
    state: stateOf(deployment, pod, events),
    events: eventTexts(events, since),
    logs: logs.flatMap((log) => linesOf(log, since)),
  };
}

function troublesOf(deployment: KubeObject, pod: KubeObject, events: readonly KubeObject[]): string[] {
  const failed = textAt(pod, 'status', 'phase') === 'Failed';
  const ended = [textAt(pod, 'status', 'reason'), textAt(pod, 'status', 'message')].filter(
    (text) => text !== undefined,
  );
  const memory = { crashes: new Map(), wasReady: new Set([deployment.metadata.name]), now: 0 };
  return [
    ...(failed ? [`it failed (${ended.join(': ') || 'no reason given'})`] : []),
    ...podTroubles(deployment, pod, events, memory).map(({ text }) => text),
  ];
}

/** What is wrong with a pod now, and how often its containers were restarted. */
function stateOf(deployment: KubeObject, pod: KubeObject, events: readonly KubeObject[]): string {
  const troubles = troublesOf(deployment, pod, events);
  const restarts = containersOf(pod).flatMap((status) => {
    const text = restartsOf(status)?.text;
    return text === undefined ? [] : [`container ${textAt(status, 'name')} ${text}`];
  });
  const isReady = objectsAt(pod, 'status', 'conditions').some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
  return [...(troubles.length > 0 ? troubles : [isReady ? 'ready' : 'not ready']), ...restarts].join('; ');
}

/** Warnings, and why containers were ended, the last ones. */
function eventTexts(events: readonly KubeObject[], since: number): string[] {
  const told = inOrder(events).filter((event) => event.type === 'Warning' || event.reason === 'Killing');
  const recent = told.filter((event) => !(Date.parse(lastSeen(event)) < since - RECENT));
  return recent.slice(-EVENTS).map((event) => {
    const at = Date.parse(lastSeen(event));
    const when = Number.isNaN(at) ? '' : isSince(at, since) ? ', since then' : `, ${formatDuration(since - at)} before`;
    const count = numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1;
    const often = count > 1 ? `, ${count} times` : '';
    return keptForMask(`${textAt(event, 'reason') ?? 'Event'}${often}${when}: ${textAt(event, 'message') ?? ''}`);
  });
}

function linesOf({ container, previous, lines }: ContainerLog, since: number): PodSeen['logs'] {
  const within = lines.filter(({ at }) => isSince(at, since)).map(({ text }) => keptForMask(text));
  const of = `container ${container}${previous ? ' before its restart' : ''}`;
  if (within.length > 0) return [{ title: `${of} wrote since then`, lines: withoutMiddle(within) }];
  const old = lines.slice(-OLD_LINES).map(({ text }) => keptForMask(text));
  return old.length === 0 ? [] : [{ title: `${of} wrote nothing since then; its last lines`, lines: old }];
}

function withoutMiddle(lines: readonly string[]): string[] {
  const more = lines.length - FIRST_LINES - LAST_LINES;
  if (more <= 0) return [...lines];
  return [...lines.slice(0, FIRST_LINES), `… ${more} lines …`, ...lines.slice(-LAST_LINES)];
}
