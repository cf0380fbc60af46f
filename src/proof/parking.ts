import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { addressText } from '../core/base/addresses.ts';
import type { Answered } from '../core/checks/expect.ts';
import { BUSY } from '../core/checks/pace.ts';
import { judgeHidden, judgeParking, judgeTogether, type ParkingSeen } from '../core/checks/parking-seen.ts';
import type { Target } from './exchange.ts';
import { askAt, type Endpoint, probe, type Reply } from './probe.ts';
import { asksForPatience } from './see.ts';

const TIMEOUT = 5_000;
/** Between two rounds of requests, in milliseconds. */
const PAUSE = 250;
/** How many rounds in a row must show nothing: a request may get lost. */
const TRIES = 3;

/** Where parking is requested. */
interface ParkingUrl {
  readonly host: string;
  readonly path: string;
}

/** What to request, and how long. */
export interface ParkingQuestion {
  /** A path of parking, and the host that has it where an endpoint leads. */
  url(door: Endpoint): ParkingUrl;
  /** The headers without which nobody gets there; undefined if the router refuses everybody. */
  readonly key: Readonly<Record<string, string>> | undefined;
  /** Where the same version may be reached, at the address of an endpoint. */
  green(door: Endpoint): Endpoint;
  /** `performance.now()` when parking was written. */
  readonly since: number;
  /** How long the router may still use the routes that it had, in milliseconds. */
  readonly settleTime: number;
  /** The same if parking is not served yet and has to be: a busy router may take longer than usual. */
  readonly patience?: number | undefined;
}

/** What was seen through one address. */
export interface ParkingAnswer {
  readonly door: Endpoint;
  readonly url: ParkingUrl;
  readonly seen: ParkingSeen;
  readonly parked: Reply;
  /** To the same request with the headers that open parking, if it has any. */
  readonly opened?: Reply;
  /** Whether an answer asked for fewer requests. */
  readonly isLimited: boolean;
  /** Whether the address was not given or looked up, and only asked besides. */
  readonly isExtra: boolean;
}

/** What was seen through all addresses, and what that shows together. */
export interface ParkingLook {
  readonly all: readonly ParkingAnswer[];
  readonly together: ParkingSeen;
}

/**
 * Requests a path of parking through every address until each is closed, or until the settling time is over and each
 * shows something, or some did not for several rounds in a row.
 */
export async function lookThroughAll(
  endpoints: readonly Endpoint[],
  request: ParkingQuestion,
  signal: AbortSignal,
): Promise<ParkingLook> {
  const doors = doorsOf(endpoints);
  for (let silent = 0; ; ) {
    const all = await Promise.all(
      doors.map(async ({ door, isExtra }) => ({ ...(await lookThrough(door, request, signal)), isExtra })),
    );
    const together = judgeTogether(all);
    silent = together === 'unknown' ? silent + 1 : 0;
    const { settleTime, patience = settleTime } = request;
    const isOver = performance.now() - request.since >= (together === 'unserved' ? patience : settleTime);
    if (all.every(({ seen }) => seen === 'closed') || (isOver && (together !== 'unknown' || silent >= TRIES)))
      return { all, together };
    const isLimited = all.some((one) => one.isLimited);
    await delay(isLimited ? BUSY : PAUSE, undefined, { signal });
  }
}

/**
 * Each address once. An address with TLS at port 443 is also requested without TLS at port 80, and without the
 * credentials that others could read there.
 */
function doorsOf(endpoints: readonly Endpoint[]): Pick<ParkingAnswer, 'door' | 'isExtra'>[] {
  const plain = endpoints.flatMap(({ carries: _, ...endpoint }) =>
    endpoint.tls && endpoint.address.port === 443
      ? [{ door: { ...endpoint, tls: false, address: { ...endpoint.address, port: 80 } }, isExtra: true }]
      : [],
  );
  const own = endpoints.map((door) => ({ door, isExtra: false }));
  const places = Map.groupBy([...own, ...plain], ({ door }) => `${door.tls} ${addressText(door.address)}`);
  return [...places.values()].flatMap(([first]) => first ?? []);
}

/**
 * With a key, requests parking without it and with it: it is at the live hosts then, so both requests carry what every
 * request there does. Else also requests a place that nothing serves; and after a 403 green, which may give it too.
 */
async function lookThrough(
  door: Endpoint,
  { url: urlAt, key, green }: ParkingQuestion,
  signal: AbortSignal,
): Promise<Omit<ParkingAnswer, 'isExtra'>> {
  let isLimited = false;
  const noted = (reply: Reply) => {
    isLimited ||= asksForPatience(reply);
    return reply;
  };
  const ask = async (target: Target) => noted(await askAt(door, target, TIMEOUT, signal));
  const askGreen = async (path: string) => answered(noted(await probe(green(door), path, TIMEOUT, signal)));
  const url = urlAt(door);
  if (key !== undefined) {
    const parked = await ask({ ...url, headers: { ...door.carries } });
    const opened = await ask({ ...url, headers: { ...door.carries, ...key } });
    const seen = judgeHidden({ parked: answered(parked), opened: answered(opened) }, key);
    return { door, url, parked, opened, seen, isLimited };
  }
  const parked = await ask(url);
  const beside = answered(await ask(nowhere(url, parked)));
  const answers = { url, parked: answered(parked), beside, green: undefined, usual: undefined };
  if (answers.parked?.status !== 403) return { door, url, parked, seen: judgeParking(answers), isLimited };
  const own = await askGreen(url.path);
  const usual = own?.status === 403 ? await askGreen(door.path) : undefined;
  return { door, url, parked, seen: judgeParking({ ...answers, green: own, usual }), isLimited };
}

/**
 * Where nothing is served: another path of parking's host; and after a 403 another host, since ingress-nginx refuses
 * everybody at all paths of parking's host, and what is in front of a router at all hosts that it does not know.
 */
function nowhere(url: ParkingUrl, parked: Reply): Target {
  const unguessable = randomBytes(16).toString('hex');
  const isRefused = 'status' in parked && parked.status === 403;
  return isRefused ? { ...url, host: `${unguessable}.greenpath.invalid` } : { ...url, path: `/${unguessable}` };
}

/** Who limits the rate of requests answers whatever stands there. */
function answered(reply: Reply): Answered | undefined {
  return 'error' in reply || asksForPatience(reply) ? undefined : reply;
}
