import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { askAt, type Front, type Reply, urlOf, type Way } from '../checks/probe.ts';
import { GreenpathError } from '../core/error.ts';
import type { Answered } from '../core/expect.ts';
import type { Twin } from '../core/live.ts';
import { type Ingress, LABEL_APP, label } from '../core/objects.ts';
import { judgeParking, judgeTogether, type ParkingSeen } from '../core/parking-seen.ts';
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

const TIMEOUT = 5_000;
/** Between two looks, in milliseconds. */
const PAUSE = 250;

/** What was seen through one address. */
interface Seen {
  readonly door: Way;
  readonly seen: ParkingSeen;
  readonly parked: Reply;
}

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
  const doors = doorsOf(await frontsFor(run, situation));
  const settle = settleOf(config, situation.dialect);
  for (;;) {
    const all = await Promise.all(doors.map((door) => lookThrough(run, door, path)));
    const together = judgeTogether(all.map(({ seen }) => seen));
    const isOver = performance.now() - since >= settle;
    if (isOver && together === 'open') throw await closeDoors(run, situation, twins, { all, path });
    if (isOver || all.every(({ seen }) => seen === 'closed')) return tell(run, all, together);
    await delay(PAUSE, undefined, { signal: run.waiting });
  }
}

/** Each address once; one that is asked by TLS at the usual port is asked without at the usual port too. */
function doorsOf(fronts: readonly Front[]): Way[] {
  const plain = fronts.flatMap((front) =>
    front.tls && front.address.port === 443 ? [{ ...front, tls: false, address: { ...front.address, port: 80 } }] : [],
  );
  return [...new Map([...fronts, ...plain].map((door) => [`${door.tls} ${addressOf(door)}`, door])).values()];
}

async function lookThrough(run: Run, door: Way, path: string): Promise<Seen> {
  const host = parkingHost(run.inputs.app, run.api.namespace);
  const ask = (target: { host: string; path: string }) => askAt(door, target, TIMEOUT, run.waiting);
  const [parked, beside, green] = await Promise.all([
    ask({ host, path }),
    ask({ host, path: `/${randomBytes(16).toString('hex')}` }),
    ask({ host: door.host, path: run.inputs.config.preview.path + path }),
  ]);
  const answers = { parked: answered(parked), beside: answered(beside), green: answered(green) };
  return { door, parked, seen: judgeParking({ url: { host, path }, ...answers }) };
}

function answered(reply: Reply): Answered | undefined {
  return 'error' in reply ? undefined : reply;
}

function tell(run: Run, all: readonly Seen[], together: ParkingSeen): void {
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
    `Nobody knows whether parking is closed to everybody: no answer through ${unknown.join(', ')} showed it. Ask for a path of Ingress ${parkingName(run.inputs.app)} yourself: it must be answered with 403`,
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

function addressOf({ address }: Way): string {
  return `${address.host}:${address.port}`;
}
