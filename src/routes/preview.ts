import { isDeepStrictEqual } from 'node:util';
import { annotation, type Ingress, LABEL_APP, LABEL_REVISION, label } from '../core/kube/objects.ts';
import type { Live } from '../core/release/live.ts';
import { backend, backendPointer, coversTls, hostsOf, type Rule } from '../core/release/rules.ts';
import { isCanary } from './canary.ts';
import { CLASS_ANNOTATION, classOf, type Dialect } from './dialects.ts';
import { refuseSideEffects } from './matching.ts';
import type { AddedPath } from './outranked.ts';
import { isOwnPreview, isOwnRoute } from './own.ts';
import { guard, type PatchOperation, twinIn } from './patch.ts';
import { refuseForeignObject, refuseTaken } from './preview-refusals.ts';
import type { Mirror, PreviewRequest } from './preview-request.ts';
import { refuseUnprotected } from './protection.ts';
import { changesNothing, refuseOtherRewrite } from './rewriting.ts';

/** How the candidate becomes reachable: a path inside the live Ingress, or an Ingress of its own. */
export type Preview = { readonly paths: readonly AddedPath[] } & (
  | { readonly form: 'classic'; readonly patch: readonly PatchOperation[] }
  | { readonly form: 'split'; readonly object: Ingress }
);

/** Whether the live Ingress rewrites paths itself, so that live and preview stand in one object. */
export function isClassic(ingress: Ingress, dialect: Dialect): boolean {
  return annotation(ingress, dialect.rewrite) === dialect.stripTo;
}

/** Whether `rule` is the preview of one of `all`, the rules of `ingress`. */
export function isPreviewRule(ingress: Ingress, dialect: Dialect, prefix: string, rule: Rule, all: readonly Rule[]) {
  if (rule.at !== 'default' && rule.path === dialect.mirrored(prefix, '/', 'Prefix')) return true;
  return all.some(
    (other) => other !== rule && other.host === rule.host && rule.path === mirrorOf(ingress, dialect, prefix, other),
  );
}

/**
 * Plans the preview of one live route: for each of its paths P, `prefix` + P goes to the candidate's counterpart of what P goes
 * to. Throws before anything is written if it would change what an existing path of the same host matches
 * (`preview-side-effect`), if its path belongs to somebody else (`preview-taken`), or if it would lack what protects the
 * live route (`preview-unprotected`). Looks at `ingresses`, the Ingresses of the namespace and the live routes that do not
 * exist yet, and at nothing else.
 */
export function planPreview(
  request: PreviewRequest,
  route: Ingress,
  live: Live,
  ingresses: readonly Ingress[],
  dialect: Dialect,
): Preview {
  const classic = isClassic(route, dialect);
  refuseOtherRewrite(route, live, dialect);
  const present = ingresses.filter((other) => !isCanary(other, dialect));
  const neighbours = present.filter((other) => !isOwnPreview(other, request.app));
  const wanted = mirrors(request, route, live, dialect);
  refuseTaken(request, { route, live, classic }, wanted, neighbours);
  const paths = wanted.map(({ host, path }) => ({ host, path }));
  if (classic) return { form: 'classic', paths, patch: classicPatch(live, wanted) };
  refuseForeignObject(request, ingresses);
  if (request.unprotected === 'refuse') refuseUnprotected(route, dialect, request.annotations);
  if (request.matching === 'keep') {
    // Previews come and go, those of other apps too: what they do to a host for a while makes nothing acceptable.
    const lasting = present.filter((other) => !isOwnRoute(other, label(other, LABEL_APP) ?? ''));
    refuseSideEffects(route, hostsOf(live.rules), lasting, dialect);
  }
  return { form: 'split', paths, object: previewObject(request, route, live, wanted, dialect) };
}

