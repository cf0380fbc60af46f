import { GreenpathError } from '../../core/base/error.ts';
import { kindText } from '../../core/base/preview-kind.ts';
import { previewAt } from '../../core/base/route-host.ts';
import { judgeTogether } from '../../core/checks/parking-seen.ts';
import type { OfferedService } from '../../core/kube/counterpart.ts';
import type { ParkingQuestion } from '../../proof/parking.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { askParking, type WrittenParking } from './ask-parking.ts';
import { closeDoors, wayOut } from './parking-look.ts';
import { unseenText } from './parking-words.ts';

/** Whether parking was seen closed before the previews were written: then the router is what it was taken for. */
export function wasClosedFirst({ routes }: Situation, joined: readonly string[]): boolean {
  return joined.length > 0 && !routes.some(({ router }) => router.openParking);
}

/**
 * Checks parking before previews are written that another router would take for live paths. If nobody sees it closed,
 * or through some address nothing is seen, it is not known which annotations the router reads: parking is removed.
 * Throws `parking-open` or `preview-side-effect`.
 */
export async function requireClosed(
  run: Run,
  situation: Situation,
  counterparts: readonly OfferedService[],
  written: WrittenParking,
): Promise<void> {
  if (situation.routes.some(({ router }) => router.openParking)) return;
  const { previewKind } = situation;
  const green: ParkingQuestion['green'] = (door) => previewAt(previewKind, door);
  const looked = await askParking(
    run,
    situation,
    { ...written, green, mustClose: true },
    ({ condition }) => condition === undefined,
  );
  if (looked.length === 0) return;
  const together = judgeTogether(looked.flatMap(({ seen: { all } }) => all));
  if (together === 'closed') return;
  const [unseen] = looked.flatMap((one) => unseenText(one) ?? []);
  const how = together === 'unknown' && unseen !== undefined ? `: ${unseen}` : '';
  await closeDoors(run, situation, counterparts, written.config);
  throw new GreenpathError(
    together === 'open' ? 'parking-open' : 'preview-side-effect',
    `the router was not seen to answer parking with 403 (parking is ${together}${how}), so it is not known whether it reads the annotations of a canary. One that does not would send visitors to green, so the preview ${kindText(previewKind)} was not written, and parking was removed`,
    `Check that the runner reaches the proxy (input addresses), or choose another kind of preview: {path: /green}, or {host: green.example.com}. ${wayOut(situation)}`,
  );
}
