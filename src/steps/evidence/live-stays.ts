import { setTimeout as delay } from 'node:timers/promises';
import { GreenpathError } from '../../core/base/error.ts';
import { headerText } from '../../core/base/preview-kind.ts';
import { previewAt } from '../../core/base/route-host.ts';
import { ANSWERS_APART } from '../../core/checks/answers-apart.ts';
import { Contrast, whoAnswered } from '../../core/checks/difference.ts';
import { claims } from '../../core/checks/expect.ts';
import { versionProbeFor } from '../../core/checks/version-probe.ts';
import type { OfferedService } from '../../core/kube/counterpart.ts';
import { askedPlace, type Endpoint, probe, probeRequests, type Seen } from '../../proof/probe.ts';
import { endpointText } from '../../proof/proof-text.ts';
import { endpointsFor } from '../../state/endpoints.ts';
import type { Run } from '../../state/run.ts';
import { isServed, type Situation } from '../../state/situation.ts';
import { closeDoors } from '../own-routes/parking-look.ts';

/** How often each URL is requested in one look: a router that has two routes for one path may use them in turns. */
const TIMES = 4;

/** What a preview by header must not change. */
export interface LiveWatch {
  readonly counterparts: readonly OfferedService[];
  /** What the live URLs answered before the preview was written. */
  readonly before: readonly Seen[];
}

/**
 * What the live URLs answer before the preview is written, if nothing else will tell whether the candidate answers there:
 * only a header leads to the preview, and answers do not name their version.
 */
export async function liveBefore(run: Run, situation: Situation): Promise<LiveWatch['before']> {
  const { config } = run.inputs;
  if (!isWatched(run, situation) || config.identity !== undefined || !isServed(situation)) return [];
  return twice(run, (await endpointsFor(run, situation)).current);
}

/**
 * Does `work` after a preview by header was written, and requests the live URLs as visitors do: meanwhile if answers
 * name their version, and at the end in any case, also if the work failed. Throws `preview-side-effect` if the candidate
 * answered: then the router does not read the header, and preview and parking are removed.
 */
export async function whileLiveStays<T>(
  run: Run,
  situation: Situation,
  watched: LiveWatch,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  if (!isWatched(run, situation)) return work(run);
  const stop = new AbortController();
  const limited = { ...run, waiting: AbortSignal.any([run.waiting, stop.signal]) };
  const watching = untilClaimed(limited, situation).then(
    (found) => {
      if (found !== undefined) stop.abort();
      return found;
    },
    () => undefined,
  );
  const ended = await work(limited).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  stop.abort();
  const early = await watching;
  const leak = early ?? (run.waiting.aborted ? undefined : await lookAtEnd(run, situation, watched.before));
  if (typeof leak === 'object') throw await closeAfterLeak(run, situation, watched.counterparts, leak);
  if ('error' in ended) throw ended.error;
  if (leak === 'unseen')
    run.report.warning(
      'It was not seen whether visitors still get the live version only: nothing distinguishes its answers from those of the preview. Set identity in the config to be certain.',
    );
  return ended.value;
}

function isWatched({ inputs: { config } }: Run, { previewKind }: Pick<Situation, 'previewKind'>): boolean {
  return previewKind.by === 'header' && config.proof !== 'off';
}

/** Looks again and again until the candidate names itself at a live URL. */
async function untilClaimed(run: Run, situation: Situation): Promise<Seen | undefined> {
  if (run.inputs.config.identity === undefined) return undefined;
  const endpoints = (await endpointsFor(run, situation)).current;
  for (;;) {
    const leak = await claimed(run, endpoints);
    if (leak !== undefined) return leak;
    await delay(ANSWERS_APART, undefined, { signal: run.waiting });
  }
}

async function claimed(run: Run, endpoints: readonly Endpoint[]): Promise<Seen | undefined> {
  const { identity } = run.inputs.config;
  const seen = identity === undefined ? [] : await ask(run, endpoints, TIMES);
  return seen.find(({ reply }) => identity !== undefined && claims(identity, reply, run.inputs.revision));
}

