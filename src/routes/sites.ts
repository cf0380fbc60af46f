import type { Live, LiveRule } from '../core/live.ts';
import type { Ingress } from '../core/objects.ts';
import { coversTls, hostsOf, type Rule } from '../core/rules.ts';
import type { Site } from '../core/site.ts';

type Route = Live & { readonly ingress: Ingress; readonly exists: boolean };

/**
 * The hosts of `route`, one of the app's `routes`, that can be asked for: a wildcard host stands for one name below it,
 * no host for `anyHost`.
 */
export function sitesOf(route: Route, routes: readonly Route[], anyHost: string): Site[] {
  const { ingress } = route;
  return hostsOf(route.rules).map((host) => {
    const here = (one: Route) => one.rules.filter((rule) => rule.at === 'default' || rule.host === host);
    const own = here(route);
    return {
      host: host === undefined ? anyHost : host.replace(/^\*\./, 'greenpath-probe.'),
      tls: (ingress.spec.tls ?? []).some((entry) => host !== undefined && coversTls(entry, host)),
      certified: route.exists,
      route: ingress.metadata.name,
      serves: (path) => {
        const best = longest(routes.flatMap(here), path);
        return best !== undefined && own.includes(best);
      },
      path: own.map((rule) => rule.path).find((path) => /^[\w/.~-]+$/.test(path)) ?? '/',
    };
  });
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
  if (!/[()*\\|[\]]/.test(path)) return false;
  try {
    return new RegExp(`^${path}`, 'i').test(asked);
  } catch {
    return false;
  }
}
