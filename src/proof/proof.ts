import type { Who } from '../core/checks/expect.ts';
import { paceOf, pauseAfterAnswer } from '../core/checks/pace.ts';
import { Refusals } from '../core/checks/refusal.ts';
import { type Decision, Evidence, PATIENCE } from '../core/checks/verdict.ts';
import type { VersionProbe } from '../core/checks/version-probe.ts';
import type { AnswerSeen } from '../core/report/journal.ts';
import type { Endpoints } from './followed-endpoints.ts';
import { Lanes } from './lanes.ts';
import { type ProbeRequest, type Seen, urlOf } from './probe.ts';
import type { ProofResult } from './proof-result.ts';
import { describe, endpointText } from './proof-text.ts';
import { type RefusedAt, refusedBy } from './refused.ts';
import { asksForPatience, see } from './see.ts';

export interface ProofRequest {
  readonly endpoints: Endpoints;
  readonly versionProbe: VersionProbe;
  /** How many answers in a row each endpoint must give; more if the version probe needs more. */
  readonly answers: number;
  /** `performance.now()` of the change whose effect is proven. */
  readonly since: number;
  /** How long after the change the answers must continue at least. */
  readonly least: number;
  /** How long the router may take to apply the change; bad answers to later requests are a fault. */
  readonly settleTime: number;
  /** The time limit of the proof, which may begin long after the change. */
  readonly within: number;
  /** Whether visitors get these answers, so that bad ones end the proof early; otherwise only steady refusals do. */
  readonly condemns: boolean;
  /** Called with each answer. */
  readonly seen?: (answer: AnswerSeen) => void;
  /** Called with each answer that counts, as it came. */
  readonly accepted?: ((seen: Seen) => void) | undefined;
}

/** How often the deadlines are checked. */
const TICK = 100;
/**
 * Sends requests through every endpoint, each on a new connection. It ends when each endpoint gave `answers` acceptable
 * answers in a row (green's, or any that is acceptable for visitors if nothing distinguishes the sides) and `least` has
 * passed; or after `within`; or as soon as too many answers are bad or steadily refused. The requests are spread over
 * the settling time, since a proxy may limit the rate of one client. Names are looked up all the time: an address that
 * appears has to give its own answers.
 */
export async function prove(request: ProofRequest, signal: AbortSignal): Promise<ProofResult> {
  const answers = Math.max(request.answers, request.versionProbe.fewest ?? 0);
  return new Proof({ ...request, answers }, signal).run();
}

class Proof {
  readonly #request: ProofRequest;
  readonly #signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #until: AbortSignal;
  readonly #lanes: Lanes;
  readonly #evidence: Evidence;
  readonly #refusals = new Refusals();
  /** From when on bad answers or refusals count: the router may not have applied the change before. */
  readonly #settled: number;
  readonly #seen: Record<Who, number> = { green: 0, blue: 0, unknown: 0, bad: 0, silent: 0 };
  #asked = 0;
  #complaint: string | undefined;
  #decide: () => void = () => undefined;

  constructor(request: ProofRequest, signal: AbortSignal) {
    const { endpoints, versionProbe, answers, least, settleTime, within, condemns } = request;
    this.#request = request;
    this.#signal = signal;
    this.#until = AbortSignal.any([signal, this.#stop.signal]);
    const acceptable = acceptableBy(versionProbe);
    const { fades, mistakesBlue, path, anywhere } = versionProbe;
    const begun = this.#elapsed();
    this.#settled = Math.max(settleTime, begun);
    const times = { least, settleTime: this.#settled, within: begun + within };
    this.#evidence = new Evidence({ answers, acceptable, fades, mistakesBlue, ...times, condemns });
    const pace = paceOf(request);
    this.#lanes = new Lanes(
      endpoints,
      { path, anywhere },
      {
        open: (lane, one, isLate) => {
          this.#evidence.open(lane, isLate);
          this.#refusals.open(lane, siteOf(one));
        },
        close: (lane) => {
          this.#evidence.close(lane);
          this.#refusals.close(lane);
        },
        ask: (lane, one, stop) => this.#ask(lane, one, stop),
        pauseAfter: (before, isBusy) => pauseAfterAnswer(pace, before, isBusy),
        pace,
      },
    );
  }

