import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../../src/core/base/error.ts';
import { lengthOfRule } from '../../../../src/routes/ingress/nginx/overlaps.ts';
import { changedByRegex, refuseSideEffects } from '../../../../src/routes/ingress/nginx/side-effects.ts';
import type { Ingress } from '../../../../src/routes/ingress/object.ts';
import { pathsOf } from '../../../../src/routes/ingress/paths.ts';
import type { MatchedPath } from '../../../../src/routes/meeting.ts';
import { thrownBy } from '../../../core/support.ts';
import { matches } from '../../ingresses.ts';

/** Whether a regex path on a host changes whom requests reach there, by models of the two routers that read its annotations. */

const HOST = 'example.com';

interface Path {
  readonly path: string;
  readonly pathType: string;
  /** The Service. */
  readonly to: string;
}
/** One Ingress with these paths. */
function ingress(paths: readonly Path[], name = 'web', annotations: Record<string, string> = {}): Ingress {
  const held = paths.map(({ to, ...one }) => ({ ...one, backend: { service: { name: to, port: { number: 80 } } } }));
  const rules = [{ host: HOST, http: { paths: held } }];
  const spec = { ingressClassName: 'nginx', rules };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, annotations }, spec };
}
const prefix = (path: string, to: string): Path => ({ path, pathType: 'Prefix', to });
const specific = (path: string, to: string): Path => ({ path, pathType: 'ImplementationSpecific', to });
const exact = (path: string, to: string): Path => ({ path, pathType: 'Exact', to });
const changedIn = (paths: readonly Path[]) => {
  const one = ingress(paths);
  return changedByRegex(pathsOf(one).map((path) => ({ ingress: one, path }))).map(({ path }) => path.path);
};
/** The first of them is the live route. */
const check = (...[route, ...others]: [Ingress, ...Ingress[]]) => refuseSideEffects(route, [HOST], [route, ...others]);
const refused = (...ingresses: [Ingress, ...Ingress[]]) => {
  const error = thrownBy(() => check(...ingresses));
  if (!(error instanceof GreenpathError)) throw error;
  return error;
};

describe('nothing changes for', () => {
  test.each<[string, Path[]]>([
    ['/ alone', [prefix('/', 'web')]],
    ['paths that go where / goes', [prefix('/', 'web'), prefix('/api', 'web'), exact('/health', 'web')]],
    ['a challenge beside /', [prefix('/', 'web'), exact('/.well-known/acme-challenge/a-Token_1', 'solver')]],
    ['the paths of challenges', [prefix('/', 'web'), prefix('/.well-known/acme-challenge', 'solver')]],
  ])('%s', (_, paths) => {
    expect(changedIn(paths)).toEqual([]);
  });

  test('a / in two Ingresses: the router keeps the one that it chose', () => {
    const [one, other] = [ingress([prefix('/', 'web')]), ingress([prefix('/', 'shop')], 'shop')];
    expect(() => check(one, other)).not.toThrow();
  });

  test('a defaultBackend that catches what no path does', () => {
    const one = ingress([prefix('/api', 'web')]);
    one.spec.defaultBackend = { service: { name: 'web', port: { number: 80 } } };
    expect(() => check(one)).not.toThrow();
  });

  test('a path whose host is rewritten already where no path matches, as the first Ingress of the host says', () => {
    const first = ingress([exact('/a', 'web')], 'web', { 'nginx.ingress.kubernetes.io/rewrite-target': '/a' });
    const later = ingress([prefix('/b', 'b')], 'later');
    expect(() => check(later, first)).not.toThrow();
    first.metadata.creationTimestamp = '2026-01-02T00:00:00Z';
    expect(refused(later, first).message).toContain('/b (Prefix) of Ingress later');
  });

  test('another host', () => {
    const other = ingress([exact('/', 'web')]);
    expect(() => refuseSideEffects(other, ['other.com'], [other])).not.toThrow();
  });
});

