import type { Answered } from './expect.ts';

/** The answers through one address: at a path of parking, and at the paths to compare it with. Undefined: no answer. */
interface ParkingAnswers {
  readonly url: { readonly host: string; readonly path: string };
  readonly parked: Answered | undefined;
  /** Where nothing is served: at another path of parking's host, and after a 403 at another host. */
  readonly beside: Answered | undefined;
  /** From green itself at the same path, where green may be reached. */
  readonly green: Answered | undefined;
  /** The same at a path that green certainly serves. */
  readonly usual: Answered | undefined;
}

/**
 * `closed`: the router refuses everybody. `unserved`: it answers as at a path that nothing serves. `open`: a Service
 * may have answered. `unknown`: there was no answer; or only a redirect to TLS; or a 404 with nothing to compare it
 * with; or this runner gets the same 403 wherever green may be reached, as with an allow-list of the live route that
 * excludes it; or it gets it at a host that nothing serves too, as from a CDN that refuses hosts that it does not know.
 */
export type ParkingSeen = 'closed' | 'unserved' | 'open' | 'unknown';

/**
 * What the answers through one address show about parking. An application may give its own 403 and 404: then parking is
 * open. An error that is the same at a path that nothing serves comes from the router, or from something in front of
 * it.
 */
export function judgeParking({ url, parked, beside, green, usual }: ParkingAnswers): ParkingSeen {
  if (parked === undefined || sendsToTls(parked, url)) return 'unknown';
  if (parked.status === 403) {
    if (green !== undefined && isSame(parked, green))
      return usual === undefined || isSame(parked, usual) ? 'unknown' : 'open';
    return beside !== undefined && isSame(parked, beside) ? 'unknown' : 'closed';
  }
  if (parked.status >= 400 && beside !== undefined && isSame(parked, beside)) return 'unserved';
  return parked.status === 404 && beside === undefined ? 'unknown' : 'open';
}

/**
 * What the answers through one address show about parking that only requests with the headers of `key` reach, and
 * whose answers carry them too. `parked` was requested without them, `opened` with them. If the latter does not carry
 * them, the router does not serve parking yet, or not at all.
 */
export function judgeHidden(
  { parked, opened }: { readonly parked: Answered | undefined; readonly opened: Answered | undefined },
  key: Readonly<Record<string, string>>,
): ParkingSeen {
  const carries = ({ headers }: Answered) =>
    Object.entries(key).every(([name, value]) => headers[name.toLowerCase()] === value);
  if (parked !== undefined && carries(parked)) return 'open';
  if (parked === undefined || opened === undefined) return 'unknown';
  return carries(opened) ? 'closed' : 'unserved';
}

/**
 * What all addresses together show. One open address is enough; one that shows nothing does not outweigh the others.
 */
export function judgeTogether(seen: readonly ParkingSeen[]): ParkingSeen {
  return (['open', 'closed', 'unserved'] as const).find((one) => seen.includes(one)) ?? 'unknown';
}

/** A proxy that requires TLS everywhere redirects before it checks who may enter. */
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
