import type { Answered } from './expect.ts';

/** What was answered through one address: at a path of parking, and where that is compared with. Undefined: no answer. */
interface ParkingAnswers {
  readonly url: { readonly host: string; readonly path: string };
  readonly parked: Answered | undefined;
  /** At another path of parking's host, which nothing serves. */
  readonly beside: Answered | undefined;
  /** By green itself at the same path, where it may be reached. */
  readonly green: Answered | undefined;
  /** The same at a path that green serves for sure. */
  readonly usual: Answered | undefined;
}

/**
 * `closed`: the router refuses everybody. `unserved`: it answers as at a path that nobody serves. `open`: a Service may
 * have answered. `unknown`: nobody answered, or only to say that one has to come by TLS; or with a 404 that there is nothing
 * to compare with; or this runner gets the same 403 wherever green may be reached, as where the live route has an
 * allow-list without it.
 */
export type ParkingSeen = 'closed' | 'unserved' | 'open' | 'unknown';

/**
 * What answers through one address say of parking. An application may answer 403 and 404 of its own: then it is open. An
 * error that is the same at a path that nobody serves comes from the router, or from what stands in front of it.
 */
export function judgeParking({ url, parked, beside, green, usual }: ParkingAnswers): ParkingSeen {
  if (parked === undefined || sendsToTls(parked, url)) return 'unknown';
  if (parked.status === 403) {
    if (green === undefined || !isSame(parked, green)) return 'closed';
    return usual === undefined || isSame(parked, usual) ? 'unknown' : 'open';
  }
  if (parked.status >= 400 && beside !== undefined && isSame(parked, beside)) return 'unserved';
  return parked.status === 404 && beside === undefined ? 'unknown' : 'open';
}

/** What all addresses together say. One that is open is enough; one that says nothing does not outweigh the others. */
export function judgeTogether(seen: readonly ParkingSeen[]): ParkingSeen {
  return (['open', 'closed', 'unserved'] as const).find((one) => seen.includes(one)) ?? 'unknown';
}

/** A proxy that wants TLS everywhere redirects before it looks who may come. */
function sendsToTls({ status, headers }: Answered, { host, path }: ParkingAnswers['url']): boolean {
  const { location } = headers;
  return (
    status > 300 && status < 400 && [`https://${host}${path}`, `https://${host}:443${path}`].includes(`${location}`)
  );
}

function isSame(one: Answered, other: Answered): boolean {
  const type = ({ headers }: Answered) => headers['content-type'];
  return one.status === other.status && type(one) === type(other) && one.body === other.body;
}