/** An answer of the candidate at a live URL; `unseen` if no answers could show that. */
async function lookAtEnd(
  run: Run,
  situation: Situation,
  before: LiveWatch['before'],
): Promise<Seen | 'unseen' | undefined> {
  const live = (await endpointsFor(run, situation)).current;
  if (run.inputs.config.identity !== undefined) return claimed(run, live);
  if (before.length === 0) return undefined;
  const preview = live.map((endpoint) => previewAt(situation.previewKind, endpoint));
  const [now, green] = await Promise.all([twice(run, live), twice(run, preview)]);
  const places = Map.groupBy(before, ({ request }) => askedPlace(request));
  const looked = [...places].map(([place, blue]) => leakAt(place, { blue, now, green }));
  return looked.find((one) => typeof one === 'object') ?? looked.find((one) => one === 'unseen');
}

/** The answers through one address: of the live version before, and now, and of the preview. */
interface Sides {
  readonly blue: readonly Seen[];
  readonly now: readonly Seen[];
  readonly green: readonly Seen[];
}

function leakAt(place: string, { blue, now, green }: Sides): Seen | 'unseen' | undefined {
  const here = (seen: readonly Seen[]) => seen.filter(({ request }) => askedPlace(request) === place);
  const [path = '/'] = blue.map(({ request }) => request.path);
  const replies = (seen: readonly Seen[]) => seen.map(({ reply }) => reply);
  const headers = new Set(green.map(({ request }) => request.endpoint.header));
  const contrast = new Contrast([...headers]);
  contrast.add({ blue: replies(blue), green: replies(here(green)) });
  const difference = contrast.difference(path);
  if (difference === undefined) return 'unseen';
  const leak = here(now).find(({ reply }) => whoAnswered(difference, reply) === 'green');
  if (leak === undefined) return undefined;
  // What changed at the live URLs meanwhile may be on the preview's page too: they still differ then.
  const apart = new Contrast([...headers]);
  apart.add({ blue: replies(here(now)), green: replies(here(green)) });
  return apart.difference(path) === undefined ? leak : 'unseen';
}

async function twice(run: Run, endpoints: readonly Endpoint[]): Promise<Seen[]> {
  const first = await ask(run, endpoints, TIMES / 2);
  await delay(ANSWERS_APART, undefined, { signal: run.waiting });
  return [...first, ...(await ask(run, endpoints, TIMES / 2))];
}

/** Requests the path by which versions are distinguished, at each place so often at once. */
async function ask(run: Run, endpoints: readonly Endpoint[], times: number): Promise<Seen[]> {
  const { path, anywhere, timeout } = versionProbeFor(run.inputs.config, run.inputs.revision);
  const requests = probeRequests(endpoints, path, anywhere);
  const seen = await Promise.all(
    Array.from({ length: times }, () => requests)
      .flat()
      .map(async (request) => ({ request, reply: await probe(request.endpoint, request.path, timeout, run.waiting) })),
  );
  return seen.flatMap(({ request, reply }) => ('error' in reply ? [] : [{ request, reply }]));
}

/** Removes preview and parking, and returns what the run ends with. */
async function closeAfterLeak(
  run: Run,
  situation: Situation,
  counterparts: readonly OfferedService[],
  { request: { endpoint, path } }: Seen,
): Promise<GreenpathError> {
  const { config, revision } = run.inputs;
  await closeDoors(run, situation, counterparts, config);
  const as = config.identity === undefined ? `as ${revision} answers, and not as before` : `by ${revision}`;
  return new GreenpathError(
    'preview-side-effect',
    `${endpointText(endpoint, path)} was answered ${as}, although the request had no header ${headerText(situation.previewKind)}: the router sends visitors to the preview. Preview and parking were removed`,
    'Choose another kind of preview in the config: {path: /green}, or {host: green.example.com}.',
  );
}
