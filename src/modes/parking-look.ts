import { addressOf, type Look, lookThroughAll, type Seen } from '../checks/parking.ts';
import { urlOf } from '../checks/probe.ts';
import { GreenpathError } from '../core/error.ts';
import type { Twin } from '../core/live.ts';
import { type Ingress, LABEL_APP, label } from '../core/objects.ts';
import type { ParkingSeen } from '../core/parking-seen.ts';
import { rulesOf } from '../core/rules.ts';
import { settleOf } from '../routes/dialects.ts';
import { parkingHost, parkingName } from '../routes/parking.ts';
import { frontsFor } from './fronts.ts';
import { readNamespace, requireRoutes } from './namespace.ts';
import { dropPreviewOf } from './own-routes.ts';
import { routeSettings } from './release-record.ts';
import { removeObject } from './remove-object.ts';
import type { Run } from './run.ts';
import { type Situation, situate } from './situation.ts';

/**
 * Asks a path of parking, which was written at `since`, through every address, until it is seen closed or the settling
 * time has passed. Where a Service may have answered, parking and the preview are taken away again: throws `parking-open`.
 */
export async function lookAtParking(
  run: Run,
  situation: Situation,
  parking: Ingress,
  twins: readonly Twin[],
  since: number,
): Promise<void> {
  const { config } = run.inputs;
  if (config.proof === 'off') return run.report.line('proof is off: nobody looked whether parking is closed');
  const own = twins.map((twin) => twin.service);
  const path = rulesOf(parking).find(({ service = '' }) => own.includes(service))?.path;
  if (path === undefined) return;
  const look = await lookThroughAll(
    await frontsFor(run, situation),
    {
      url: { host: parkingHost(run.inputs.app, run.api.namespace), path },
      green: config.preview.path,
      since,
      settle: settleOf(config, situation.dialect),
    },
    run.waiting,
  );
  if (look.together === 'open') throw await closeDoors(run, situation, twins, { all: look.all, path });
  tell(run, look);
}

function tell(run: Run, { all, together }: Look): void {
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

function statusOf(all: readonly Seen[]): string {
  const statuses = all.flatMap(({ seen, parked }) => (seen === 'unserved' && 'status' in parked ? parked.status : []));
  return [...new Set(statuses)].join(', ');
}

/** Takes away what leads to a version that nobody verified, and says why. */
async function closeDoors(
  run: Run,
  { routes }: Situation,
  twins: readonly Twin[],
  { all, path }: { readonly all: readonly Seen[]; readonly path: string },
): Promise<GreenpathError> {
  const { inputs, api } = run;
  const read = await readNamespace(run);
  const planned = routes.flatMap(({ ingress, exists }) => (exists ? [] : [ingress]));
  const situation = situate(run, requireRoutes(run, read, planned), twins, routeSettings(inputs.config));
  await dropPreviewOf(
    run,
    situation,
    twins.map((twin) => twin.service),
  );
  const parking = read.ingresses.find((one) => one.metadata.name === parkingName(inputs.app));
  if (parking !== undefined) await removeObject(run, parking, (now) => label(now, LABEL_APP) === inputs.app);
  run.known.outputs.previewUrl = '';
  const open = all.find(({ seen }) => seen === 'open');
  const status = open === undefined || 'error' in open.parked ? 'something' : open.parked.status;
  const url = open && urlOf({ ...open.door, host: parkingHost(inputs.app, api.namespace) }, path);
  return new GreenpathError(
    'parking-open',
    `parking is not closed: ${url} through ${open && addressOf(open.door)} was answered with ${status}, and the router itself must answer 403 there. So it does not read the annotations that close parking, nor those that protect the preview. Both were taken away; green runs, and no route leads to it`,
    "Let a router serve the live Ingress that reads the annotations of ingress-nginx (F5's, whose class is nginx by default too, does not); or close parking with annotations that it reads (parking: {annotations: {…}} in the config). reject removes green.",
  );
}
