import { addressesFor } from '../core/base/addresses.ts';
import { type Host, hostCovers } from '../core/base/hosts.ts';
import type { RouteHost } from '../core/base/route-host.ts';
import type { Ways } from '../core/base/ways.ts';
import type { Ingress } from '../core/kube/objects.ts';
import type { Live, LiveRule } from '../core/release/live.ts';
import { coversTls, hostsOf, type Rule } from '../core/release/rules.ts';

type Route = Live & { readonly ingress: Ingress; readonly exists: boolean };

/**
 * The hosts of `route`, one of the app's `routes`, that can be asked for: a wildcard host, or none, stands for each host
 * that `ways` names below it. Where it names none, a wildcard stands for an invented name, and no host for `anyHost`.
 */
export function routeHostsOf(route: Route, routes: readonly Route[], ways: Ways, anyHost: string): RouteHost[] {
  const all = routes.flatMap(({ rules }) => hostsOf(rules));
  return hostsOf(route.rules).flatMap((host) => {
    const named = host === undefined || host.startsWith('*.') ? namesBelow(host, all, ways) : [host];
    const invented = host?.replace(/^\*\./, 'greenpath-probe.') ?? anyHost;
    const names = named.length > 0 ? named : [invented];
    return names.map((name) => routeHostOf(route, routes, { host, name, isInvented: named.length === 0 }, ways));
  });
}

/** The hosts that the config names and that are requests for `host`, and for no other of the routes' hosts. */
function namesBelow(host: Host, all: readonly Host[], { hosts, addresses }: Ways): string[] {
  const others = all.filter((other) => other !== host && hostCovers(host, other));
  const given = [...hosts, ...addresses.flatMap(({ of }) => (of === undefined || of.startsWith('*') ? [] : [of]))];
  return [...new Set(given)].filter(
    (name) => hostCovers(host, name) && !others.some((other) => hostCovers(other, name)),
  );
}

function routeHostOf(
  route: Route,
  routes: readonly Route[],
  { host, name, isInvented }: { readonly host: Host; readonly name: string; readonly isInvented: boolean },
  { addresses }: Ways,
): RouteHost {
  const { ingress, exists } = route;
  const here = (one: Route) => one.rules.filter((rule) => rule.at === 'default' || rule.host === host);
  const own = here(route);
  // What stands for every host is an address of the router, and no name that a certificate would be for.
  const isName = host !== undefined || !isInvented;
  const ends = isName && (ingress.spec.tls ?? []).some((entry) => coversTls(entry, name));
  return {
    host: name,
    ...addressesFor(name, ends, addresses),
    certified: exists || !ends,
    route: ingress.metadata.name,
    invented: isInvented && host !== undefined ? host : undefined,
    serves: (path) => {
      const best = longest(routes.flatMap(here), path);
      return best !== undefined && own.includes(best);
    },
    path: own.map((rule) => rule.path).find((path) => /^[\w/.~-]+$/.test(path)) ?? '/',
  };
}

/** The rule that a router would choose for `path`, by its length; a regex is tried as one. */
function longest(rules: readonly LiveRule[], path: string): LiveRule | undefined {
  const [plain = path] = path.split('?');
  const matching = rules.filter((rule) => matches(rule, plain));
  return matching.toSorted((a, b) => b.path.length - a.path.length)[0];
}

function matches({ path, pathType }: Rule, asked: string): boolean {
  if (pathType === 'Exact') return asked === path;
  const start = path.replace(/\/$/, '');
  if (asked === start || asked.startsWith(`${start}/`)) return true;
  if (!/[()*\\|[\]$]/.test(path)) return false;
  try {
    return new RegExp(`^${path}`, 'i').test(asked);
  } catch {
    return false;
  }
}
