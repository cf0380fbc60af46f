import type { Config } from '../../core/base/config.ts';
import { type RoutePath, routeInput } from '../../core/release/route.ts';
import { lookThroughAll, type ParkingQuestion } from '../../proof/parking.ts';
import type { Endpoint } from '../../proof/probe.ts';
import { type Route, standsBeside } from '../../routes/route-kind.ts';
import { endpointsFor } from '../../state/endpoints.ts';
import { settleTimeOf } from '../../state/routers.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import type { Looked } from './parking-words.ts';

/** Parking's routes, the latest time at which they existed (`performance.now()`), and the config of their release. */
export interface WrittenParking {
  readonly parking: readonly Route[];
  readonly since: number;
  readonly config: Config;
}

/** What is requested besides, and whether parking has to be seen closed: `unserved` is not enough. */
interface Asking extends WrittenParking, Pick<ParkingQuestion, 'green'> {
  readonly mustClose: boolean;
}
/** How many settling times a router has to close parking if it must be seen closed: Traefik took 3 at a load of 35 on 2 processors. */
const PATIENCE = 6;

/**
 * Requests of each object of parking the first path that `isAsked`, through every address of the live routes that it
 * stands beside: another router knows nothing of it. Each is asked for a host of parking that it serves.
 */
export async function askParking(
  run: Run,
  situation: Situation,
  { parking, since, config, green, mustClose }: Asking,
  isAsked: (path: RoutePath) => boolean,
): Promise<Looked[]> {
  const asked = parking.flatMap((route) => {
    const path = route.paths.find(isAsked);
    const beside = besideIn(situation, route);
    return path === undefined || beside.size === 0 ? [] : [{ route, path, beside }];
  });
  if (asked.length === 0) return [];
  const settleTime = settleTimeOf(config, situation);
  const patience = mustClose ? PATIENCE * settleTime : undefined;
  const { current } = await endpointsFor(run, situation);
  const looked: Looked[] = [];
  for (const { route: parked, path, beside } of asked) {
    const hasPath = hostsWith(parked, path);
    const named = path.host?.startsWith('*.') ? undefined : path.host;
    const url = (door: Endpoint) => ({ host: hasPath(door) ? door.host : (named ?? door.host), path: path.path });
    const key = path.condition?.headers;
    const beyond = current.filter(({ route }) => beside.has(route));
    // Each address is asked once, for the first of its hosts.
    const doors = [...beyond.filter(hasPath), ...beyond.filter((door) => !hasPath(door))];
    const seen = await lookThroughAll(doors, { url, key, green, since, settleTime, patience }, run.waiting);
    looked.push({ seen, hidden: key !== undefined });
  }
  return looked;
}

/** Whether an object of parking has a path on the host of an endpoint too. */
function hostsWith({ adapter, paths }: Route, { key }: RoutePath): (door: Pick<Endpoint, 'host'>) => boolean {
  const hosts = paths.filter((one) => one.key === key).map(({ host }) => host);
  return (door) => hosts.some((host) => adapter.covers(host, door.host));
}

/** The live routes that are served where an object of parking is, as endpoints name them. */
function besideIn({ routes }: Situation, { object }: Route): Set<string> {
  const beside = routes.filter((live) => standsBeside(object, live));
  return new Set(beside.map(({ ref }) => routeInput(ref)));
}
