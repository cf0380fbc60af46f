import { setTimeout as delay } from 'node:timers/promises';
import type { Bake, Config } from '../core/config.ts';
import type { Witness } from './identity.ts';
import { asksOf, type Front, probe, urlOf } from './probe.ts';
import type { Verdict } from './proof.ts';
import { complaintOf } from './run.ts';

export interface BakeRequest {
  readonly fronts: readonly Front[];
  readonly revision: string;
  readonly config: Config;
  readonly witness: Witness;
}

/** How a bake went; `allowed` failures are within the budget. */
export interface BakeResult {
  readonly verdict: Verdict;
  readonly asked: number;
  readonly failed: number;
  readonly allowed: number;
  readonly complaint: string | undefined;
}

/**
 * Runs every check at the live URLs through every front, each `every` milliseconds for as long as `for` says. Ends early
 * when more checks failed than the budget, a share of all that are planned, allows.
 */
export async function bake(settings: Bake, request: BakeRequest, signal: AbortSignal): Promise<BakeResult> {
  const { fronts, config, witness } = request;
  const rounds = Math.max(1, Math.floor(settings.for / settings.every));
  const asks = config.checks.flatMap((check) => asksOf(fronts, check.request).map(({ front }) => ({ front, check })));
  const allowed = Math.floor(rounds * asks.length * settings.errors);
  const failures = { bad: 0, lagging: 0, blind: 0 };
  const start = performance.now();
  let asked = 0;
  let complaint: string | undefined;
  const failed = () => failures.bad + failures.lagging + failures.blind;
  for (let round = 0; round < rounds && failed() <= allowed; round += 1) {
    await delay(Math.max(0, start + round * settings.every - performance.now()), undefined, { signal });
    await Promise.all(
      asks.map(async ({ front, check }) => {
        const reply = await probe(front, check.request, check.timeout, signal);
        asked += 1;
        const why = complaintOf(check, reply, request);
        if (why === undefined) return;
        complaint = `${urlOf(front, check.request)} through ${front.address.host}:${front.address.port}: ${why}`;
        if ('error' in reply) failures.blind += 1;
        else if (reply.status < 500 && check.request === witness.path && witness.judge(reply) === 'blue')
          failures.lagging += 1;
        else failures.bad += 1;
      }),
    );
  }
  const verdict = failed() <= allowed ? 'proven' : worst(failures);
  return { verdict, asked, failed: failed(), allowed, complaint };
}

/** What most failures were; answers tell more than silence. */
function worst({ bad, lagging, blind }: Record<Exclude<Verdict, 'proven'>, number>): Verdict {
  if (bad > 0 && bad >= lagging && bad + lagging >= blind) return 'bad';
  return lagging > 0 && lagging >= blind ? 'lagging' : 'blind';
}
