import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answered } from '../core/checks/expect.ts';
import { judgeParking, judgeTogether, type ParkingSeen } from '../core/checks/parking-seen.ts';
import { askAt, type Front, type Reply } from './probe.ts';

const TIMEOUT = 5_000;
/** Between two looks, in milliseconds. */
const PAUSE = 250;

/** What to ask. */
export interface ParkingRequest {
  /** A path of parking. */
  readonly url: { readonly host: string; readonly path: string };
  /** Below which path of the live hosts the same version may be reached. */
  readonly green: string;
  /** `performance.now()` when parking was written. */
  readonly since: number;
  /** How long the router may go on with what it had, in milliseconds. */
  readonly settle: number;
}

/** What was seen through one address. */
export interface Seen {
  readonly door: Front;
  readonly seen: ParkingSeen;
  readonly parked: Reply;
}

/** What was seen through all addresses, and what that says together. */
export interface Look {
  readonly all: readonly Seen[];
  readonly together: ParkingSeen;
}

/** Asks parking through every address, until it is seen closed through each or the settling time has passed. */
export async function lookThroughAll(
  fronts: readonly Front[],
  request: ParkingRequest,
  signal: AbortSignal,
): Promise<Look> {
  const doors = doorsOf(fronts);
  for (;;) {
    const all = await Promise.all(doors.map((door) => lookThrough(door, request, signal)));
    const isOver = performance.now() - request.since >= request.settle;
    if (isOver || all.every(({ seen }) => seen === 'closed'))
      return { all, together: judgeTogether(all.map(({ seen }) => seen)) };
    await delay(PAUSE, undefined, { signal });
  }
}

/** `192.0.2.7:443`. */
export function addressOf({ address }: Front): string {
  return `${address.host}:${address.port}`;
}

/** Each address once; one that is asked by TLS at the usual port is asked without at the usual port too. */
function doorsOf(fronts: readonly Front[]): Front[] {
  const plain = fronts.flatMap((front) =>
    front.tls && front.address.port === 443 ? [{ ...front, tls: false, address: { ...front.address, port: 80 } }] : [],
  );
  return [...new Map([...fronts, ...plain].map((door) => [`${door.tls} ${addressOf(door)}`, door])).values()];
}

/** Of a 403 it matters whether green gives it too; of anything else, whether nobody gives it. */
async function lookThrough(door: Front, { url, green }: ParkingRequest, signal: AbortSignal): Promise<Seen> {
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