  async run(): Promise<ProofResult> {
    const timer = setInterval(() => this.#decide(), TICK);
    const decided = new Promise<Decision>((resolve) => {
      this.#decide = () => {
        // Who was there when the proof began may be out of date.
        if (!this.#lanes.areFresh) return;
        const decision = this.#evidence.decide(this.#elapsed()) ?? this.#refusedDecision();
        if (decision !== undefined) resolve(decision);
      };
    });
    const lanes = this.#lanes.run(this.#until);
    try {
      // The lanes end only by an abort, with its reason.
      const { verdict, faded } = await Promise.race([decided, lanes]);
      const lastOther = this.#evidence.lastOther;
      const refused = verdict === 'proven' ? undefined : this.#refused();
      return { verdict, faded, asked: this.#asked, seen: this.#seen, lastOther, complaint: this.#complaint, refused };
    } finally {
      clearInterval(timer);
      this.#stop.abort();
      await lanes.catch(() => undefined);
      this.#signal.throwIfAborted();
    }
  }

  /** If these answers harm nobody, there is no budget for bad ones; but refusals do not go away by waiting. */
  #refusedDecision(): Decision | undefined {
    if (this.#request.condemns || this.#elapsed() < this.#settled + PATIENCE) return undefined;
    return this.#refusals.steady && { verdict: 'bad', faded: false };
  }

  #refused(): RefusedAt | undefined {
    const { steady } = this.#refusals;
    const request = steady && this.#lanes.requestOf(steady.lane);
    return request && { ...steady, endpoint: request.endpoint, path: request.path };
  }

  #elapsed(): number {
    return performance.now() - this.#request.since;
  }

  /** Sends one request; returns whether the proxy limits the rate. */
  async #ask(lane: number, { endpoint, path }: ProbeRequest, stop: AbortSignal): Promise<boolean> {
    const { versionProbe } = this.#request;
    const sent = this.#elapsed();
    const asked = this.#evidence.ask(lane, sent);
    const seen = await see({ endpoint, path }, versionProbe.judge, versionProbe.timeout, stop);
    this.#evidence.answer(asked, seen.evidence);
    const isUnsure = seen.who === 'blue' && versionProbe.mistakesBlue && !this.#evidence.sawGreen;
    const who = isUnsure ? 'unknown' : seen.who;
    this.#asked += 1;
    this.#seen[who] += 1;
    this.#request.seen?.({ at: sent, who, ms: seen.reply.ms });
    const counts = seen.who === acceptableBy(versionProbe);
    // An answer that names another version comes from that version, and not from the router.
    const isOthers = counts || seen.who === 'blue';
    if (seen.who !== 'silent' && sent >= this.#settled)
      this.#refusals.note(lane, isOthers ? undefined : refusedBy(seen.reply, endpoint));
    if (counts && !('error' in seen.reply))
      this.#request.accepted?.({ request: { endpoint, path }, reply: seen.reply });
    if (!counts) this.#complaint = `${endpointText(endpoint, path)}: ${describe({ ...seen, who })}`;
    this.#decide();
    return asksForPatience(seen.reply);
  }
}

/** What is asked for, however many addresses it has. Two routers may have a route each for one host. */
function siteOf({ endpoint, path }: ProbeRequest): string {
  return `${endpoint.route} ${urlOf(endpoint, path)}`;
}

/** Whose answers prove something: if nothing distinguishes the sides, unknown ones do. */
function acceptableBy({ proof }: VersionProbe): Who {
  return proof === 'none' ? 'unknown' : 'green';
}
