import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../../src/core/base/error.ts';
import { type Host, hostCovers } from '../../../../src/core/base/hosts.ts';
import { type AddedPath, lengthOfRule, refuseOutranked } from '../../../../src/routes/ingress/nginx/overlaps.ts';
import { backend, type Ingress } from '../../../../src/routes/ingress/object.ts';
import type { MatchedPath } from '../../../../src/routes/meeting.ts';
import { thrownBy } from '../../../core/support.ts';
import { matches } from '../../ingresses.ts';

const REGEX = { 'nginx.ingress.kubernetes.io/use-regex': 'true' };
const ingress = (name: string, host: Host, path = '/', annotations = {}, pathType = 'Prefix'): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, annotations },
  spec: {
    rules: [
      { ...(host === undefined ? {} : { host }), http: { paths: [{ path, pathType, backend: backend(name, 80) }] } },
    ],
  },
});
const GREEN = '/green(/|$)(.*)';
/** The app at `host` and `/`, its preview, and a neighbour. */
const check = (host: Host, neighbour: Ingress, annotations = {}) =>
  refuseOutranked([{ host, path: GREEN }], [ingress('web', host, '/', annotations), neighbour], 'shop');

describe('how Traefik ranks paths', () => {
  test.each<[Host, MatchedPath | undefined, string]>([
    ['a.b', { form: 'Prefix', path: '/' }, 'Host("a.b") && PathPrefix("/")'],
    ['a.b', { form: 'Prefix', path: '/x/' }, 'Host("a.b") && (Path("/x") || PathPrefix("/x/"))'],
    ['a.b', { form: 'Exact', path: '/x' }, 'Host("a.b") && Path("/x")'],
    [undefined, { form: 'regex', path: '/x\\.y' }, 'PathRegexp("(?i)^/x\\\\.y")'],
    ['a.b', undefined, 'Host("a.b")'],
  ])('%s %o', (host, matched, rule) => {
    expect(lengthOfRule(host, matched)).toBe(rule.length);
  });
  test('a defaultBackend of all hosts comes last', () => {
    expect(lengthOfRule(undefined, undefined)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('refuses', () => {
  test.each<[string, Host, Ingress]>([
    ['a wildcard beside a name below it', '*.example.com', ingress('shop', 'shop.example.com')],
    ['no host beside a short name', undefined, ingress('shop', 'a.io')],
    ['no host beside a wildcard', undefined, ingress('shop', '*.io')],
    ['a wildcard beside a defaultBackend', '*.example.com', withDefault('shop.example.com')],
    ['a wildcard beside an alias', '*.example.com', aliased('shop.example.com')],
    ['a wildcard beside an alias with capitals', '*.example.com', aliased('Shop.Example.com')],
    [
      'a name whose live path gets in front of a path below a wildcard',
      'a.example.com',
      ingress('shop', '*.example.com', '/abcdefgh', {}, 'Exact'),
    ],
  ])('%s', (_, host, neighbour) => {
    const error = thrownBy(() => check(host, neighbour));
    if (!(error instanceof GreenpathError)) throw error;
    expect(error.code).toBe('preview-side-effect');
    expect(error.message).toContain('of Ingress shop');
    expect(error.next).toContain('overlap: accept');
  });

  test('a wildcard whose paths are regexes already: the preview still takes what is below it', () => {
    expect(() => check('*.example.com', ingress('shop', 'shop.example.com'), REGEX)).toThrow(
      /the preview at \*\.example\.com\/green.* precedence over shop\.example\.com\/ of Ingress shop/,
    );
  });
});

describe('accepts', () => {
  test.each<[string, Host, Ingress]>([
    ['the same host', 'example.com', ingress('shop', 'example.com', '/shop', REGEX)],
    ['other hosts', 'example.com', ingress('shop', 'shop.example.com')],
    ['a name beside a wildcard', 'shop.example.com', ingress('shop', '*.example.com')],
    ['a name of one letter beside a wildcard', 'a.example.com', ingress('shop', '*.example.com')],
    ['a name beside no host', 'example.com', ingress('shop', undefined)],
    ['no host beside a name', undefined, ingress('shop', 'shop.example.com')],
    ['a wildcard beside a path that no preview meets', '*.example.com', ingress('shop', 'shop.example.com', '/shop')],
    ['a wildcard of another depth', '*.example.com', ingress('shop', 'a.shop.example.com')],
  ])('%s', (_, host, neighbour) => {
    expect(() => check(host, neighbour)).not.toThrow();
  });

  test('a name and a wildcard of one app: each has a preview of its own', () => {
    const hosts = ['*.example.com', 'www.example.com'];
    const added = hosts.map((host) => ({ host, path: GREEN }));
    const routes = hosts.map((host, index) => ingress(`web-${index}`, host));
    expect(() => refuseOutranked(added, routes, 'shop')).not.toThrow();
  });
});

test('what is accepted takes nobody from a neighbour, and gives nobody to one', () => {
  const hosts = fc.constantFrom<Host>(undefined, '*.ab.cd', 'x.ab.cd', 'shop.ab.cd', '*.x.ab.cd', 'a.x.ab.cd', 'q.z');
  const paths = fc.constantFrom('/', '/a', '/a/b', '/green', '/greener', '/shop/cart/of/somebody');
  const others = fc.record({
    host: hosts,
    path: paths,
    pathType: fc.constantFrom('Prefix', 'Exact'),
    annotations: fc.constantFrom({}, {}, REGEX),
  });
  const asked = ['/', '/a', '/a/b', '/green', '/green/a', '/greener', '/shop/cart/of/somebody', '/x'];
  const names = ['x.ab.cd', 'shop.ab.cd', 'y.ab.cd', 'a.x.ab.cd', 'b.x.ab.cd', 'q.z', 'n.n'];
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(others, { minLength: 1, maxLength: 3 }), hosts, (list, host) => {
      const app = ingress('web', host);
      const neighbours = list.map((one, index) =>
        ingress(`n${index}`, one.host, one.path, one.annotations, one.pathType),
      );
      // Paths of the very host are what `refuseSideEffects` and `refuseTaken` look at.
      fc.pre(list.every((one) => one.host !== host && !one.path.startsWith('/green')));
      const added = [{ host, path: GREEN }];
      try {
        refuseOutranked(added, [app, ...neighbours], 'shop');
      } catch {
        return;
      }
      accepted += 1;
      for (const name of names)
        for (const path of asked) {
          const before = answering(name, path, [app, ...neighbours], []);
          const after = answering(name, path, [app, ...neighbours], added);
          const ours = [...before].every((one) => one === 'web' || hostCovers(hostOf(one, neighbours), host));
          if (after.has('preview') && ours) continue;
          for (const one of after) if (one !== 'web') expect(before, `${name}${path}`).toContain(one);
          for (const one of before) if (one === 'web') expect(after, `${name}${path}`).toContain('web');
        }
    }),
    { numRuns: 800 },
  );
  expect(accepted).toBeGreaterThan(200);
});

/** Who may answer a request: of the paths that match, those of the highest rank. */
function answering(name: string, path: string, ingresses: readonly Ingress[], added: readonly AddedPath[]) {
  const regex = new Set([
    ...ingresses.flatMap((one) => (one.metadata.annotations === REGEX ? hostOf(one.metadata.name, [one]) : [])),
    ...added.map((one) => one.host),
  ]);
  const rules = ingresses.flatMap(({ metadata, spec }) =>
    (spec.rules ?? []).flatMap((rule) =>
      (rule.http?.paths ?? []).map((one) => ({
        who: metadata.name,
        host: rule.host,
        matched: {
          path: one.path ?? '/',
          form: one.pathType === 'Exact' ? 'Exact' : regex.has(rule.host) ? 'regex' : 'Prefix',
        } as MatchedPath,
      })),
    ),
  );
  const previews = added.map((one) => ({
    who: 'preview',
    host: one.host,
    matched: { path: one.path, form: 'regex' } as MatchedPath,
  }));
  const matching = [...rules, ...previews].filter((one) => hostCovers(one.host, name) && matches(one.matched, path));
  const best = Math.max(...matching.map((one) => lengthOfRule(one.host, one.matched)));
  return new Set(matching.flatMap((one) => (lengthOfRule(one.host, one.matched) === best ? [one.who] : [])));
}

function hostOf(name: string, ingresses: readonly Ingress[]): Host {
  return ingresses.find((one) => one.metadata.name === name)?.spec.rules?.[0]?.host;
}

function withDefault(host: string): Ingress {
  const only = ingress('shop', host, '/only');
  return { ...only, spec: { ...only.spec, defaultBackend: backend('rest', 80) } };
}

function aliased(alias: string): Ingress {
  return ingress('shop', 'elsewhere.org', '/', { 'nginx.ingress.kubernetes.io/server-alias': alias });
}