function mirrors(request: PreviewRequest, route: Ingress, live: Live, dialect: Dialect): Mirror[] {
  const hosts = hostsOf(live.rules);
  const all = live.rules.flatMap((rule): Mirror[] => {
    const target = backend(twinIn(request.candidate, rule), rule.port);
    const path = mirrorOf(route, dialect, request.prefix, rule);
    return (rule.at === 'default' ? hosts : [rule.host]).map((host) => ({ of: rule, host, path, target }));
  });
  // A path said twice reaches what the first one says, and a default backend only what no path says.
  return all.filter(
    (one, index) => all.findIndex((other) => other.host === one.host && other.path === one.path) === index,
  );
}

/** The path that mirrors a live one; ImplementationSpecific is a Prefix to these routers unless the route says regex. */
function mirrorOf(route: Ingress, dialect: Dialect, prefix: string, rule: Rule): string {
  if (changesNothing(annotation(route, dialect.rewrite), rule))
    return dialect.mirrored(prefix, '/', rule.pathType === 'Exact' ? 'Exact' : 'Prefix');
  const as = isClassic(route, dialect)
    ? 'rewritten'
    : annotation(route, dialect.regex) === 'true'
      ? 'regex'
      : undefined;
  const typed = rule.pathType === 'Exact' ? 'Exact' : 'Prefix';
  return dialect.mirrored(prefix, rule.path, rule.at === 'default' ? 'Prefix' : (as ?? typed));
}

/** Sets the backends of the green paths, or adds them. */
function classicPatch(live: Live, wanted: readonly Mirror[]): PatchOperation[] {
  return wanted.flatMap(({ of, host, path, target }): PatchOperation[] => {
    const there = live.preview.find((other) => other.host === host && other.path === path);
    if (there && isDeepStrictEqual(target, backend(there.service ?? '', there.port ?? ''))) return [];
    if (there) return [...guard(there), { op: 'replace', path: backendPointer(there), value: target }];
    const { at } = of;
    if (at === 'default') return [];
    const value = { path, pathType: 'ImplementationSpecific', backend: target };
    return [...guard(of), { op: 'add', path: `/spec/rules/${at.rule}/http/paths/-`, value }];
  });
}

function previewObject(
  request: PreviewRequest,
  route: Ingress,
  live: Live,
  wanted: readonly Mirror[],
  dialect: Dialect,
): Ingress {
  const hosts = [...new Set(wanted.map((mirror) => mirror.host))];
  const tls = (route.spec.tls ?? []).filter((entry) => hostsOf(live.rules).some((host) => coversTls(entry, host)));
  const rules = hosts.map((host) => ({
    ...(host === undefined ? {} : { host }),
    http: {
      paths: wanted
        .filter((mirror) => mirror.host === host)
        .map(({ path, target }) => ({ path, pathType: 'ImplementationSpecific', backend: target })),
    },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: request.name,
      namespace: request.namespace,
      labels: { [LABEL_APP]: request.app, [LABEL_REVISION]: request.candidate.revision },
      annotations: {
        ...classLike(route).annotations,
        ...inherited(route, dialect),
        'external-dns.alpha.kubernetes.io/controller': 'greenpath',
        ...request.annotations,
        [dialect.rewrite]: dialect.stripTo,
        [dialect.regex]: 'true',
      },
    },
    spec: { ...classLike(route).spec, ...(tls.length > 0 ? { tls } : {}), rules },
  };
}

/** The class, said as the live Ingress says it: in the field, or in the annotation of old, which needs no IngressClass. */
export function classLike(route: Ingress): {
  spec: { ingressClassName?: string };
  annotations: Record<string, string>;
} {
  const { ingressClassName } = route.spec;
  if (ingressClassName !== undefined) return { spec: { ingressClassName }, annotations: {} };
  const name = classOf(route);
  return { spec: {}, annotations: name === undefined ? {} : { [CLASS_ANNOTATION]: name } };
}

/** The router's own annotations of the live route, so that what protects it protects the preview too. */
function inherited(route: Ingress, dialect: Dialect): Record<string, string> {
  const entries = Object.entries(route.metadata.annotations ?? {});
  return Object.fromEntries(
    entries.filter(
      ([key]) => key.startsWith(dialect.prefix) && !dialect.notInherited.test(key.slice(dialect.prefix.length)),
    ),
  );
}
