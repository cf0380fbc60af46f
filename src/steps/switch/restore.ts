import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorCode, GreenpathError } from '../../core/base/error.ts';
import { counted } from '../../core/base/plural.ts';
import type { Verdict } from '../../core/checks/verdict.ts';
import { rollbackProbe, type VersionProbe } from '../../core/checks/version-probe.ts';
import { podsBehind, readyPods } from '../../core/kube/objects.ts';
import { type RevisionServices, servicesText } from '../../core/kube/revision-services.ts';
import { servicesOf } from '../../core/release/route.ts';
import { endOf } from '../../core/release/switch-note.ts';
import { proofText } from '../../proof/proof-text.ts';
import { liveUrl } from '../../state/endpoints.ts';
import { readNamespace } from '../../state/namespace.ts';
import { readSituation } from '../../state/read-situation.ts';
import { note } from '../../state/records.ts';
import type { Run } from '../../state/run.ts';
import { observeLive } from '../../state/tell-live.ts';
import { canaryBehind } from '../evidence/canary.ts';
import { tellPods } from '../pods/tell-pods.ts';
import { followInside } from './followers.ts';
import type { SwitchedPromotion } from './promotion-run.ts';
import { type Ending, stayedBehind, stayedBlind, wentBack } from './restore-errors.ts';
import { noteSwitch, type Proven, proveLive, switchRoutes } from './switch.ts';

/** What went wrong after the switch: a sentence without its end. */
export interface Failed {
  readonly verdict: Exclude<Verdict, 'proven'>;
  readonly what: string;
  /** When that began, by the clock of the run. */
  readonly since: number;
}

/**
 * Ends a promotion that failed after its switch: switches back to blue if that helps visitors, stays if it does not or
 * if nothing is known, and always throws what was done and why. Where visitors are comes first, then what green's pods
 * show.
 */
export async function endFailed(promotion: SwitchedPromotion, failed: Failed): Promise<never> {
  try {
    return await end(promotion, failed);
  } finally {
    const { run, situation, green } = promotion;
    // What answers in green's place says nothing about its pods.
    if (failed.verdict !== 'lagging') await tellPods(run, situation, green.revision, failed.since);
  }
}

async function end(promotion: SwitchedPromotion, { verdict, what }: Failed): Promise<never> {
  const { run, releaseRecord, situation, green, blue } = promotion;
  run.report.line(asLine(what));
  run.report.endStage('failed');
  const url = liveUrl(situation);
  if (verdict === 'blind') return endWith(run, stayedBlind(what, green, url));
  const stays = releaseRecord.config.proof !== 'off' && releaseRecord.config.proof.lagging === 'stay';
  if (verdict === 'lagging' && stays) throw stayedBehind(what, await canaryBehind(run, situation, green));
  const code: ErrorCode = verdict === 'lagging' ? 'proxy-lags' : 'green-failed';
  if (blue.revision === '') {
    throw new GreenpathError(
      'no-way-back',
      `${what}. Nothing was switched back: no version is known to have been live before`,
      'Fix what green needs and run promote again to prove it, or release a new revision.',
    );
  }
  run.report.stage('Restore');
  // A rollback would do the same, so this run gives way to none.
  const proof = await goBack({ ...promotion, run: { ...run, waiting: run.signal } }, what);
  run.observe({ state: 'restored' });
  await note(run, releaseRecord, 'restored').catch((error: unknown) =>
    run.report.warning(`The record of ${green.revision} could not be written: ${String(error)}`),
  );
  run.report.endStage(proof === undefined || proof.verdict === 'proven' ? 'done' : 'failed');
  const canary = await canaryBehind(run, situation, green);
  return endWith(run, wentBack(code, { what, url, green, blue, proof, canary }));
}

