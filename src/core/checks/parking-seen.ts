import type { Answered } from './expect.ts';
import { redirectsToTls } from './tls-redirect.ts';

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
 * may have answered. `refused`: nobody got in, and who refuses is not known: a 404 with nothing to compare it with; or
 * the 403 that this runner gets wherever green may be reached, as with an allow-list of the live route that excludes
 * it; or that it gets at a host that nothing serves too, as from a CDN that refuses hosts that it does not know.
 * `unknown`: there was no answer, or only a redirect to TLS.
 */
export type ParkingSeen = 'closed' | 'unserved' | 'open' | 'refused' | 'unknown';

/** What was seen through one address. */
interface SeenThrough {
  readonly seen: ParkingSeen;
  /** Whether it was asked besides, and visitors may not come in there: that nothing was seen there says nothing. */
  readonly isExtra: boolean;
}

/**
 * What the answers through one address show about parking. An application may give its own 403 and 404: then parking is
 * open. An error that is the same at a path that nothing serves comes from the router, or from something in front of
 * it.
 */
export function judgeParking({ url, parked, beside, green, usual }: ParkingAnswers): ParkingSeen {
  // A proxy that requires TLS everywhere redirects before it checks who may enter, and keeps the path. To another path,
  // such as that of a login, an application redirects: then parking is open.
  if (parked === undefined || redirectsToTls(parked, url)) return 'unknown';
  if (parked.status === 403) {
    if (green !== undefined && isSame(parked, green))
      return usual === undefined || isSame(parked, usual) ? 'refused' : 'open';
    return beside !== undefined && isSame(parked, beside) ? 'refused' : 'closed';
  }
  if (parked.status >= 400 && beside !== undefined && isSame(parked, beside)) return 'unserved';
  // Only a router that closes parking refuses at another path of its host: this answer is from a replica that is behind.
  if (parked.status === 404 && beside?.status === 403) return 'unserved';
  return parked.status === 404 && beside === undefined ? 'refused' : 'open';
}

/**
 * What the answers through one address show about parking that only requests with the headers of `key` reach, and
 * whose answers carry them too. `parked` was requested without them, `opened` with them. If the latter does not carry
 * them, the router does not serve parking yet, or not at all; an error of a server there shows nothing.
 */
export function judgeHidden(
  { parked, opened }: { readonly parked: Answered | undefined; readonly opened: Answered | undefined },
  key: Readonly<Record<string, string>>,
): ParkingSeen {
  const carries = ({ headers }: Answered) =>
    Object.entries(key).every(([name, value]) => headers[name.toLowerCase()] === value);
  if (parked !== undefined && carries(parked)) return 'open';
  if (parked === undefined || opened === undefined) return 'unknown';
  if (carries(opened)) return 'closed';
  return opened.status >= 500 ? 'unknown' : 'unserved';
}

/**
 * What all addresses together show. One open address is enough, and so is one that shows nothing: some of the visitors
 * come in there.
 */
export function judgeTogether(seen: readonly SeenThrough[]): ParkingSeen {
  const counting = seen.filter((one) => !one.isExtra || one.seen !== 'unknown');
  const found = new Set(counting.map((one) => one.seen));
  return (['open', 'unknown', 'closed', 'unserved', 'refused'] as const).find((one) => found.has(one)) ?? 'unknown';
}

function isSame(one: Answered, other: Answered): boolean {
  const type = ({ headers }: Answered) => headers['content-type'];
  return one.status === other.status && type(one) === type(other) && lasting(one.body) === lasting(other.body);
}

/** A body without the words that have a digit: a page for errors may give an id of its request, or the path, or a time. */
function lasting(body: string): string {
  const words = body.split(/([^\w+/=-]+)/);
  return words.map((word) => (/\d/.test(word) ? '#' : word)).join('');
}
