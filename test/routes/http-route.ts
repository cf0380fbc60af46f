import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { GreenpathError } from '../../src/core/base/error.ts';
import { type KubeObject, LABEL_APP, LABEL_REVISION } from '../../src/core/kube/objects.ts';
import type { PatchOperation, PathMove, RoutePath } from '../../src/core/release/route.ts';
import type { RouteAdapter, Router } from '../../src/routes/adapter.ts';
import { parkingName } from '../../src/routes/own.ts';
import { counterpartIn } from '../../src/routes/patch.ts';

/**
 * A second kind of routes, for tests of the port: an HTTPRoute (Gateway API) of one rule. The rule has several hosts and
 * matches and one list of backends, so that its paths move together. This is not how Greenpath will release behind a
 * Gateway: it shows that nothing outside of an adapter depends on what an Ingress looks like.
 */
export interface HttpRoute extends KubeObject {
  spec: { parentRefs?: { name: string }[]; hostnames: string[]; rules: HttpRule[] };
}

interface HttpRule {
  matches: { path: { type: string; value: string }; headers?: { name: string; value: string }[] }[];
  filters?: object[];
  backendRefs: { name: string; port: number }[];
}

const BACKEND = '/spec/rules/0/backendRefs/0';
const KEY = 'rule 0';

function ruleOf({ spec }: HttpRoute): HttpRule {
  const [rule] = spec.rules;
  if (rule === undefined) throw new Error('it has one rule');
  return rule;
}

function pathsOf(route: HttpRoute): RoutePath[] {
  const { matches, backendRefs } = ruleOf(route);
  const [{ name: service, port } = { name: undefined, port: undefined }] = backendRefs;
  return route.spec.hostnames.flatMap((host) =>
    matches.map(({ path: { type, value } }) => ({
      ...{ host, path: value, match: type === 'Exact' ? ('exact' as const) : ('prefix' as const), isFallback: false },
      ...{ service, port, text: `${host}${value}`, key: KEY },
    })),
  );
}

/** All paths have one list of backends, so that one move stands for all. */
function move(_: HttpRoute, moves: readonly PathMove[]): PatchOperation[] {
  if (moves.some(({ path }) => path.key !== KEY)) throw new GreenpathError('route-changed', 'there is one rule', '');
  const [first] = moves;
  if (first === undefined) return [];
  const { path, service } = first;
  return [
    { op: 'test', path: BACKEND, value: { name: path.service, port: path.port } },
    { op: 'replace', path: `${BACKEND}/name`, value: service },
  ];
}

const plain: Router<HttpRoute> = {
  name: 'plain',
  settleTime: 200,
  isPreview: () => false,
  previews: ({ app, namespace, settings, candidate, routes, named }) =>
    routes.map((route) => ({
      patch: [],
      objects: [
        {
          apiVersion: route.object.apiVersion,
          kind: 'HTTPRoute',
          metadata: {
            name: named(route),
            namespace,
            labels: { [LABEL_APP]: app, [LABEL_REVISION]: candidate.revision },
          },
          spec: {
            ...route.object.spec,
            rules: [
              {
                matches: ruleOf(route.object).matches.map(({ path }) => ({
                  path: { ...path, value: `${settings.path}${path.value}` },
                })),
                filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch' } } }],
                backendRefs: [{ name: counterpartIn(candidate, route.rules[0]), port: route.rules[0].port }],
              },
            ],
          },
        },
      ],
    })),
  /** A rule has one list of backends and these routes have one rule: an object a Service. */
  parking: ({ app, namespace, parked, routes, present }) =>
    parked.map(({ service, port }) => {
      const known = present.find(({ paths }) => paths.some((path) => path.service === service));
      const value = known?.paths[0]?.path ?? `/${randomBytes(16).toString('hex')}`;
      return {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: `${parkingName(app)}.${service}`, namespace, labels: { [LABEL_APP]: app } },
        spec: {
          ...routes[0]?.object.spec,
          rules: [{ matches: [{ path: { type: 'Exact', value } }], backendRefs: [{ name: service, port }] }],
        },
      };
    }),
  canaries: () => [],
  cause: () => undefined,
  advice: { open: 'Look at the Gateway.', tls: 'give the Gateway a listener for HTTPS' },
};

export const httpRoute: RouteAdapter<HttpRoute> = {
  resource: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', resource: 'httproutes' },
  field: 'rules',
  routers: [plain],
  faults: ({ spec }) => ((spec as HttpRoute['spec']).rules.length === 1 ? [] : ['it has other than one rule']),
  paths: pathsOf,
  mistakes: () => [],
  references: () => [],
  differences: (route, wanted) => (isDeepStrictEqual(shape(route), shape(wanted)) ? [] : ['spec.rules']),
  lastApplied: () => [],
  renamed: (route, rename) => {
    const now = structuredClone(route);
    for (const backend of ruleOf(now).backendRefs) backend.name = rename(backend.name);
    return now;
  },
  move,
  drop: () => [],
  repair: (_, [first]) =>
    first === undefined ? [] : [{ op: 'replace', path: `${BACKEND}/name`, value: first.service }],
  hasTls: () => false,
  addresses: () => [],
  routerOf: () => plain,
};

function shape(route: HttpRoute): object[] {
  return pathsOf(route).map(({ service: _, ...rest }) => rest);
}
