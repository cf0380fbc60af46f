import { GreenpathError } from '../../core/base/error.ts';
import { hostText } from '../../core/base/hosts.ts';
import { nameOf } from '../../core/kube/objects.ts';
import { headersFor, hostsOf } from '../../core/release/route.ts';
import type { PlannedFor } from '../adapter.ts';
import { gatewaysOf, type HttpRoute, matchesOf, pathOf } from './object.ts';
import { backendAt } from './paths.ts';

/** What of a live route no preview can mirror, or no switch can move; throws `route`, before anything is written. */
export function refuseUnreleasable({ object, rules }: PlannedFor<HttpRoute>): void {
  if (gatewaysOf(object).length === 0)
    throw refusal(
      object,
      'has no Gateway among its parentRefs, so no visitor comes through it',
      'Name the Gateway in spec.parentRefs.',
    );
  for (const { key } of rules) {
    const found = backendAt(object, key);
    if (found === undefined) continue;
    const { rule, ref, at } = found;
    refuseShared(object, at.rule);
    const regex = matchesOf(rule)
      .map(pathOf)
      .find(({ type }) => type !== 'Exact' && type !== 'PathPrefix');
    if (regex !== undefined)
      throw refusal(
        object,
        `matches the path ${regex.value} by ${regex.type}, and no filter strips a prefix from such a path, so it can have no preview`,
        'Write the path as PathPrefix or Exact.',
      );
    if (ref.filters?.some(({ type }) => type === 'URLRewrite'))
      throw refusal(
        object,
        `rewrites URLs by a filter of a backendRef (rules[${at.rule}]), which would undo the rewrite of the preview`,
        'Move that filter to the rule.',
      );
  }
}

/** Refuses a host at which no request of a proof reaches the app: a proof sends GETs, with the headers that it knows. */
export function refuseUnprovable({ object, rules }: PlannedFor<HttpRoute>): void {
  for (const host of hostsOf(rules)) {
    const here = rules.filter((path) => path.host === host);
    if (here.some((path) => headersFor(path) !== undefined)) continue;
    throw refusal(
      object,
      `has no path at ${hostText(host)} that a GET with known headers reaches (it has: ${here.map(({ text }) => text).join('; ')}), so no proof can show which version answers there`,
      'Add a match that needs no other method, parameter or header by regular expression, such as an Exact path for a health check, or set proof: off in the config.',
    );
  }
}

/**
 * Refuses a rule that shares its visitors. A second backend would go on getting its share after a switch, and the proof
 * could not end; and Envoy Gateway answered 500 where backends had filters and one of them the weight 0.
 */
export function refuseShared(route: HttpRoute, index: number): void {
  const refs = route.spec.rules?.[index]?.backendRefs ?? [];
  if (refs.length <= 1) return;
  const shares = refs.map(({ name, weight = 1 }) => `${name} ${weight}`).join(', ');
  throw refusal(
    route,
    `has ${refs.length} backendRefs in rules[${index}] (${shares}), and Greenpath moves rules with one`,
    'Leave one backendRef in that rule, also none of weight 0; deploy-green tests a new version without any visitors.',
  );
}

function refusal(route: HttpRoute, what: string, next: string): GreenpathError {
  return new GreenpathError('route', `${nameOf(route)} ${what}`, next);
}
