import { addressText } from '../core/base/addresses.ts';
import type { Config } from '../core/base/config.ts';
import { GreenpathError } from '../core/base/error.ts';
import type { ParkingSeen } from '../core/checks/parking-seen.ts';
import type { OfferedService } from '../core/kube/counterpart.ts';
import { type KubeObject, LABEL_APP, label, nameOf } from '../core/kube/objects.ts';
import type { RevisionServices } from '../core/kube/revision-services.ts';
import { leadsToOne, type RoutePath } from '../core/release/route.ts';
import { lookThroughAll, type ParkingAnswer, type ParkingLook } from '../proof/parking.ts';
import { urlOf } from '../proof/probe.ts';
import { type Route, routeOf } from '../routes/adapter.ts';
import { isUnlabelledParking, parkingHost, parkingIn, parkingName } from '../routes/own.ts';
import { endpointsFor } from '../state/endpoints.ts';
import { readNamespace } from '../state/namespace.ts';
import { readSituation } from '../state/read-situation.ts';
import { groupsOf, settleTimeOf } from '../state/routers.ts';
import { observeDone, type Run } from '../state/run.ts';
import type { Situation } from '../state/situation.ts';
import { observeLive } from '../state/tell-live.ts';
import { dropPreviewOf } from './own-routes.ts';
import { unparked } from './parking.ts';
import { removeObject } from './remove-object.ts';

/** Parking's paths, the latest time at which it existed (`performance.now()`), and the config of its release. */
interface WrittenParking {
  readonly parking: readonly RoutePath[];
  readonly since: number;
  readonly config: Config;
}

/** Checks parking of a candidate. If it is open, parking and preview are removed: throws `parking-open`. */
export async function lookAtParking(
  run: Run,
  situation: Situation,
  counterparts: readonly OfferedService[],
  written: WrittenParking,
): Promise<void> {
  const services = counterparts.map((counterpart) => counterpart.service);
  const open = await look(run, situation, services, { ...written, green: written.config.preview.path });
  if (open === undefined) return;
  await closeDoors(run, situation, counterparts, written.config);
  const what = run.report.wording(
    'Both were removed; green runs, and no route leads to it',
    'This dry run removed nothing: a real run would remove both',
  );
  throw new GreenpathError(
    'parking-open',
    `${open}. So this router does not read the annotations that close parking, nor those that protect the preview. ${what}`,
    `${wayOut(situation)} reject removes green.`,
  );
}

/**
 * Checks parking that this run had to apply again before it switched to `live` (`holdParking`), so that nobody has seen
 * it closed. If it is open, it is removed with a warning: visitors are where they should be. One request.
 */
export async function lookAtHeld(
  run: Run,
  situation: Situation,
  live: RevisionServices,
  written: Omit<WrittenParking, 'parking'>,
): Promise<void> {
  if (unparked(situation, live).length === 0) return;
  const parking = await parkingHeld(run, situation);
  const paths = parking.flatMap((route) => route.paths);
  const open = await look(run, situation, Object.values(live.services), { ...written, parking: paths, green: '' });
  if (open === undefined) return;
  await removeParking(run, parking);
  run.report.warning(
    `${open}. So this router does not read the annotations that close parking, which was removed; nor those that protect a preview, if there is one: reject its revision. ${wayOut(situation)} deploy-green applies parking again`,
  );
}

/** The present parking after this run has applied it. */
async function parkingHeld(run: Run, situation: Situation): Promise<Route[]> {
  const found = await Promise.all(
    groupsOf(situation).map(async ({ adapter }) => {
      const object = await run.api.get({ kind: adapter.resource, name: parkingName(run.inputs.app) });
      return object === undefined ? [] : routeOf(adapter, object);
    }),
  );
  return found.flat();
}

function wayOut({ routes }: Situation): string {
  return [...new Set(routes.map(({ router }) => router.advice.open))].join(' ');
}

/**
 * Requests one path of parking through every address. Returns what was seen if it is open; everything else is reported.
 */
async function look(
  run: Run,
  situation: Situation,
  services: readonly string[],
  { parking, since, config, green }: WrittenParking & { readonly green: string },
): Promise<string | undefined> {
  if (config.proof === 'off') {
    run.report.line('proof is off: it was not checked whether parking is closed');
    return undefined;
  }
  const parked = parking.find(leadsToOne(services));
  if (parked === undefined) return tellUnlabelled(run, situation);
  const { path, host = parkingHost(run.inputs.app, run.api.namespace) } = parked;
  const url = { host, path };
  const settleTime = settleTimeOf(config, situation);
  const seen = await lookThroughAll(await endpointsFor(run, situation), { url, green, since, settleTime }, run.waiting);
  const open = seen.all.find((one) => one.seen === 'open');
  if (open === undefined || 'error' in open.parked) {
    tell(run, seen);
    return undefined;
  }
  return `parking is not closed: ${urlOf({ ...open.door, host }, path)} through ${addressText(open.door.address)} was answered with ${open.parked.status}, and the router itself must answer 403 there`;
}

/** Says why no parking was found, if it is there and lacks the label by which it is found. */
function tellUnlabelled(run: Run, { app, allRoutes }: Situation): undefined {
  const found = allRoutes.find(({ object }) => isUnlabelledParking(object, app));
  if (found === undefined) return;
  run.report.warning(
    `${nameOf(found.object)} lost its label ${LABEL_APP}, so it was not checked whether parking is closed to everybody; deploy-green restores the label`,
  );
}

function tell(run: Run, { all, together }: ParkingLook): void {
  const through = (seen: ParkingSeen) => [
    ...new Set(all.flatMap((one) => (one.seen === seen ? addressText(one.door.address) : []))),
  ];
  const unknown = through('unknown');
  const rest = unknown.length === 0 || together === 'unknown' ? '' : `; through ${unknown.join(', ')} nothing was seen`;
  if (together === 'closed')
    return run.report.line(`Parking is closed to everybody: 403 through ${through('closed').join(', ')}${rest}`);
  if (together === 'unserved')
    return run.report.line(
      `Nothing serves parking's paths: ${statusOf(all)}, as at any other path of its host, through ${through('unserved').join(', ')}${rest}`,
    );
  run.report.warning(
    `It is not known whether parking is closed to everybody: no answer through ${unknown.join(', ')} showed it. Request a path of ${parkingName(run.inputs.app)} yourself, from where visitors come: the answer must be 403`,
  );
}

function statusOf(all: readonly ParkingAnswer[]): string {
  const statuses = all.flatMap(({ seen, parked }) => (seen === 'unserved' && 'status' in parked ? parked.status : []));
  return [...new Set(statuses)].join(', ');
}

/** Removes the routes that lead to a version that nobody verified. */
async function closeDoors(
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
  await removeParking(run, parkingIn(run.inputs.app, read.allRoutes));
  observeDone(run, { previewUrl: '' });
}

async function removeParking(run: Run, parking: readonly Route[]): Promise<void> {
  const isOwn = (now: KubeObject) => label(now, LABEL_APP) === run.inputs.app;
  for (const { adapter, object } of parking) await removeObject(run, object, isOwn, adapter.resource);
}
