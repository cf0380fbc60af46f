import { GreenpathError } from '../core/base/error.ts';
import { kindText } from '../core/base/preview-kind.ts';
import { previewAt } from '../core/base/route-host.ts';
import type { OfferedService } from '../core/kube/counterpart.ts';
import { lookThroughAll } from '../proof/parking.ts';
import type { Endpoint } from '../proof/probe.ts';
import { endpointsFor } from '../state/endpoints.ts';
import { settleTimeOf } from '../state/routers.ts';
import type { Run } from '../state/run.ts';
import type { Situation } from '../state/situation.ts';
import { closeDoors, type WrittenParking, wayOut } from './parking-look.ts';

/** Whether parking was seen closed before the previews were written: then the router is what it was taken for. */
export function wasClosedFirst({ routes }: Situation, joined: readonly string[]): boolean {
  return joined.length > 0 && !routes.some(({ router }) => router.openParking);
}

/**
 * Checks parking before previews are written that another router would take for live paths. If nobody sees it closed,
 * it is not known which annotations the router reads: parking is removed. Throws `parking-open` or `preview-side-effect`.
 */
export async function requireClosed(
  run: Run,
  situation: Situation,
  counterparts: readonly OfferedService[],
  { parking, since, config }: WrittenParking,
): Promise<void> {
  if (situation.routes.some(({ router }) => router.openParking)) return;
  const settleTime = settleTimeOf(config, situation);
  const { current } = await endpointsFor(run, situation);
  const [one] = parking.filter(({ condition }) => condition === undefined);
  if (one === undefined) return;
  const { previewKind } = situation;
  const request = {
    ...{ url: { host: one.host, path: one.path }, key: undefined },
    green: (door: Endpoint) => previewAt(previewKind, door),
    ...{ since, settleTime },
  };
  const { together } = await lookThroughAll(current, request, run.waiting);
  if (together === 'closed') return;
  await closeDoors(run, situation, counterparts, config);
  throw new GreenpathError(
    together === 'open' ? 'parking-open' : 'preview-side-effect',
    `the router was not seen to answer parking with 403 (parking is ${together}), so it is not known whether it reads the annotations of a canary. One that does not would send visitors to green, so the preview ${kindText(previewKind)} was not written, and parking was removed`,
    `Check that the runner reaches the proxy (input addresses), or choose another kind of preview: {path: /green}, or {host: green.example.com}. ${wayOut(situation)}`,
  );
}
