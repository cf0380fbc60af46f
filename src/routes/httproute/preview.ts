import { canonical } from '../../core/base/json.ts';
import { previewHost } from '../../core/base/preview-kind.ts';
import { LABEL_APP, LABEL_REVISION } from '../../core/kube/objects.ts';
import { kindNote, NO_RECORDS, refuseForeignObject } from '../own.ts';
import { counterpartIn } from '../patch.ts';
import { refuseHosts } from '../preview-hosts.ts';
import { mayProtect, unprotected } from '../protection.ts';
import type { OwnRoutes, PreviewRequest } from '../requests.ts';
import type { PlannedFor } from '../route-kind.ts';
import { mirrorsOf } from './mirror.ts';
import { gatewaysOf, type HttpRoute, type HttpRule, hostsOfRoute, matchesOf } from './object.ts';
import { refuseOverlap, refuseRegexes } from './overlap.ts';
import { backendAt, pathsOf } from './paths.ts';
import { refuseUnadmitted, refuseUnprovable, refuseUnreleasable } from './refusals.ts';
import { refuseTaken } from './taken.ts';

/** How many rules an HTTPRoute may have. */
export const MOST_RULES = 16;

/** Previews in routes of their own, on the same Gateways and hosts: no match of any live path changes. */
export function previews(request: PreviewRequest<HttpRoute>): OwnRoutes[] {
  const { kind } = request.settings;
  if (kind.by === 'host') refuseHosts(request, kind.host);
  return request.routes.map((route) => {
    refuseUnreleasable(route, kind);
    if (request.isProven) refuseUnprovable(route, request);
    if (request.settings.unprotected === 'refuse') refuseUnprotected(request, route.object);
    if (kind.by === 'host') for (const host of hostsOfPreview(route.object, kind.host)) refuseUnadmitted(route, host);
    const objects = previewObjects(request, route, mirroredRules(request, route));
    if (kind.by === 'path') {
      const mirrored = objects.flatMap(pathsOf);
      refuseTaken(request, kind.path, route, mirrored);
      if (request.settings.overlap === 'refuse') {
        refuseOverlap(request, route, mirrored);
        refuseRegexes(request, route, mirrored);
      }
    }
    return { objects, patch: [] };
  });
}

/** One mirror for each match of the app's rules, in their order. A match that stands there twice never gets a request. */
function mirroredRules(
  { candidate, settings, mark }: PreviewRequest<HttpRoute>,
  route: PlannedFor<HttpRoute>,
): HttpRule[] {
  const byRule = new Map(route.rules.map((path) => [path.key, path]));
  const all = [...byRule.values()].flatMap((path) => {
    const found = backendAt(route.object, path.key);
    return found === undefined ? [] : mirrorsOf(found, settings.kind, counterpartIn(candidate, path), mark);
  });
  const first = new Map(all.toReversed().map((rule) => [canonical(matchesOf(rule)), rule]));
  return all.filter((rule) => first.get(canonical(matchesOf(rule))) === rule);
}

function previewObjects(
  request: PreviewRequest<HttpRoute>,
  { ref, object }: PlannedFor<HttpRoute>,
  rules: readonly HttpRule[],
): HttpRoute[] {
  const { app, namespace, settings, candidate } = request;
  return inParts(rules).map((part, index) => {
    const name = index === 0 ? request.named({ ref }) : `${request.named({ ref })}.part-${index + 1}`;
    refuseForeignObject(request, name);
    return routeLike(object, {
      name,
      namespace,
      labels: { [LABEL_APP]: app, [LABEL_REVISION]: candidate.revision },
      annotations: previewAnnotations(settings),
      ...(settings.kind.by === 'host' && { hostnames: hostsOfPreview(object, settings.kind.host) }),
      rules: part,
    });
  });
}

/** A host of its own needs a record of its own; at the live hosts there is nothing to create. */
function previewAnnotations({ annotations, kind }: PreviewRequest<HttpRoute>['settings']): Record<string, string> {
  return { ...(kind.by === 'host' ? {} : NO_RECORDS), ...annotations, ...kindNote(kind) };
}

function hostsOfPreview(route: HttpRoute, pattern: string): string[] {
  return [...new Set(hostsOfRoute(route).map((host) => previewHost(pattern, host ?? '')))];
}

/** What distinguishes a route of Greenpath's own. */
interface OwnRoute {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Those of the live route if omitted. */
  readonly hostnames?: string[];
  readonly rules: HttpRule[];
}

/** A route on the Gateways of a live one, and on its hosts unless it has others. */
export function routeLike(live: HttpRoute, own: OwnRoute): HttpRoute {
  const { name, namespace, labels, annotations, hostnames = live.spec.hostnames ?? [], rules } = own;
  return {
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: {
      name,
      namespace,
      labels,
      annotations: { ...annotations },
    },
    spec: { parentRefs: [...gatewaysOf(live)], ...(hostnames.length > 0 ? { hostnames } : {}), rules },
  };
}

/**
 * As many routes as the rules need. Between routes, the more specific match comes first, and of equal ones the older
 * route: so rules with the same path, of which only the order says which comes first, are kept together.
 */
function inParts(rules: readonly HttpRule[]): HttpRule[][] {
  if (rules.length <= MOST_RULES) return [[...rules]];
  const parts: HttpRule[][] = [[]];
  const byPath = Map.groupBy(rules, (rule) => canonical(matchesOf(rule).map(({ path }) => path ?? {})));
  for (const alike of byPath.values()) {
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && last.length + alike.length > MOST_RULES) parts.push([]);
    for (const rule of alike) {
      if (parts.at(-1)?.length === MOST_RULES) parts.push([]);
      parts.at(-1)?.push(rule);
    }
  }
  return parts;
}

/** Policies that name the live route are objects of their own; some controllers note on the route that there is one. */
function refuseUnprotected({ settings }: PreviewRequest<HttpRoute>, route: HttpRoute): void {
  const keys = Object.keys(route.metadata.annotations ?? {}).filter(
    (key) => mayProtect(key) && !Object.hasOwn(settings.annotations, key),
  );
  const policies = (route.status?.parents ?? [])
    .flatMap(({ conditions = [] }) => conditions)
    .filter(({ type, status }) => /PolicyAffected$/.test(type) && status === 'True')
    .map(({ type }) => `what the condition ${type} says`);
  const missing = [...new Set([...keys, ...policies])];
  if (missing.length > 0)
    throw unprotected(route, missing, 'the filters of its rules, but neither annotations nor policies that name it');
}
