import { GreenpathError } from '../core/base/error.ts';
import { hostCovers } from '../core/base/hosts.ts';
import { type Ingress, LABEL_APP, label } from '../core/kube/objects.ts';
import type { Live } from '../core/release/live.ts';
import { hostsOf, type Rule, rulesOf, ruleText } from '../core/release/rules.ts';
import { isOwnPreview } from './own.ts';
import type { Mirror, PreviewRequest } from './preview-request.ts';

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

/** The live route that is previewed; `classic`: in itself, and not in an Ingress beside it. */
interface Previewed {
  readonly route: Ingress;
  readonly live: Live;
  readonly classic: boolean;
}

/**
 * Another app's preview may stand below the same prefix, as long as it mirrors other paths. What somebody has at a host
 * below a wider one of the app's is on a host of its own: `refuseOutranked` looks whether it would lose its visitors.
 */
export function refuseTaken(
  request: PreviewRequest,
  { route, live, classic }: Previewed,
  wanted: readonly Mirror[],
  neighbours: readonly Ingress[],
): void {
  const hosts = hostsOf(live.rules);
  const paths = new Set(wanted.map((mirror) => mirror.path));
  const isTaken = (other: Ingress, rule: Rule) => {
    if (!hosts.some((host) => hostCovers(rule.host, host))) return false;
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

function startsWithSegment(path: string, prefix: string): boolean {
  const start = path.slice(0, prefix.length).toLowerCase();
  return start === prefix.toLowerCase() && !/^[A-Za-z0-9_-]/.test(path.slice(prefix.length));
}
