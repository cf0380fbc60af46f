import { GreenpathError } from '../core/error.ts';
import type { Live } from '../core/live.ts';
import { annotation, type Ingress, LABEL_APP, LABEL_REVISION } from '../core/objects.ts';
import { backend, hostsOf, type Rule, rulesOf, ruleText } from '../core/rules.ts';
import { CLASS_ANNOTATION, classOf, type Dialect } from './dialects.ts';
import { guard, type PatchOperation, pointer } from './patch.ts';

/** How the candidate becomes reachable: a path inside the live Ingress, or an Ingress of its own. */
export type Preview =
  | { readonly form: 'classic'; readonly patch: readonly PatchOperation[] }
  | { readonly form: 'split'; readonly object: Ingress };

export interface PreviewRequest {
  readonly app: string;
  readonly revision: string;
  readonly namespace: string;
  readonly prefix: string;
  /** Annotations that the user adds to the preview's own Ingress. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly service: string;
}

/** Name of the Ingress that holds an app's preview in the split form. */
export function previewName(app: string): string {
  return `greenpath-${app}`;
}

/** Whether the live Ingress rewrites paths itself, so that live and preview stand in one object. */
export function isClassic(ingress: Ingress, dialect: Dialect): boolean {
  return annotation(ingress, dialect.rewrite) === dialect.stripTo;
}

/**
 * Plans the preview. Throws before anything is written if it would change what an existing path of the same host
 * matches (`preview-side-effect`) or if its path belongs to somebody else (`preview-taken`). Looks at `ingresses`, the
 * Ingresses of the namespace, and at nothing else.
 */
export function planPreview(
  request: PreviewRequest,
  route: Ingress,
  live: Live,
  ingresses: readonly Ingress[],
  dialect: Dialect,
): Preview {
  const classic = isClassic(route, dialect);
  const neighbours = ingresses.filter((other) => other.metadata.name !== previewName(request.app));
  refuseTaken(request, live, neighbours, route, classic, dialect);
  if (classic) return { form: 'classic', patch: classicPatch(request, live, dialect) };
  refuseForeignObject(request, ingresses);
  refuseSideEffects(live, neighbours, dialect);
  return { form: 'split', object: previewObject(request, route, live, dialect) };
}

/** Sets the backend of the green path on each host of the app, or adds the path. */
function classicPatch(request: PreviewRequest, live: Live, dialect: Dialect): PatchOperation[] {
  return hostsOf(live.rules).flatMap((host): PatchOperation[] => {
    const rule = live.rules.find((other) => other.host === host) ?? live.rules[0];
    const there = live.preview.find((other) => other.host === host);
    const target = backend(request.service, rule.port ?? 80);
    if (there?.service === request.service && there.port === rule.port) return [];
    if (there) return [...guard(there), { op: 'replace', path: `${pointer(there)}/backend`, value: target }];
    const path = { path: dialect.strippedPath(request.prefix), pathType: 'ImplementationSpecific', backend: target };
    return [...guard(rule), { op: 'add', path: `/spec/rules/${rule.at.rule}/http/paths/-`, value: path }];
  });
}

function previewObject(request: PreviewRequest, route: Ingress, live: Live, dialect: Dialect): Ingress {
  const hosts = hostsOf(live.rules);
  const tls = (route.spec.tls ?? []).filter(
    (entry) => entry.hosts === undefined || entry.hosts.some((host) => hosts.includes(host)),
  );
  const [{ port }] = live.rules;
  const path = {
    path: dialect.strippedPath(request.prefix),
    pathType: 'ImplementationSpecific',
    backend: backend(request.service, port ?? 80),
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: previewName(request.app),
      namespace: request.namespace,
      labels: { [LABEL_APP]: request.app, [LABEL_REVISION]: request.revision },
      annotations: {
        ...classLike(route).annotations,
        ...inherited(route, dialect),
        'external-dns.alpha.kubernetes.io/controller': 'greenpath',
        ...request.annotations,
        [dialect.rewrite]: dialect.stripTo,
        [dialect.regex]: 'true',
      },
    },
    spec: {
      ...classLike(route).spec,
      ...(tls.length > 0 ? { tls } : {}),
      rules: hosts.map((host) => ({ ...(host === undefined ? {} : { host }), http: { paths: [path] } })),
    },
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

function refuseForeignObject(request: PreviewRequest, ingresses: readonly Ingress[]): void {
  const held = ingresses.find((other) => other.metadata.name === previewName(request.app));
  if (held === undefined || held.metadata.labels?.[LABEL_APP] === request.app) return;
  throw new GreenpathError(
    'preview-taken',
    `an Ingress ${held.metadata.name} exists that Greenpath did not make for app ${request.app}`,
    'Rename or remove that Ingress, or choose another input app.',
  );
}

function refuseTaken(
  request: PreviewRequest,
  live: Live,
  neighbours: readonly Ingress[],
  route: Ingress,
  classic: boolean,
  dialect: Dialect,
): void {
  const hosts = hostsOf(live.rules);
  const mine = (other: Ingress, rule: Rule) =>
    classic && other === route && rule.path === dialect.strippedPath(request.prefix);
  for (const other of neighbours) {
    const taken = rulesOf(other).find(
      (rule) => sharesHost(rule, hosts) && startsWithSegment(rule.path, request.prefix) && !mine(other, rule),
    );
    if (taken === undefined) continue;
    throw new GreenpathError(
      'preview-taken',
      `the preview path ${request.prefix} is taken: Ingress ${other.metadata.name} already serves ${ruleText(taken)}`,
      `Choose another one in the config (preview: {path: /other}), or remove that path.`,
    );
  }
}

/**
 * One regex path on a host turns every path of that host into a case-insensitive regex prefix, in every Ingress. For a
 * Prefix `/` nothing changes by that; for anything else it can, so it is refused.
 */
function refuseSideEffects(live: Live, neighbours: readonly Ingress[], dialect: Dialect): void {
  const hosts = hostsOf(live.rules);
  const onHosts = neighbours.flatMap((other) =>
    rulesOf(other)
      .filter((rule) => sharesHost(rule, hosts))
      .map((rule) => ({ other, rule })),
  );
  for (const { other, rule } of onHosts) {
    if (isRegex(other, dialect) || isRootPrefix(rule)) continue;
    throw new GreenpathError(
      'preview-side-effect',
      `the preview would change how ${ruleText(rule)} (${rule.pathType}) of Ingress ${other.metadata.name} matches: one regex path turns all paths of its host into case-insensitive regex prefixes`,
      'Only hosts whose other paths are the Prefix / can have a preview path so far; give the app a host of its own.',
    );
  }
}

function isRegex(ingress: Ingress, dialect: Dialect): boolean {
  return annotation(ingress, dialect.regex) === 'true' || annotation(ingress, dialect.rewrite) !== undefined;
}

function isRootPrefix(rule: Rule): boolean {
  return rule.path === '/' && rule.pathType !== 'Exact';
}

function sharesHost(rule: Rule, hosts: readonly (string | undefined)[]): boolean {
  return rule.host === undefined || hosts.includes(undefined) || hosts.includes(rule.host);
}

function startsWithSegment(path: string, prefix: string): boolean {
  const start = path.slice(0, prefix.length).toLowerCase();
  return start === prefix.toLowerCase() && !/^[A-Za-z0-9_-]/.test(path.slice(prefix.length));
}
