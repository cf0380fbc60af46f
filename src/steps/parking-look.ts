import type { Config } from '../core/base/config.ts';
import { GreenpathError } from '../core/base/error.ts';
import type { ParkingSeen } from '../core/checks/parking-seen.ts';
import type { Counterpart } from '../core/kube/counterpart.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type Ingress, LABEL_APP, label } from '../core/kube/objects.ts';
import type { RevisionServices } from '../core/kube/revision-services.ts';
import { leadsToOne, rulesOf } from '../core/release/rules.ts';
import { addressOf, lookThroughAll, type ParkingAnswer, type ParkingLook } from '../proof/parking.ts';
import { urlOf } from '../proof/probe.ts';
import { settleTimeOf } from '../routes/dialects.ts';
import { parkingIn, parkingName } from '../routes/own.ts';
import { parkingHost } from '../routes/parking.ts';
import type { Situation } from '../state/app-state.ts';
import { endpointsFor } from '../state/endpoints.ts';
import { readNamespace } from '../state/namespace.ts';
import { observeDone, type Run } from '../state/run.ts';
import { readAppState } from '../state/situation.ts';
import { observeLive } from '../state/tell-live.ts';
import { dropPreviewOf } from './own-routes.ts';
import { unparked } from './parking.ts';
import { removeObject } from './remove-object.ts';

const WAY_OUT =
  "Let a router serve the live Ingress that reads the annotations of ingress-nginx (F5's, whose class is nginx by default too, does not); or close parking with annotations that it reads (parking: {annotations: {…}} in the config).";

/** Parking if it stands, when it was there at the latest (`performance.now()`), and the config of its release. */
interface Standing {
  readonly parking: Ingress | undefined;
  readonly since: number;
  readonly config: Config;
}

/** Looks at parking of a candidate. Where it is open, it is taken away, and the preview too: throws `parking-open`. */
export async function lookAtParking(
  run: Run,
  situation: Situation,
  counterparts: readonly Counterpart[],
  standing: Standing,
): Promise<void> {
  const services = counterparts.map((counterpart) => counterpart.service);
  const open = await look(run, situation, services, { ...standing, green: standing.config.preview.path });
  if (open === undefined) return;
  await closeDoors(run, situation, counterparts, standing.config);
  const what = run.report.wording(
    'Both were taken away; green runs, and no route leads to it',
    'This dry run took nothing away: without it, both go',
  );
  throw new GreenpathError(
    'parking-open',
    `${open}. So it does not read the annotations that close parking, nor those that protect the preview. ${what}`,
    `${WAY_OUT} reject removes green.`,
  );
}

/**
 * Looks at parking that this run had to apply again before it switched to `live` (`holdParking`): then nobody has seen it
 * closed. Where it is open, it is taken away, with a warning: visitors are where they should be. One request.
 */
export async function lookAtHeld(
  run: Run,
  situation: Situation,
  live: RevisionServices,
  written: Omit<Standing, 'parking'>,
): Promise<void> {
  if (unparked(situation, live).length === 0) return;
  const parking = await run.api.get<Ingress>({ kind: KIND.Ingress, name: parkingName(run.inputs.app) });
  const open = await look(run, situation, Object.values(live.services), { ...written, parking, green: '' });
  if (open === undefined || parking === undefined) return;
  await removeParking(run, parking);
  run.report.warning(
    `${open}. So it does not read the annotations that close parking, which was taken away; nor those that protect a preview, if one stands: reject its revision. ${WAY_OUT} deploy-green applies parking again`,
  );
}

/** Asks one path of parking through every address. What was seen if it is open; all else is told. */
async function look(
  run: Run,
  situation: Situation,
  services: readonly string[],
  { parking, since, config, green }: Standing & { readonly green: string },
): Promise<string | undefined> {
  if (config.proof === 'off') {
    run.report.line('proof is off: nobody looked whether parking is closed');
    return undefined;
  }
  const path = parking && rulesOf(parking).find(leadsToOne(services))?.path;
  if (path === undefined) return undefined;
  const url = { host: parkingHost(run.inputs.app, run.api.namespace), path };
  const settleTime = settleTimeOf(config, situation.dialect);
  const seen = await lookThroughAll(await endpointsFor(run, situation), { url, green, since, settleTime }, run.waiting);
  const open = seen.all.find((one) => one.seen === 'open');
  if (open === undefined || 'error' in open.parked) {
    tell(run, seen);
    return undefined;
  }
  return `parking is not closed: ${urlOf({ ...open.door, host: url.host }, path)} through ${addressOf(open.door)} was answered with ${open.parked.status}, and the router itself must answer 403 there`;
}

function tell(run: Run, { all, together }: ParkingLook): void {
  const through = (seen: ParkingSeen) => [
    ...new Set(all.flatMap((one) => (one.seen === seen ? addressOf(one.door) : []))),
  ];
  const unknown = through('unknown');
  const rest = unknown.length === 0 || together === 'unknown' ? '' : `; through ${unknown.join(', ')} nothing was seen`;
  if (together === 'closed')
    return run.report.line(`Parking is closed to everybody: 403 through ${through('closed').join(', ')}${rest}`);
  if (together === 'unserved')
    return run.report.line(
      `Nobody serves parking's paths: ${statusOf(all)}, as at any other path of its host, through ${through('unserved').join(', ')}${rest}`,
    );
  run.report.warning(
    `Nobody knows whether parking is closed to everybody: no answer through ${unknown.join(', ')} showed it. Ask for a path of Ingress ${parkingName(run.inputs.app)} yourself, from where visitors come: it must be answered with 403`,
  );
}

function statusOf(all: readonly ParkingAnswer[]): string {
  const statuses = all.flatMap(({ seen, parked }) => (seen === 'unserved' && 'status' in parked ? parked.status : []));
  return [...new Set(statuses)].join(', ');
}

/** Takes away what leads to a version that nobody verified. */
async function closeDoors(
  run: Run,
  { routes }: Situation,
  counterparts: readonly Counterpart[],
  config: Config,
): Promise<void> {
  const read = await readNamespace(run);
  const planned = routes.flatMap(({ ingress, exists }) => (exists ? [] : [ingress]));
  const situation = readAppState(run, read, { counterparts, config, planned });
  observeLive(run, situation, { moved: false });
  const services = counterparts.map((counterpart) => counterpart.service);
  await dropPreviewOf(run, situation, services);
  const parking = parkingIn(run.inputs.app, read.ingresses);
  if (parking !== undefined) await removeParking(run, parking);
  observeDone(run, { previewUrl: '' });
}

async function removeParking(run: Run, parking: Ingress): Promise<void> {
  await removeObject(run, parking, (now) => label(now, LABEL_APP) === run.inputs.app);
}
