import { addressText } from '../core/base/addresses.ts';
import type { ParkingSeen } from '../core/checks/parking-seen.ts';
import type { ParkingLook } from '../proof/parking.ts';
import { urlOf } from '../proof/probe.ts';
import { parkingName } from '../routes/own.ts';
import type { Run } from '../state/run.ts';

/** Parking that is open: what was seen, and what follows for the preview, each a sentence without its end. */
export interface Open {
  readonly what: string;
  readonly means: string;
}

/** What was seen if parking is open. `hidden`: a header keeps everybody out, not a refusal of the router. */
export function openIn(
  { all }: ParkingLook,
  url: { readonly host: string | undefined; readonly path: string },
  hidden: boolean,
): Open | undefined {
  const open = all.find(({ seen }) => seen === 'open');
  if (open === undefined || 'error' in open.parked) return undefined;
  const { door, parked } = open;
  const place = `${urlOf({ ...door, host: url.host ?? door.host }, url.path)} through ${addressText(door.address)}`;
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
export function tellParking(run: Run, look: ParkingLook, hidden: boolean): void {
  const { together } = look;
  const unknown = through(look, 'unknown');
  const rest = unknown === '' || together === 'unknown' ? '' : `; through ${unknown} nothing was seen`;
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
    `It is not known whether parking is closed to everybody: no answer through ${unknown} showed it. Request a path of ${parkingName(run.inputs.app)} yourself, from where visitors come: ${how}`,
  );
}

function closedText(look: ParkingLook, hidden: boolean): string {
  const places = through(look, 'closed');
  return hidden
    ? `without its secret header the answer is ${statuses(look, 'closed')}, and of no parked Service, through ${places}`
    : `403 through ${places}`;
}

function through({ all }: ParkingLook, seen: ParkingSeen): string {
  const places = all.flatMap((one) => (one.seen === seen ? addressText(one.door.address) : []));
  return [...new Set(places)].join(', ');
}

function statuses({ all }: ParkingLook, wanted: ParkingSeen): string {
  const found = all.flatMap(({ seen, parked }) => (seen === wanted && 'status' in parked ? parked.status : []));
  return [...new Set(found)].join(', ');
}
