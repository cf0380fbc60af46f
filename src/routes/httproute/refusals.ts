import { GreenpathError } from '../../core/base/error.ts';
import { hostText } from '../../core/base/hosts.ts';
import type { PreviewKind } from '../../core/base/preview-kind.ts';
import { nameOf } from '../../core/kube/objects.ts';
import { headersFor, hostsOf } from '../../core/release/route.ts';
import { competingAt } from '../competing.ts';
import { reachOf } from '../path-choice.ts';
import type { PreviewRequest } from '../requests.ts';
import type { PlannedFor } from '../route-kind.ts';
import { entrancesOf, listenersText } from './gateways.ts';
import { gatewaysOf, type HttpRoute, type HttpRule, isOwnService, matchesOf, pathOf } from './object.ts';
import { backendAt, visitedIn } from './paths.ts';

/** What of a live route no preview can mirror, or no switch can move; throws `route`, before anything is written. */
export function refuseUnreleasable({ object, rules, parents = [] }: PlannedFor<HttpRoute>, kind: PreviewKind): void {
  if (gatewaysOf(object).length === 0)
    throw refusal(
      object,
      'has no Gateway among its parentRefs, so no visitor comes through it',
      'Name the Gateway in spec.parentRefs.',
    );
  if (hostsOf(rules).every((host) => entrancesOf(object, host, parents)?.length === 0))
    throw refusal(
      object,
      `is served nowhere: no listener admits it for ${hostsOf(rules).map(hostText).join(', ')} (${listenersText(object, parents)})`,
      'Change spec.hostnames or spec.parentRefs of that HTTPRoute, or the listeners of the Gateway (hostname, allowedRoutes).',
    );
  for (const { key } of rules) {
    const found = backendAt(object, key);
    if (found === undefined) continue;
    const { rule, ref, at } = found;
    refuseSplit(object, at.rule);
    if (kind.by === 'header') refuseSameHeader(object, rule, kind.name);
    if (kind.by !== 'path') continue;
    const regex = matchesOf(rule)
      .map(pathOf)
      .find(({ type }) => type !== 'Exact' && type !== 'PathPrefix');
    if (regex !== undefined)
      throw refusal(
        object,
        `matches the path ${regex.value} by ${regex.type}, and no filter strips a prefix from such a path, so it can have no preview below a path`,
        `Write the path as PathPrefix or Exact, or ${OTHER_KINDS}.`,
      );
    if (ref.filters?.some(({ type }) => type === 'URLRewrite'))
      throw refusal(
        object,
        `rewrites URLs by a filter of a backendRef (rules[${at.rule}]), which would undo the rewrite of the preview`,
        `Move that filter to the rule, or ${OTHER_KINDS}.`,
      );
  }
}

/** Refuses a host of a preview that no listener serves, as far as the Gateways could be read. */
export function refuseUnadmitted({ object, parents = [] }: PlannedFor<HttpRoute>, host: string): void {
  if (entrancesOf(object, host, parents)?.length !== 0) return;
  throw refusal(
    object,
    `is attached to no listener that serves ${host}, the host of its preview (${listenersText(object, parents)})`,
    gatewaysOf(object).every(({ sectionName }) => sectionName !== undefined)
      ? `The preview has the same parentRefs, whose sectionName means that listener, so a further listener would not help. Choose a host that it serves, or a preview by header or below a path (preview: {header: {}} or {path: /green}), or remove sectionName from the parentRefs of that HTTPRoute.`
      : 'Choose a host that a listener serves, or add a listener for it to the Gateway.',
  );
}

const OTHER_KINDS = 'choose a preview that changes no path: {header: {}} or {host: green.example.com}';

/** Of two conditions on one header, the standard ignores the second. */
function refuseSameHeader(route: HttpRoute, rule: HttpRule, name: string): void {
  const isSame = (header: { readonly name: string }) => header.name.toLowerCase() === name.toLowerCase();
  if (!matchesOf(rule).some(({ headers = [] }) => headers.some(isSame))) return;
  throw refusal(
    route,
    `matches the header ${name} itself, which leads to the preview`,
    'Choose another one in the config (preview: {header: {name: X-Other}}).',
  );
}

/**
 * Refuses a host at which no request of a proof reaches the app: a proof sends GETs, with the headers that it knows. What
 * another application has there may come before all of the app's paths.
 */
export function refuseUnprovable(
  route: PlannedFor<HttpRoute>,
  { routes, all: allRoutes }: Pick<PreviewRequest<HttpRoute>, 'routes' | 'all'>,
): void {
  const app = routes.flatMap(({ rules }) => rules);
  for (const host of hostsOf(route.rules)) {
    const here = route.rules.filter((path) => path.host === host);
    const competing = competingAt(route, host, { routes, allRoutes });
    if (reachOf(here, competing, app).isSure) continue;
    const others = competing.filter((path) => headersFor(path) !== undefined && !app.some((one) => one === path));
    const before = others.length === 0 ? '' : `; other backends have: ${others.map(({ text }) => text).join('; ')}`;
    throw refusal(
      route.object,
      `has no path at ${hostText(host)} that a GET with known headers reaches (it has: ${here.map(({ text }) => text).join('; ')}${before}), so no proof can show which version answers there`,
      'Add a match that needs no other method, parameter or header by regular expression and that no other backend has, such as an Exact path for a health check, or set proof: off in the config.',
    );
  }
}

/**
 * Refuses a rule that a switch cannot move whole. Moved are rules of one reference, and of two Services of which one gets
 * no visitors. A second backend with visitors would keep its share, and no proof could end. With filters in the references
 * of such a pair, Envoy Gateway answered 500 in 11 of 15 switches: it knows a reference with filters and weight 0 only
 * after the switch.
 */
export function refuseSplit(route: HttpRoute, index: number): void {
  const rule = route.spec.rules?.[index] ?? {};
  const refs = rule.backendRefs ?? [];
  if (refs.length <= 1) return;
  const shares = refs.map(({ name, weight = 1 }) => `${name} ${weight}`).join(', ');
  const has = `has ${refs.length} backendRefs in rules[${index}] (${shares})`;
  const [first, ...more] = visitedIn(rule);
  const { name = '', port } = first?.ref ?? {};
  const one = `Leave one in that rule: backendRefs: [{name: ${name}, port: ${port}}]`;
  if (more.length > 0)
    throw refusal(
      route,
      `${has}, and more than one of them gets visitors: a switch would move a part of them, and no proof could end`,
      `${one}; deploy-green tests a new version without any visitors.`,
    );
  if (refs.length > 2 || !refs.every((ref) => isOwnService(ref, route.metadata.namespace)))
    throw refusal(
      route,
      `${has}, and a switch moves rules with one, or with two Services of this namespace, of which one has the weight 0`,
      `${one}.`,
    );
  if (rule.sessionPersistence !== undefined)
    throw refusal(
      route,
      `${has} and sessionPersistence, by which visitors stay at a backend also with the weight 0`,
      `${one}.`,
    );
  if (refs.some(({ filters = [] }) => filters.length > 0))
    throw refusal(
      route,
      `${has} with filters in them, and requests were lost behind Envoy Gateway when such weights changed`,
      `Move these filters to the rule, or leave one backendRef in it.`,
    );
}

function refusal(route: HttpRoute, what: string, next: string): GreenpathError {
  return new GreenpathError('route', `${nameOf(route)} ${what}`, next);
}