describe('refused by name', () => {
  test('a path beside a defaultBackend that does not count, since another Ingress of the host comes first', () => {
    const one = ingress([prefix('/api', 'web')]);
    one.spec.defaultBackend = { service: { name: 'web', port: { number: 80 } } };
    const challenge = ingress([exact('/.well-known/acme-challenge/token', 'solver')], 'solver');
    expect(() => check(one, challenge)).not.toThrow();
    one.metadata.creationTimestamp = '2026-01-02T00:00:00Z';
    expect(refused(one, challenge).message).toContain('/api (Prefix) of Ingress web');
  });

  test.each<[string, Path[], string, string, string]>([
    ['a path with a Service of its own', [prefix('/', 'web'), prefix('/api', 'api')], '/api', '/apix', '/api(/|$) '],
    ['a path without a / behind it', [prefix('/api', 'web')], '/api', '/apix', '/api(/|$) '],
    ['a / that is Exact', [exact('/', 'web')], '/', '/x', '/$ '],
    ['an Exact path', [prefix('/', 'web'), exact('/v1.0', 'api')], '/v1.0', '/v1.0x', '/v1\\.0$ '],
    ['a path that ends with /', [prefix('/', 'web'), prefix('/api/', 'api')], '/api/', '/API/', '/api(/|$) '],
    [
      'a path beside its Exact twin',
      [prefix('/', 'web'), prefix('/api', 'api'), exact('/api', 'web')],
      '/api',
      '/API/',
      '/api(/|$) ',
    ],
    [
      'what only looks like a challenge',
      [prefix('/', 'web'), prefix('/.well-known/', 'a')],
      '/.well-known/',
      '/.WELL-',
      '/\\.well-known(/|$) ',
    ],
  ])('%s', (_, paths, path, more, regex) => {
    const { code, message, next } = refused(ingress(paths));
    expect(code).toBe('preview-side-effect');
    expect(message).toContain(`${HOST}${path} (`);
    expect(message).toContain(`requests such as ${more}`);
    expect(next).toContain(`the regex ${regex}`);
  });

  test('every path that would change', () => {
    const paths = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => prefix(`/${name}`, name));
    const [first, second] = paths as [Path, Path];
    expect(refused(ingress([prefix('/', 'web'), first])).message).toMatch(/such as \/ax too$/);
    expect(refused(ingress([prefix('/', 'web'), prefix('/same', 'web'), first, second])).message).toMatch(
      /such as \/ax too\. The same is true of example\.com\/b \(Prefix\) of Ingress web$/,
    );
    expect(refused(ingress([prefix('/', 'web'), ...paths])).message).toMatch(/of Ingress web and 2 more paths$/);
  });

  test('the same Service under the annotations of another Ingress', () => {
    expect(refused(ingress([prefix('/', 'web')]), ingress([prefix('/a', 'web')], 'a')).message).toContain('Ingress a');
  });

  test.each<[string, Path, boolean]>([
    ['an Exact path', exact('/a', 'web'), true],
    ['a Prefix, to which the router adds a slash', prefix('/a', 'web'), false],
    ['one that is ImplementationSpecific', specific('/a', 'web'), false],
    ['a Prefix that ends with a slash', prefix('/a/', 'web'), true],
  ])('what is beside a rewrite to the path itself: %s', (_, path, isRefused) => {
    const other = ingress([path], 'other', { 'nginx.ingress.kubernetes.io/rewrite-target': path.path });
    const found = () => check(ingress([prefix('/', 'web'), prefix('/api', 'api')]), other);
    if (isRefused) expect(found).toThrow('/api (Prefix)');
    else expect(found).not.toThrow();
  });

  test('a regex of another class, whose router may be another one', () => {
    const other = ingress([prefix('/', 'web')], 'other', { 'nginx.ingress.kubernetes.io/use-regex': 'true' });
    const paths = [prefix('/', 'web'), prefix('/api', 'api')];
    expect(() => check(ingress(paths), other)).not.toThrow();
    other.spec.ingressClassName = 'internal';
    expect(refused(ingress(paths), other).code).toBe('preview-side-effect');
  });

  describe('a path of another class at the host', () => {
    const at = (ip: string, one: Ingress, className = 'nginx') => {
      one.spec.ingressClassName = className;
      one.status = { loadBalancer: { ingress: [{ ip }] } };
      return one;
    };
    const route = () => at('192.0.2.10', ingress([prefix('/', 'web')]));
    const admin = () => ingress([prefix('/admin', 'admin')], 'admin');

    test('changes nothing where another router serves it, as its address shows', () => {
      expect(() => check(route(), at('192.0.2.20', admin(), 'nginx-internal'))).not.toThrow();
    });

    test.each([
      ['the same address', route, () => at('192.0.2.10', admin(), 'nginx-internal')],
      ['no address yet', route, () => ({ ...at('', admin(), 'nginx-internal'), status: {} })],
      ['a route without one', () => ({ ...route(), status: {} }), () => at('192.0.2.20', admin(), 'nginx-internal')],
    ])('is refused where one router may serve both: %s', (_, live, other) => {
      const { code, message, next } = refused(live(), other());
      expect(code).toBe('preview-side-effect');
      expect(message).toContain('/admin (Prefix) of Ingress admin');
      expect(next).toMatch(
        /That Ingress is of another class, nginx-internal\. If another router serves it, set preview: /,
      );
      expect(next).toContain('and annotate Ingress web nginx.ingress.kubernetes.io/use-regex');
    });

    test('is refused at another address too if it is of the same class', () => {
      expect(refused(route(), at('192.0.2.20', admin())).next).toMatch(
        /^Choose a preview that changes .* write the path as the regex .* its Ingress/,
      );
    });
  });

  test('the remedy lets it through: a regex of one Ingress of the host is one of all', () => {
    const regex = { 'nginx.ingress.kubernetes.io/use-regex': 'true' };
    const paths = [prefix('/', 'web'), { path: '/api(/|$)', pathType: 'ImplementationSpecific', to: 'api' }];
    const other = ingress([prefix('/x', 'x')], 'x');
    expect(() => check(ingress(paths, 'web', regex), other)).not.toThrow();
  });
});

