import { GreenpathError } from '../../../core/base/error.ts';
import { annotation, type KubeObject, nameOf } from '../../../core/kube/objects.ts';
import { refOf } from '../../../core/release/route.ts';
import type { OwnRoutes, PreviewRequest } from '../../requests.ts';
import type { Mirror } from '../mirror.ts';
import type { Ingress } from '../object.ts';
import type { LiveIngress } from '../paths.ts';
import { previewBeside, previewsBeside, type Stripping } from '../preview.ts';
import { previewsByHeader } from './by-header.ts';
import { MIDDLEWARES, middleware, referenceTo } from './middlewares.ts';
import { givenPriority, MATCHER, PREFIX, PRIORITY, ruleOf } from './rules.ts';

/** Above the length of any rule, which is what Traefik ranks routers by if nothing else is said. */
const ABOVE_ALL = 1_000_000;

const STRIPPING: Omit<Stripping, 'strip'> = {
  annotations: {
    of: "Traefik's Ingress provider",
    prefix: PREFIX,
    notInherited: /^router\.(middlewares|priority)$/,
    rewriting: /^router\.(middlewares|priority)$/,
  },
  pathType: ({ pathType }) => pathType,
  mirror: (_, prefix, { path }) => prefix + path,
  refuse: refuseRegex,
};

/** The preview of each live Ingress: Ingresses beside it, and the Middleware that strips the prefix. */
export function previews(request: PreviewRequest<Ingress>): OwnRoutes[] {
  const { kind } = request.settings;
  if (kind.by === 'header') return previewsByHeader(request, kind, STRIPPING.annotations);
  const stripping = { ...STRIPPING, strip: () => ({}) };
  return previewsBeside(request, stripping, (live, wanted, prefix) => previewOf(request, live, wanted, prefix));
}

function previewOf(
  request: PreviewRequest<Ingress>,
  live: LiveIngress,
  wanted: readonly Mirror[],
  prefix: string,
): KubeObject[] {
  const { app, namespace } = request;
  const { ingress } = live;
  const name = request.named({ ref: refOf(ingress) });
  const strip = middleware(app, namespace, name, { stripPrefix: { prefixes: [prefix] } });
  // The prefix goes first: what else the live Ingress has then sees the paths that it was written for.
  const middlewares = [referenceTo(namespace, name), annotation(ingress, MIDDLEWARES) ?? ''].filter(
    (one) => one !== '',
  );
  const byLength = Map.groupBy(withBarePaths(wanted, prefix), (mirror) => lengthOf(ingress, mirror, wanted));
  const ingresses = [...byLength].map(([length, mirrors], index) => {
    const priority = ABOVE_ALL + Math.max(0, givenPriority(ingress)) + length;
    const named = () => (index === 0 ? name : `${name}.${index + 1}`);
    const added = { [MIDDLEWARES]: middlewares.join(','), [PRIORITY]: `${priority}` };
    return previewBeside({ ...request, named }, live, mirrors, STRIPPING.annotations, added);
  });
  return [strip, ...ingresses];
}

/**
 * A prefix has no segment boundary: /green would match /greenish, so its mirror is /green/, and /green has a path of its
 * own.
 */
function withBarePaths(wanted: readonly Mirror[], prefix: string): Mirror[] {
  return wanted.flatMap((mirror): Mirror[] =>
    mirror.path === `${prefix}/` && mirror.pathType !== 'Exact'
      ? [mirror, { ...mirror, path: prefix, pathType: 'Exact' }]
      : [mirror],
  );
}

/**
 * How far in front the mirrored path is on the live Ingress, without the priority of that: hosts count only where a
 * request may match several. Without a priority of its own, an Exact path as short as /green would lose against the live /.
 */
function lengthOf(ingress: Ingress, { of, host }: Mirror, wanted: readonly Mirror[]): number {
  const isWide = wanted.some((one) => one.host === undefined || one.host.startsWith('*.'));
  return of.isFallback ? 0 : ruleOf(ingress, isWide ? host : undefined, of).length;
}

/** Refuses a live path that Traefik reads as a regex: nothing that is put in front of one keeps its meaning. */
function refuseRegex({ ingress, live }: LiveIngress): void {
  const matcher = annotation(ingress, MATCHER);
  const regex = live.find(({ pathType }) => pathType === 'ImplementationSpecific');
  if (matcher !== 'PathRegexp' || regex === undefined) return;
  throw new GreenpathError(
    'route',
    `${nameOf(ingress)} matches ${regex.text} as a regular expression (${MATCHER}), which a preview cannot mirror`,
    'Write the path as Prefix or Exact.',
  );
}
