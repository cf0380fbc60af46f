import type { Config } from '../../core/base/config.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { previewAt } from '../../core/base/route-host.ts';
import type { OfferedService } from '../../core/kube/counterpart.ts';
import { type KubeObject, LABEL_APP, label } from '../../core/kube/objects.ts';
import type { RevisionServices } from '../../core/kube/revision-services.ts';
import { leadsToOne, type RoutePath } from '../../core/release/route.ts';
import type { ParkingQuestion } from '../../proof/parking.ts';
import { parkingIn } from '../../routes/own.ts';
import type { Route } from '../../routes/route-kind.ts';
import { readNamespace } from '../../state/namespace.ts';
import { readRoutes } from '../../state/read-routes.ts';
import { readSituation } from '../../state/read-situation.ts';
import { observeDone, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { observeLive } from '../../state/tell-live.ts';
import { removeObject } from '../objects/remove-object.ts';
import { askParking, type WrittenParking } from './ask-parking.ts';
import { removeCompanions } from './companions.ts';
import { guessText, isGuessed, wayToKnow } from './guessed-router.ts';
import { dropPreviewOf } from './own-routes.ts';
import { unparked } from './parking.ts';
import { type Looked, type Open, openIn, tellParking, tellUnasked, unseenIn } from './parking-words.ts';

/** What else was seen of the router of a candidate. */
export interface RouterSeen {
  /** Whether the preview was seen to answer from the candidate. */
  readonly preview: boolean;
  /** Whether parking was seen closed before the preview was written. */
  readonly closedFirst: boolean;
}

/** Of a candidate; without `router`, only parking that is open matters. */
interface CandidateParking extends WrittenParking {
  readonly router?: RouterSeen;
}

/**
 * Checks parking of a candidate. If it is open, parking and preview are removed: throws `parking-open`. If `router`
 * is given, it also does so where nothing shows through some address that parking is closed, or that the router is what
 * the name of its class suggests.
 */
export async function lookAtParking(
  run: Run,
  situation: Situation,
  counterparts: readonly OfferedService[],
  written: CandidateParking,
): Promise<void> {
  const services = counterparts.map((counterpart) => counterpart.service);
  const green: ParkingQuestion['green'] = (door) => previewAt(situation.previewKind, door);
  const mustClose = written.router !== undefined && situation.routes.some(isGuessed);
  const looked = await look(run, situation, services, { ...written, green, mustClose });
  const open = firstOf(looked, openIn) ?? unsureIn(situation, looked, written);
  if (open === undefined) return tellAll(run, looked);
  await closeDoors(run, situation, counterparts, written.config);
  const what = run.report.wording(
    'Both were removed; green runs, and no route leads to it',
    'This dry run removed nothing: a real run would remove both',
  );
  throw new GreenpathError(
    'parking-open',
    `${open.what}. ${open.means}. ${what}`,
    `${wayOut(situation)} reject removes green.`,
  );
}

/**
 * Checks parking that this run had to apply again before it switched to `live` (`holdParking`), so that nobody has seen
 * it closed. If it is open, it is removed with a warning: visitors are where they should be. One request for each kind of
 * route to the API server.
 */
export async function lookAtHeld(
  run: Run,
  situation: Situation,
  live: RevisionServices,
  written: Omit<WrittenParking, 'parking'>,
): Promise<void> {
  if (unparked(situation, live).length === 0) return;
  const parking = await parkingHeld(run);
  const green: ParkingQuestion['green'] = (door) => door;
  const looked = await look(run, situation, Object.values(live.services), {
    ...written,
    parking,
    green,
    mustClose: false,
  });
  const open = firstOf(looked, openIn);
  if (open === undefined) return tellAll(run, looked);
  await removeParking(run, situation, parking);
  run.report.warning(
    `${open.what}. ${open.means}: if there is a preview, reject its revision. Parking was removed. ${wayOut(situation)} deploy-green applies it again`,
  );
}

function firstOf(looked: readonly Looked[], of: (one: Looked) => Open | undefined): Open | undefined {
  return looked.flatMap((one) => of(one) ?? [])[0];
}

function tellAll(run: Run, looked: readonly Looked[]): void {
  for (const one of looked) tellParking(run, one);
}

/** Why `deploy-green` must not go on, although nothing was seen to be open. */
function unsureIn(
  { routes }: Situation,
  looked: readonly Looked[],
  { router: seen, config }: CandidateParking,
): Open | undefined {
  if (seen === undefined || config.proof === 'off') return undefined;
  const unseen = firstOf(looked, unseenIn);
  const guessed = routes.find(isGuessed);
  if (unseen !== undefined || guessed === undefined) return unseen;
  const { openParking } = guessed.router;
  const isClosed = seen.closedFirst || looked.some((one) => !one.hidden && one.seen.together === 'closed');
  if (openParking ? seen.preview : isClosed) return undefined;
  const isRefused = looked.some((one) => one.seen.together === 'refused');
  const unclosed = isRefused
    ? 'Parking was refused, and so is a host that nothing serves, perhaps by something in front of the router'
    : 'Parking was not answered with 403';
  const [missing, setting] = openParking
    ? ['The answers of the preview do not say which version gave them', '`router` and `identity`']
    : [unclosed, '`router`'];
  return {
    what: `${guessText(guessed)}, and no answer showed it`,
    means: `${missing}. ${wayToKnow(setting)}`,
  };
}

/** The present parking after this run has applied it. It may be several objects. */
async function parkingHeld(run: Run): Promise<Route[]> {
  return parkingIn(run.inputs.app, await readRoutes(run));
}

export function wayOut({ routes }: Situation): string {
  return [...new Set(routes.map(({ router }) => router.advice.open))].join(' ');
}

/** Requests what leads to `services`, once for each object of parking. Reports why if there is nothing to request. */
async function look(
  run: Run,
  situation: Situation,
  services: readonly string[],
  written: Parameters<typeof askParking>[2],
): Promise<Looked[]> {
  if (written.config.proof === 'off') {
    run.report.line('proof is off: it was not checked whether parking is closed');
    return [];
  }
  const isOpen = situation.routes.some(({ router }) => router.openParking);
  const isTheirs = leadsToOne(services);
  const isAsked = (path: RoutePath) => isTheirs(path) && (!isOpen || path.condition !== undefined);
  const looked = await askParking(run, situation, written, isAsked);
  if (looked.length === 0)
    tellUnasked(
      run,
      situation,
      written.parking.filter(({ paths }) => paths.some(isAsked)),
    );
  return looked;
}

/** Removes the routes that lead to a version that nobody verified. */
export async function closeDoors(
  run: Run,
  { routes }: Situation,
  counterparts: readonly OfferedService[],
  config: Config,
): Promise<void> {
  const read = await readNamespace(run);
  const planned = routes.flatMap(({ object, exists }) => (exists ? [] : [object]));
  const situation = readSituation(run, read, { counterparts, config, planned });
  observeLive(run, situation, { moved: false });
  const services = counterparts.map((counterpart) => counterpart.service);
  await dropPreviewOf(run, situation, services);
  await removeParking(run, situation, parkingIn(run.inputs.app, read.allRoutes));
  observeDone(run, { previewUrl: '', previewHeader: '' });
}

async function removeParking(run: Run, situation: Situation, parking: readonly Route[]): Promise<void> {
  const isOwn = (now: KubeObject) => label(now, LABEL_APP) === run.inputs.app;
  for (const { adapter, object } of parking) await removeObject(run, object, isOwn, adapter.resource);
  await removeCompanions(run, situation, parking);
}
