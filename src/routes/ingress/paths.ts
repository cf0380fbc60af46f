import { mayBeRegex } from '../../core/base/escape-regex.ts';
import { hostText } from '../../core/base/hosts.ts';
import type { LiveRule } from '../../core/release/live.ts';
import type { RoutePath } from '../../core/release/route.ts';
import type { PlannedFor } from '../route-kind.ts';
import { type Backend, hostOf, type Ingress } from './object.ts';

/** One path of an Ingress. */
export interface IngressPath extends RoutePath {
  /** The path as the Ingress gives it; undefined if it is omitted, which means `/`. */
  readonly given: string | undefined;
  readonly pathType: string;
  /** Its position: `rule` and `path` count from 0; the `defaultBackend` gets every request that no path matches. */
  readonly at: { readonly rule: number; readonly path: number } | 'default';
}

/** A path of the app, with its position in the Ingress. */
export type LiveIngressPath = IngressPath & LiveRule;

/** Every path of an Ingress, in order, and its `defaultBackend` after them. */
export function pathsOf(ingress: Ingress): IngressPath[] {
  const { rules = [], defaultBackend } = ingress.spec;
  const paths = rules.flatMap((entry, rule) =>
    (entry.http?.paths ?? []).map((one, index): IngressPath => {
      const host = hostOf(entry);
      const { path = '/', pathType = 'ImplementationSpecific' } = one;
      const at = { rule, path: index };
      const place = { host, path, given: one.path, pathType, match: matchOf(path, pathType), at };
      return {
        ...place,
        ...targetOf(one.backend),
        isFallback: false,
        text: `${hostText(host)}${path}`,
        key: keyOf(at),
      };
    }),
  );
  if (defaultBackend === undefined) return paths;
  const rest = { host: undefined, path: '/', given: undefined, pathType: 'Prefix', match: 'prefix' as const };
  const at = 'default' as const;
  return [
    ...paths,
    { ...rest, ...targetOf(defaultBackend), isFallback: true, text: 'the defaultBackend', key: at, at },
  ];
}

/** What some router may read as a regex is also a plain text for the others. */
function matchOf(path: string, pathType: string): RoutePath['match'] {
  if (pathType === 'Exact') return 'exact';
  return mayBeRegex(path) ? 'regex' : 'prefix';
}

function keyOf(at: Exclude<IngressPath['at'], 'default'>): string {
  return `${at.rule}/${at.path}`;
}

function targetOf({ service }: Backend): Pick<IngressPath, 'service' | 'port'> {
  return { service: service?.name, port: service?.port?.number ?? service?.port?.name };
}

/** `paths` of `ingress`, as they were read, with what only an Ingress says about them. */
export function placed<T extends RoutePath>(ingress: Ingress, paths: readonly T[]): (T & IngressPath)[] {
  const all = new Map(pathsOf(ingress).map((path) => [path.key, path]));
  return paths.flatMap((path) => {
    const here = all.get(path.key);
    return here === undefined ? [] : { ...here, ...path };
  });
}

/** A live Ingress and its paths of the app. */
export interface LiveIngress {
  readonly ingress: Ingress;
  readonly exists: boolean;
  readonly live: readonly LiveIngressPath[];
  /** Those of the preview inside of it. */
  readonly preview: readonly IngressPath[];
}

/** A live route, as far as it is an Ingress. */
export function liveIngress({ object, exists, rules, preview }: PlannedFor<Ingress>): LiveIngress {
  return { ingress: object, exists, live: placed(object, rules), preview: placed(object, preview) };
}

/** The JSON pointer of a path's backend. */
export function backendPointer({ at }: Pick<IngressPath, 'at'>): string {
  return at === 'default' ? '/spec/defaultBackend' : `/spec/rules/${at.rule}/http/paths/${at.path}/backend`;
}