function asLine(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function endWith(run: Run, { visitors, error }: Ending): never {
  run.observe({ visitors });
  throw error;
}

/** The switch back, from the present state of the cluster; an API server that is gone is retried until the deadline. */
async function goBack(promotion: SwitchedPromotion, what: string): Promise<Proven | undefined> {
  const { run, releaseRecord, endpoints, green, blue, before } = promotion;
  const { config, release } = releaseRecord;
  const notes = { previous: before?.live === blue.revision ? before.previous : '', left: green.revision };
  const { situation, switched } = await persist(run, async () => {
    const fresh = readSituation(run, await readNamespace(run), { counterparts: release.counterparts, config });
    observeLive(run, fresh, { moved: true });
    if (fresh.revision === blue.revision && fresh.halfway === undefined) {
      // The answer to an earlier attempt was lost, and this has just shown what it did.
      run.observe({ doubt: undefined });
      return { situation: fresh, switched: undefined };
    }
    refuseWorse({ ...promotion, situation: fresh }, what);
    return { situation: fresh, switched: await switchRoutes(run, fresh, blue, notes, config) };
  });
  // An earlier run may have got this far; if it has not, there is nothing to do.
  await followInside(run, situation, { from: green, to: blue });
  const { routes, switchNote } = switched ?? situation;
  const noteEnd = async () => {
    if (switchNote?.left === green.revision) await noteSwitch(run, routes, { ...switchNote, phase: endOf(config) });
  };
  if (config.proof === 'off') {
    await noteEnd();
    return undefined;
  }
  const since = switched?.since ?? performance.now();
  const awaited = {
    revision: blue.revision,
    versionProbe: probeForBlue(promotion),
    since,
    title: 'Proof of the switch back',
  } as const;
  const result = await proveLive(run, config, { situation, endpoints }, awaited);
  run.report.line(`Back on ${blue.revision}: ${proofText(result, blue.revision)}`);
  if (result.verdict === 'proven') await noteEnd();
  return result;
}

/** Blue is recognised by its answers before the switch. */
function probeForBlue({ releaseRecord, green, blue, compared }: SwitchedPromotion): VersionProbe {
  const { other: measured, difference } = compared;
  return rollbackProbe(releaseRecord.config, {
    to: blue.revision,
    left: green.revision,
    recorded: false,
    measured,
    difference,
  });
}

/**
 * It never switches back to an empty Service, and of two bad sides it chooses the one with more ready pods. Pods that
 * wait for a node have no endpoint, so a blue that lost most of its pods may count as ready here. It gets its visitors
 * back anyway: green was seen to be bad, and fewer good answers are better.
 */
function refuseWorse({ run, situation, green, blue }: SwitchedPromotion, what: string): void {
  const { rules, slices } = situation;
  if (situation.revision !== green.revision && situation.halfway !== green.revision) {
    throw new GreenpathError(
      'route-changed',
      `${what}. Meanwhile somebody else pointed the route at ${servicesOf(rules).join(', ')}, and this run leaves it there`,
      'Check the live URL and who changed the route (mode status names them).',
    );
  }
  for (const baseName of new Set(rules.map((rule) => rule.baseName))) {
    const ready = (side: RevisionServices) => readyPods(slices, side.services[baseName] ?? '').length;
    const whole = podsBehind(slices, blue.services[baseName] ?? '').length;
    if (ready(blue) > 0 && (ready(blue) === whole || ready(blue) > ready(green))) continue;
    run.observe({
      visitors: `${liveUrl(situation)} stays on ${servicesText(green)} (revision ${green.revision}), which has ${counted(ready(green), 'ready pod')}.`,
    });
    throw noWayBack(
      what,
      `${blue.services[baseName] ?? `a Service ${baseName} of ${blue.revision}`} has ${ready(blue)} of ${counted(whole, 'pod')} ready, and green has ${ready(green)}`,
    );
  }
}

function noWayBack(what: string, why: string): GreenpathError {
  return new GreenpathError(
    'no-way-back',
    `${what}. Nothing was switched back: ${why}`,
    'Fix one of the two sides first. Then run rollback, which scales the previous version up before it switches; or run promote again, which proves green.',
  );
}

async function persist<T>(run: Run, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof GreenpathError) || error.code !== 'unreachable') throw error;
      run.report.line(`Still trying to switch back: ${error.message}`);
      await delay(1_000, undefined, { signal: run.waiting });
    }
  }
}
