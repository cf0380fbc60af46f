import { addressText } from '../../core/base/addresses.ts';
import type { ParkingSeen } from '../../core/checks/parking-seen.ts';
import { LABEL_APP, nameOf } from '../../core/kube/objects.ts';
import type { ParkingLook } from '../../proof/parking.ts';
import { urlOf } from '../../proof/probe.ts';
import { isUnlabelledParking, parkingName } from '../../routes/own.ts';
import type { Route } from '../../routes/route-kind.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';

/** Parking that is open: what was seen, and what follows for the preview, each a sentence without its end. */
export interface Open {
  readonly what: string;
  readonly means: string;
}

/** One look at a path of parking. */
export interface Looked {
  readonly seen: ParkingLook;
  /** A header keeps everybody out, not a refusal of the router. */
  readonly hidden: boolean;
}

/** What was seen of the first address through which nothing shows that nobody gets to parking. */
export function unseenIn(looked: Looked): Open | undefined {
  const what = unseenText(looked);
  if (what === undefined) return undefined;
  return {
    what: `it was not seen that parking is closed: ${what}`,
    means: looked.hidden
      ? 'Only two answers through every address that is given or looked up show that nobody gets there: one without the secret header, and one with it'
      : 'Only an answer of 403 or 404 through every address that is given or looked up shows that nobody gets there',
  };
}

/** Through which address nothing was seen, and what came instead, as a clause. */
export function unseenText({ seen: { all, together } }: Looked): string | undefined {
  const unseen = all.find(({ seen, isExtra }) => seen === 'unknown' && !isExtra);
  if (together !== 'unknown' || unseen === undefined) return undefined;
  const { door, url, parked, opened } = unseen;
  const [reply, how] = 'error' in parked || opened === undefined ? [parked, ''] : [opened, ' with its secret header'];
  const place = `${urlOf({ ...door, host: url.host }, url.path)}${how} through ${addressText(door.address)}`;
  return 'error' in reply ? `${place} gave no answer (${reply.error})` : `${place} was answered with ${reply.status}`;
}

/** What was seen if parking is open. */
export function openIn({ seen: { all }, hidden }: Looked): Open | undefined {
  const open = all.find(({ seen }) => seen === 'open');
  if (open === undefined || 'error' in open.parked) return undefined;
  const { door, url, parked } = open;
  const place = `${urlOf({ ...door, host: url.host }, url.path)} through ${addressText(door.address)}`;
  return hidden
    ? {
        what: `parking is not closed: ${place} was answered with ${parked.status} by a parked Service, although the request lacked the secret header`,
        means:
          'So this router ignores the headers that a route asks for, and the preview may be open too where the live route is not',
      }
    : {
        what: `parking is not closed: ${place} was answered with ${parked.status}, and the router itself must answer 403 there`,
        means: 'So this router does not read the annotations that close parking, nor those that protect the preview',
      };
}

/** Reports what was seen of parking that is not open. */
export function tellParking(run: Run, { seen: look, hidden }: Looked): void {
  const { together } = look;
  const unknown = through(look, 'unknown');
  const refused = through(look, 'refused');
  const rest = [
    unknown === '' ? '' : `; through ${unknown} nothing was seen`,
    refused === '' ? '' : `; through ${refused} everybody is refused, perhaps by something in front of the router`,
  ].join('');
  if (together === 'closed')
    return run.report.line(`Parking is closed to everybody: ${closedText(look, hidden)}${rest}`);
  if (together === 'unserved' && hidden)
    return run.report.warning(
      `No answer through ${through(look, 'unserved')} carried the header of parking, also to requests with it. Either nothing serves parking, and a router that forgets a Service which no route names may lose requests at the switch; or the router does not set headers of answers, and then it is not known whether parking is closed${rest}`,
    );
  if (together === 'unserved')
    return run.report.line(
      `Nothing serves parking's paths: ${statuses(look, 'unserved')}, as at any other path of its host, through ${through(look, 'unserved')}${rest}`,
    );
  const how = hidden ? 'no Service may answer without the header' : 'the answer must be 403';
  run.report.warning(
    `It is not known whether parking is closed to everybody: no answer through ${through(look, 'unknown', 'refused')} showed it. Request a path of ${parkingName(run.inputs.app)} yourself, from where visitors come: ${how}`,
  );
}

/** Says why no parking was asked: none is where the live routes are, or it was not found. */
export function tellUnasked(run: Run, situation: Situation, [apart]: readonly Route[]): void {
  if (apart === undefined) return tellUnlabelled(run, situation);
  run.report.warning(
    `${nameOf(apart.object)} is not attached where the live route is, so it was not checked whether parking is closed to everybody; deploy-green applies it again`,
  );
}

/** Says why no parking was found, if it is there and lacks the label by which it is found. */
function tellUnlabelled(run: Run, { app, allRoutes }: Situation): void {
  const found = allRoutes.find(({ object }) => isUnlabelledParking(object, app));
  if (found === undefined) return;
  run.report.warning(
    `${nameOf(found.object)} lost its label ${LABEL_APP}, so it was not checked whether parking is closed to everybody; deploy-green restores the label`,
  );
}

function closedText(look: ParkingLook, hidden: boolean): string {
  const places = through(look, 'closed');
  return hidden
    ? `without its secret header the answer is ${statuses(look, 'closed')}, and of no parked Service, through ${places}`
    : `403 through ${places}`;
}

function through({ all }: ParkingLook, ...wanted: readonly ParkingSeen[]): string {
  const places = all.flatMap(({ seen, door }) => (wanted.includes(seen) ? addressText(door.address) : []));
  return [...new Set(places)].join(', ');
}

function statuses({ all }: ParkingLook, wanted: ParkingSeen): string {
  const found = all.flatMap(({ seen, parked }) => (seen === wanted && 'status' in parked ? parked.status : []));
  return [...new Set(found)].join(', ');
}
