import type { JobPodSeen } from '../../checks/tools.ts';
import { listEvents } from '../../cluster/events.ts';
import { messageOf } from '../../core/base/error.ts';
import { objectAt, textAt } from '../../core/base/json.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { containersIn } from '../../core/kube/references.ts';
import { jobPodTexts, jobTroubles } from '../../core/rollout/job-pods.ts';
import { needsEvents } from '../../core/rollout/stack-troubles.ts';
import { beginnings, lastedTooLong } from '../../core/rollout/trouble.ts';
import { CLOCK } from '../../process/clock.ts';
import type { Reading, Run } from '../../state/run.ts';
import { hideWhatPodsRead } from '../pods/hide-secrets.ts';
import { readLog } from '../pods/pod-logs.ts';
import { newestPodOf, podsOfJob } from '../pods/pods.ts';

/** Between two looks at the pods of a Job that runs, in milliseconds. */
const LOOK_EVERY = 2_000;
/** How long it may take to read what the pods of a Job show, in milliseconds: how it ended is reported in any case. */
const READ_WITHIN = 10_000;

/**
 * Reads what the newest pod of a Job shows, with so many lines of each container. What the pod itself reads is hidden
 * from then on. It rejects only when `signal` aborts: what could not be read is among the texts.
 */
export async function readJobPod(
  run: Run,
  job: KubeObject,
  { lines, signal }: { readonly lines: number; readonly signal: AbortSignal },
): Promise<JobPodSeen> {
  const until = AbortSignal.any([run.signal, signal, AbortSignal.timeout(READ_WITHIN)]);
  const seen = await readPod({ ...run, api: run.api.until(until) }, job, lines);
  signal.throwIfAborted();
  return seen;
}

async function readPod(reading: Reading, job: KubeObject, most: number): Promise<JobPodSeen> {
  try {
    const pod = await newestPodOf(reading, job);
    await hideWhatPodsRead(reading, [job]);
    const events = await eventsAbout(reading, job, pod);
    const texts = jobPodTexts(job, pod, events);
    const { lines, lacks } = await linesOf(reading, pod, most);
    return { texts: [...texts, ...lacks], lines };
  } catch (error) {
    return { texts: [`its pods could not be read: ${messageOf(error)}`], lines: [] };
  }
}

/** Events that say why a pod waits, or why there is none. The Role may not allow reading them. */
async function eventsAbout(reading: Reading, job: KubeObject, pod: KubeObject | undefined): Promise<KubeObject[]> {
  if (pod !== undefined && !needsEvents(jobTroubles(job, [pod], [], 0))) return [];
  return listEvents(reading.api, (pod ?? job).metadata.name).catch(() => []);
}

async function linesOf(
  { api }: Reading,
  pod: KubeObject | undefined,
  most: number,
): Promise<{ readonly lines: readonly string[]; readonly lacks: readonly string[] }> {
  if (pod === undefined) return { lines: [], lacks: [] };
  const containers = containersIn(objectAt(pod, 'spec')).flatMap((one) => textAt(one, 'name') ?? []);
  const logs = await Promise.all(
    containers.map((container) => readLog(api, pod.metadata.name, container, { lines: most })),
  );
  return { lines: logs.flatMap(({ lines }) => lines), lacks: [...new Set(logs.flatMap(({ lack }) => lack ?? []))] };
}

/** Looks now and then whether a pod of a Job can never start, by the rules that Deployments have for theirs. */
export class JobStart {
  readonly #reading: Reading;
  readonly #job: KubeObject;
  #since: ReadonlyMap<string, number> = new Map();
  #looked = CLOCK.now();
  #waitsFor: string | undefined;

  constructor(reading: Reading, job: KubeObject) {
    this.#reading = reading;
    this.#job = job;
  }

  /** What kept a pod from starting when it looked last, if anything did: when a Job ends by its deadline, its pods go. */
  get waitsFor(): string | undefined {
    return this.#waitsFor;
  }

  /** Why waiting longer is useless, if it is. */
  async refused(): Promise<string | undefined> {
    const now = CLOCK.now();
    if (now - this.#looked < LOOK_EVERY) return undefined;
    this.#looked = now;
    // A look that fails shows nothing. The wait has its own end.
    const pods = await podsOfJob(this.#reading, this.#job).catch(() => []);
    const waiting = pods.filter((pod) => needsEvents(jobTroubles(this.#job, [pod], [], now)));
    const events = await Promise.all(
      waiting.map(({ metadata }) => listEvents(this.#reading.api, metadata.name).catch(() => [])),
    );
    const troubles = jobTroubles(this.#job, pods, events.flat(), now);
    this.#waitsFor = troubles[0]?.text;
    this.#since = beginnings(troubles, this.#since, now);
    return lastedTooLong(troubles, this.#since, now)?.text;
  }
}
