import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { addressText } from '../core/base/addresses.ts';
import type { Answered } from '../core/checks/expect.ts';
import { judgeParking, judgeTogether, type ParkingSeen } from '../core/checks/parking-seen.ts';
import { askAt, type Endpoint, type Reply } from './probe.ts';

const TIMEOUT = 5_000;
/** Between two looks, in milliseconds. */
const PAUSE = 250;

/** What to ask. */
export interface ParkingQuestion {
  /** A path of parking. */
  readonly url: { readonly host: string; readonly path: string };
  /** Below which path of the live hosts the same version may be reached. */
  readonly green: string;
  /** `performance.now()` when parking was written. */
  readonly since: number;
  /** How long the router may go on with what it had, in milliseconds. */
  readonly settleTime: number;
}

/** What was seen through one address. */
export interface ParkingAnswer {
  readonly door: Endpoint;
  readonly seen: ParkingSeen;
  readonly parked: Reply;
}

/** What was seen through all addresses, and what that says together. */
export interface ParkingLook {
  readonly all: readonly ParkingAnswer[];
  readonly together: ParkingSeen;
}

/** Asks parking through every address, until it is seen closed through each or the settling time has passed. */
export async function lookThroughAll(
  endpoints: readonly Endpoint[],
  request: ParkingQuestion,
  signal: AbortSignal,
): Promise<ParkingLook> {
  const doors = doorsOf(endpoints);
  for (;;) {
    const all = await Promise.all(doors.map((door) => lookThrough(door, request, signal)));
    const isOver = performance.now() - request.since >= request.settleTime;
    if (isOver || all.every(({ seen }) => seen === 'closed'))
      return { all, together: judgeTogether(all.map(({ seen }) => seen)) };
    await delay(PAUSE, undefined, { signal });
  }
}

/** Each address once; one that is asked by TLS at the usual port is asked without at the usual port too. */
function doorsOf(endpoints: readonly Endpoint[]): Endpoint[] {
  const plain = endpoints.flatMap((endpoint) =>
    endpoint.tls && endpoint.address.port === 443
      ? [{ ...endpoint, tls: false, address: { ...endpoint.address, port: 80 } }]
      : [],
  );
  return [
    ...new Map([...endpoints, ...plain].map((door) => [`${door.tls} ${addressText(door.address)}`, door])).values(),
  ];
}

/** Of a 403 it matters whether green gives it too; of anything else, whether nobody gives it. */
async function lookThrough(
  door: Endpoint,
  { url, green }: ParkingQuestion,
  signal: AbortSignal,
): Promise<ParkingAnswer> {
  const ask = (target: { host: string; path: string }) => askAt(door, target, TIMEOUT, signal);
  const askGreen = async (path: string) => answered(await ask({ host: door.host, path: green + path }));
  const parked = await ask(url);
  const answers = { url, parked: answered(parked), beside: undefined, green: undefined, usual: undefined };
  if (answers.parked?.status !== 403) {
    const beside = answered(await ask({ host: url.host, path: `/${randomBytes(16).toString('hex')}` }));
    return { door, parked, seen: judgeParking({ ...answers, beside }) };
  }
  const own = await askGreen(url.path);
  const usual = own?.status === 403 ? await askGreen(door.path) : undefined;
  return { door, parked, seen: judgeParking({ ...answers, green: own, usual }) };
}

function answered(reply: Reply): Answered | undefined {
  return 'error' in reply ? undefined : reply;
}