const CHALLENGE = '/.well-known/acme-challenge/a-Token_1';
const segments = fc.array(fc.constantFrom('a', 'A', 'ab', 'b', 'a.b'), { maxLength: 2 });
const sets = fc.uniqueArray(
  fc.record({
    path: fc.oneof({ arbitrary: segments.map((parts) => `/${parts.join('/')}`), weight: 8 }, fc.constant(CHALLENGE)),
    pathType: fc.constantFrom('Prefix', 'Prefix', 'Exact', 'ImplementationSpecific'),
    to: fc.constantFrom('web', 'web', 'web', 'api'),
  }),
  { minLength: 1, maxLength: 5, selector: ({ path, pathType }) => `${path} ${pathType === 'Exact'}` },
);

/** What requests show a difference: beyond a segment, another letter case, another letter for a dot. */
function askedOf(paths: readonly Path[]): string[] {
  const texts = [...paths.map((one) => one.path), '/', '/q'];
  const asked = texts.flatMap((text) => [text, `${text}x`, `${text}/x`, text.toUpperCase(), text.replace('.', 'x')]);
  // Nobody but who asks for a certificate asks for what begins with this name.
  return asked.filter((one) => one === CHALLENGE || !/^\/.well-known\/acme-challenge/i.test(one));
}

describe('by models of both routers', () => {
  test('what is accepted reaches the same Service before and after, for any request', () => {
    let accepted = 0;
    fc.assert(
      fc.property(sets, (paths) => {
        if (changedIn(paths).length > 0) return;
        accepted += 1;
        for (const path of askedOf(paths))
          for (const router of [byNginx, byTraefik])
            expect(router(paths, path, true), `${router.name} ${path}`).toEqual(router(paths, path, false));
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  test('what is refused would change for some request, on one of them', () => {
    fc.assert(
      fc.property(sets, (paths) => {
        if (changedIn(paths).length === 0) return;
        const differs = askedOf(paths).some((path) =>
          [byNginx, byTraefik].some(
            (router) => String(router(paths, path, true)) !== String(router(paths, path, false)),
          ),
        );
        expect(differs).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

/**
 * Whom ingress-nginx leads a request to: a Prefix is a location that ends with / and an exact one; as regexes all of them
 * begin with ^, ignore case, and the longest comes first.
 */
function byNginx(paths: readonly Path[], asked: string, regex: boolean): string[] {
  const locations = paths
    .toSorted((a, b) => (a.path < b.path ? 1 : a.path > b.path ? -1 : 0))
    .toSorted((a, b) => b.path.length - a.path.length)
    .flatMap((one) => {
      if (one.pathType === 'Exact' || one.path === '/') return [one];
      const hasExact = paths.some((other) => other.pathType === 'Exact' && other.path === one.path);
      return [{ ...one, path: `${one.path}/` }, ...(hasExact ? [] : [{ ...one, pathType: 'Exact' }])];
    });
  if (regex) return [locations.find((one) => new RegExp(`^${one.path}`, 'i').test(asked))?.to ?? 'nobody'];
  const same = locations.find((one) => one.pathType === 'Exact' && one.path === asked);
  const longest = locations.find((one) => one.pathType !== 'Exact' && asked.startsWith(one.path));
  return [(same ?? longest)?.to ?? 'nobody'];
}

/** Whom Traefik may lead a request to: of the rules that match, the longest. */
function byTraefik(paths: readonly Path[], asked: string, regex: boolean): string[] {
  const rules = paths.map(({ path, pathType, to }) => {
    const matched: MatchedPath = { path, form: pathType === 'Exact' ? 'Exact' : regex ? 'regex' : 'Prefix' };
    return { to, matched, rank: lengthOfRule(HOST, matched) };
  });
  const matching = rules.filter(({ matched }) => matches(matched, asked));
  const best = Math.max(...matching.map(({ rank }) => rank));
  const all = matching.filter(({ rank }) => rank === best).map(({ to }) => to);
  return all.length === 0 ? ['nobody'] : [...new Set(all)].toSorted();
}
