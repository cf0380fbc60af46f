import { GreenpathError } from '../core/error.ts';
import { overlapsAny } from '../core/hosts.ts';
import type { Live } from '../core/live.ts';
import { annotation, type Ingress, LABEL_APP, label } from '../core/objects.ts';
import { hostsOf, type Rule, rulesOf, ruleText } from '../core/rules.ts';
import type { Dialect } from './dialects.ts';
import { isOwnPreview, type Mirror, type PreviewRequest } from './preview.ts';

/** An Ingress of the preview's name that somebody else made is left alone. */
export function refuseForeignObject(request: PreviewRequest, ingresses: readonly Ingress[]): void {
  const held = ingresses.find((other) => other.metadata.name === request.name);
  if (held === undefined || label(held, LABEL_APP) === request.app) return;
  throw new GreenpathError(
    'preview-taken',
    `an Ingress ${held.metadata.name} exists that Greenpath did not make for app ${request.app}`,
    'Rename or remove that Ingress, or choose another input app.',
  );
}

/** Another app's preview may stand below the same prefix, as long as it mirrors other paths. */
export function refuseTaken(
  request: PreviewRequest,
  live: Live,
  wanted: readonly Mirror[],
  neighbours: readonly Ingress[],
  route: Ingress,
  classic: boolean,
): void {
  const hosts = hostsOf(live.rules);
  const paths = new Set(wanted.map((mirror) => mirror.path));
  const isTaken = (other: Ingress, rule: Rule) => {
    if (!overlapsAny(hosts, rule.host)) return false;
    if (!startsWithSegment(rule.path, request.prefix)) return false;
    if (classic && other === route && live.preview.some((mine) => mine.path === rule.path)) return false;
    if (!isOwnPreview(other, label(other, LABEL_APP) ?? '')) return true;
    return hosts.includes(rule.host) && paths.has(rule.path);
  };
  for (const other of neighbours) {
    const taken = rulesOf(other).find((rule) => isTaken(other, rule));
    if (taken === undefined) continue;
    throw new GreenpathError(
      'preview-taken',
      `the preview path ${request.prefix} is taken: Ingress ${other.metadata.name} already serves ${ruleText(taken)}`,
      'Choose another one in the config (preview: {path: /other}), or remove that path.',
    );
  }
}

/**
 * One regex path on a host turns every path of that host into a case-insensitive regex prefix, in every Ingress. For a
 * Prefix `/` nothing changes by that; for anything else it can, so it is refused unless the host has a regex path already.
 */
export function refuseSideEffects(live: Live, neighbours: readonly Ingress[], dialect: Dialect): void {
  const hosts = hostsOf(live.rules);
  const onHosts = neighbours.flatMap((other) =>
    rulesOf(other)
      .filter((rule) => hosts.includes(rule.host))
      .map((rule) => ({ other, rule })),
  );
  const isSet = (host: string | undefined) =>
    onHosts.some(({ other, rule }) => rule.host === host && isRegex(other, dialect));
  for (const { other, rule } of onHosts) {
    if (isRegex(other, dialect) || isRootPrefix(rule) || isSet(rule.host)) continue;
    throw new GreenpathError(
      'preview-side-effect',
      `the preview would change how ${ruleText(rule)} (${rule.pathType}) of Ingress ${other.metadata.name} matches: one regex path turns all paths of its host into case-insensitive regex prefixes`,
      `Annotate the live Ingress ${dialect.regex}: "true" yourself and see that its paths still match what they should, or accept the change with preview: {matching: regex} in the config.`,
    );
  }
}

/** Whether an Ingress says that the paths of its hosts are regexes. */
export function isRegex(ingress: Ingress, dialect: Dialect): boolean {
  return annotation(ingress, dialect.regex) === 'true' || annotation(ingress, dialect.rewrite) !== undefined;
}

function isRootPrefix(rule: Rule): boolean {
  return rule.path === '/' && rule.pathType !== 'Exact';
}

function startsWithSegment(path: string, prefix: string): boolean {
  const start = path.slice(0, prefix.length).toLowerCase();
  return start === prefix.toLowerCase() && !/^[A-Za-z0-9_-]/.test(path.slice(prefix.length));
}

/** The preview strips its prefix with the one rewrite that an Ingress can have: what another one does cannot be mirrored. */
export function refuseOtherRewrite(route: Ingress, live: Live, dialect: Dialect): void {
  const target = annotation(route, dialect.rewrite);
  const changesNothing = target === '/$1' && live.rules.every((rule) => rule.path === '/(.*)');
  if (target === undefined || target === dialect.stripTo) return;
  if (changesNothing && annotation(route, dialect.regex) === 'true') return;
  throw new GreenpathError(
    'route',
    `Ingress ${route.metadata.name} rewrites paths to ${target}, which a preview cannot mirror: the candidate would get other paths there than visitors' requests have`,
    `Write its paths so that ${dialect.rewrite}: ${dialect.stripTo} does the same, for example /api(/|$)(.*) for a path /api that is stripped.`,
  );
}
