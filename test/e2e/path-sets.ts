import fc from 'fast-check';
import type { Ingress } from '../../src/routes/ingress/object.ts';

/** Sets of paths of a host, in one Ingress or two, for what a preview on that host may change. */

const CHALLENGE = '/.well-known/acme-challenge/a-Token_1';
const ANNOTATION = 'nginx.ingress.kubernetes.io/';

export interface SetPath {
  readonly path: string;
  readonly pathType: string;
  /** The Service: the live one of the app, or another. */
  readonly to: 'web-v1' | 'api';
}

/** The paths of a host. Those of `first` are of the live Ingress; at least one of them leads to the app. */
export interface PathSet {
  readonly first: readonly SetPath[];
  readonly second: readonly SetPath[];
  /** Whether the live Ingress has a `defaultBackend` that leads to the app. */
  readonly hasDefault: boolean;
  /** Whether the second Ingress has regex paths already. */
  readonly isRegex: boolean;
  /** What the second Ingress rewrites its paths to; empty if it does not. */
  readonly rewrite: string;
  /** Whether the host is a wildcard, and whether the second Ingress has one name below it. */
  readonly hosts: 'one' | 'wildcard' | 'wildcard and name';
}

const segments = fc.array(fc.constantFrom('a', 'A', 'ab', 'b', 'a.b'), { maxLength: 2 });
const onePath: fc.Arbitrary<SetPath> = fc.record({
  path: fc.oneof({ arbitrary: segments.map((parts) => `/${parts.join('/')}`), weight: 12 }, fc.constant(CHALLENGE)),
  pathType: fc.constantFrom('Prefix', 'Prefix', 'Exact', 'ImplementationSpecific'),
  to: fc.constantFrom('web-v1' as const, 'web-v1' as const, 'web-v1' as const, 'api' as const),
});
const unlike = { selector: ({ path, pathType }: SetPath) => `${path} ${pathType === 'Exact'}` };

export const pathSets: fc.Arbitrary<PathSet> = fc
  .record({
    root: fc.option(fc.constant<SetPath>({ path: '/', pathType: 'Prefix', to: 'web-v1' }), { freq: 4 }),
    first: fc.uniqueArray(onePath, { maxLength: 3, ...unlike }),
    second: fc.oneof(
      { arbitrary: fc.constant<SetPath[]>([]), weight: 1 },
      { arbitrary: fc.uniqueArray(onePath, { minLength: 1, maxLength: 2, ...unlike }), weight: 1 },
    ),
    hasDefault: fc.integer({ min: 0, max: 7 }).map((number) => number === 0),
    isRegex: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
    // A path may equal its target.
    rewrite: fc.constantFrom('', '', '', '/fixed', '/a', '/'),
    hosts: fc.constantFrom<PathSet['hosts'][]>('one', 'one', 'one', 'wildcard', 'wildcard and name'),
  })
  .map(({ root, first, second, rewrite, ...more }) => {
    const all = root === null ? first : [root, ...first.filter((one) => !isAt(one, root))];
    // The admission webhook of ingress-nginx refuses a path of a host that another Ingress has.
    const rest = second.filter(({ path }) => !all.some((one) => one.path === path));
    return { ...more, first: all, second: rest, rewrite: rest.length === 0 ? '' : rewrite };
  })
  .filter(({ first, second, isRegex }) => first.some(({ to }) => to === 'web-v1') && !(isRegex && second.length === 0));

function isAt(one: SetPath, other: SetPath): boolean {
  return one.path === other.path && (one.pathType === 'Exact') === (other.pathType === 'Exact');
}

/** Requests that show a difference at a path: beyond it, beyond a segment, in other letter cases, another one for a dot. */
export function requestsAt(path: string): string[] {
  const near = [path, `${path}x`, `${path}/x`];
  const cases = near.flatMap((one) => [one, one.toUpperCase(), one.toLowerCase()]);
  const asked = [...cases, path.replace('.', 'x')];
  // Nobody but who asks for a certificate asks for what begins with this name.
  return asked.filter((one) => one === CHALLENGE || !/^\/.well-known\/acme-challenge/i.test(one));
}

/** The hosts of the Ingresses of a set, and those at which requests show what they do. */
export function hostsIn({ hosts }: PathSet, host: string) {
  if (hosts === 'one') return { first: host, second: host, asked: [host] } as const;
  const [any, narrow] = [`any.${host}`, `narrow.${host}`] as const;
  return { first: `*.${host}`, second: hosts === 'wildcard' ? `*.${host}` : narrow, asked: [any, narrow] } as const;
}

/** The Ingresses of a set, the live one first. Each says its place in the header X-Ingress. */
export function ingressesOf(set: PathSet, name: string, where: { namespace: string; host: string; className: string }) {
  const { namespace, className } = where;
  const hosts = hostsIn(set, where.host);
  const ingress = (
    place: 'first' | 'second',
    paths: readonly SetPath[],
    annotations: Record<string, string>,
  ): Ingress => {
    const held = paths.map(({ to, ...one }) => ({ ...one, backend: { service: { name: to, port: { number: 80 } } } }));
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: `${name}-${place}`,
        annotations: { [`${ANNOTATION}custom-headers`]: `${namespace}/${place}`, ...annotations },
      },
      spec: { ingressClassName: className, rules: [{ host: hosts[place], http: { paths: held } }] },
    };
  };
  const first = ingress('first', set.first, {});
  if (set.hasDefault) first.spec.defaultBackend = { service: { name: 'web-v1', port: { number: 80 } } };
  if (set.second.length === 0) return [first] as const;
  const second = ingress('second', set.second, {
    ...(set.isRegex ? { [`${ANNOTATION}use-regex`]: 'true' } : {}),
    ...(set.rewrite === '' ? {} : { [`${ANNOTATION}rewrite-target`]: set.rewrite }),
  });
  return [first, second] as const;
}
