import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import type { OfferedService } from '../../../src/core/kube/counterpart.ts';
import type { Service } from '../../../src/core/kube/objects.ts';
import { revisionOf } from '../../../src/core/kube/revision-services.ts';
import { findLive } from '../../../src/core/release/live.ts';
import type { PathMove, RoutePath } from '../../../src/core/release/route.ts';
import { COUNTERPART, service, thrownBy } from '../support.ts';

const rule = (
  name: string | undefined,
  port: number | string | undefined = 80,
  path = '/',
  host = 'example.com',
): RoutePath => ({
  host,
  path,
  match: 'prefix',
  isFallback: false,
  service: name,
  port,
  text: `${host}${path}`,
  key: host === 'example.com' ? '0' : '1',
});
const OPTIONS = {
  app: 'web',
  revisionLabel: 'revision',
  isPreview: ({ path }: RoutePath) => path === '/green(/|$)(.*)',
};
const repair = (moves: readonly PathMove[]) => moves.map(({ path, service: name }) => [path.key, name]);
const find = (paths: RoutePath[], services: Service[], ...counterparts: OfferedService[]) =>
  findLive(
    { ref: { kind: 'ingress', name: 'shop' }, namespace: 'shop', paths, repair },
    services,
    counterparts.length > 0 ? counterparts : [COUNTERPART],
    OPTIONS,
  );
const refusal = (run: () => unknown, code = 'route') => {
  const error = thrownBy(run);
  if (!(error instanceof GreenpathError)) throw error;
  expect(error.code).toBe(code);
  return error.message;
};

const blue = service('web-v1', 'v1');

describe('findLive', () => {
  test.each<[string, number | string]>([
    ['number', 80],
    ['name', 'http'],
  ])('finds the live path by its port as a %s', (_, port) => {
    const live = find([rule('web-v1', port)], [blue]);
    expect(live.revision).toBe('v1');
    expect(live.rules).toEqual([{ ...rule('web-v1', port), baseName: 'web' }]);
  });

  test.each<[string, string, Service[], string | undefined]>([
    [
      "Greenpath's labels",
      'anything',
      [service('anything', undefined, { 'greenpath.dev/name': 'web', 'greenpath.dev/revision': 'v1' })],
      'v1',
    ],
    ['the selector and the slug in the name', 'web-v1', [blue], 'v1'],
    ['the revision at the beginning of the name', 'v1-web', [service('v1-web', 'v1')], 'v1'],
    ['the plain name', 'web', [service('web')], 'adopted'],
    ['the plain name of a Service that does not exist', 'web', [], undefined],
    ['the plain name, whatever its selector says', 'web', [service('web', 'v1')], 'adopted'],
    ['the plain name beside the Service of that revision', 'web', [service('web', 'v1'), blue], 'v1'],
  ])('knows a counterpart by %s', (_, name, services, revision) => {
    const live = find([rule(name)], services);
    expect(live.rules.map((one) => one.service)).toEqual([name]);
    expect(live.revision).toBe(revision);
  });

  test('lets only Services of the app stand by: a switch gives them its visitors', () => {
    const beside = (...standby: string[]): RoutePath => ({ ...rule('web-v1'), standby });
    const green = service('web-v2', 'v2');
    expect(find([beside('web-v2', 'web-v0', 'web')], [blue, green]).revision).toBe('v1');
    const theirs = service('web-v3', 'v3', { 'greenpath.dev/app': 'other' });
    for (const stranger of [service('web-canary'), service('api'), theirs]) {
      const { name } = stranger.metadata;
      expect(refusal(() => find([beside(name)], [blue, stranger]))).toContain(`${name} beside it`);
    }
    expect(refusal(() => find([beside('api')], [blue]))).toContain('is no Service of this app (base name web)');
  });

  test('leaves the paths of others alone, those of another app under the same base name too', () => {
    const theirs = service('web-v7', 'v7', { 'greenpath.dev/app': 'other', 'greenpath.dev/name': 'web' });
    const live = find(
      [rule('api'), rule('web-v1', 80, '/a'), rule('web-v7', 80, '/theirs'), rule('web-v1', 80, '/b')],
      [blue, service('api'), theirs],
    );
    expect(live.rules.map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  test('finds the paths of all Services of the stack', () => {
    const api: OfferedService = {
      service: 'api-v2',
      baseName: 'api',
      ports: [{ number: 80 }, { number: 9090, name: 'metrics' }],
    };
    const live = find(
      [rule('web-v1'), rule('api-v1', 80, '/api'), rule('api-v1', 'metrics', '/metrics'), rule('other', 80, '/other')],
      [blue, service('api-v1', 'v1')],
      COUNTERPART,
      api,
    );
    expect(live.rules.map(({ path, baseName }) => `${path} ${baseName}`)).toEqual([
      '/ web',
      '/api api',
      '/metrics api',
    ]);
    expect(live.revision).toBe('v1');
  });

  test('a preview path is no live path, whatever it names', () => {
    const preview = rule('web-v2', 80, '/green(/|$)(.*)');
    const live = find([rule('web-v1'), preview], [blue, service('web-v2', 'v2')]);
    expect(live.preview).toEqual([preview]);
    expect(live.revision).toBe('v1');
  });

  test("another host's preview path belongs to the app of that host", () => {
    const theirs = rule('api-v7', 80, '/green(/|$)(.*)', 'api.example.com');
    const live = find(
      [rule('web-v1'), rule('api-v6', 80, '/', 'api.example.com'), theirs],
      [blue, service('api-v6', 'v6'), service('api-v7', 'v7')],
    );
    expect(live.preview).toEqual([]);
  });
});

describe('a plain Service that follows the live version, named by the route', () => {
  const plain = (selector: Record<string, string>): Service => {
    const one = service('web');
    return {
      ...one,
      metadata: { ...one.metadata, annotations: { 'greenpath.dev/entry': 'web' } },
      spec: { ...one.spec, selector },
    };
  };
  const kept = service('web-adopted', undefined, { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'adopted' });
  test.each<[string, Record<string, string>, Service[], string | undefined]>([
    ['says its revision', { app: 'web', revision: 'v1' }, [], 'v1'],
    ['leads to what was there before Greenpath', { app: 'web' }, [kept], 'adopted'],
    ['leads to pods of any revision', { app: 'web' }, [], undefined],
  ])('%s', (_, selector, others, revision) => {
    expect(find([rule('web')], [plain(selector), ...others]).revision).toBe(revision);
  });
});

describe('findLive refuses', () => {
  test('paths that name several Services, all of them named', () => {
    const divided = () => find([rule('web-v1'), rule('web-v2', 80, '/b')], [blue, service('web-v2', 'v2')]);
    expect(refusal(divided, 'drifted')).toContain('2 Services of different revisions (web-v1, web-v2)');
    const { next } = thrownBy(divided) as GreenpathError;
    expect(next).toContain('kubectl -n shop patch ingress shop --type=json -p \'[["0","web-v1"]]\'');
  });

  test('a path of the app that has no counterpart: by its port, or because the candidate has no such Service', () => {
    const other = [rule('web-v1'), rule('web-v1', 9090, '/metrics')];
    expect(refusal(() => find(other, [blue]))).toContain('example.com/metrics of Ingress shop goes to web-v1:9090');
    const dropped = service('api-v1', 'v1', { 'greenpath.dev/app': 'web', 'greenpath.dev/name': 'api' });
    expect(refusal(() => find([rule('web-v1'), rule('api-v1', 80, '/api')], [blue, dropped]))).toContain(
      'the manifests have no Service of that base name (base name api)',
    );
  });

  test.each<[string, RoutePath[], string]>([
    ['no path', [], 'It has: no paths'],
    ['another Service', [rule('api', 80, '/foo')], 'example.com/foo → api:80'],
    ['a resource backend', [rule(undefined, undefined)], 'example.com/ → a resource backend'],
  ])('a route with %s, and says what it needs and has', (_, rules, has) => {
    const message = refusal(() => find(rules, [blue]));
    expect(message).toContain('a path whose Service is called web or web-<revision>, port 80 (http)');
    expect(message).toContain(has);
  });

  test('a route that holds nothing but the preview path', () => {
    expect(refusal(() => find([rule('web-v2', 80, '/green(/|$)(.*)')], []))).toContain('It has: no paths');
  });
});

describe('revisionOf', () => {
  test('believes the label first, then the selector', () => {
    expect(revisionOf(service('a', 'v1', { 'greenpath.dev/revision': 'v9' }), 'revision')).toBe('v9');
    expect(revisionOf(service('a', 'v1'), 'revision')).toBe('v1');
    expect(revisionOf(service('a', 'v1'), 'version')).toBeUndefined();
    expect(
      revisionOf({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: {} }, 'revision'),
    ).toBeUndefined();
  });
});

test('a path to a Service that does not exist cannot join paths that are live', () => {
  const counterparts: OfferedService[] = [
    COUNTERPART,
    { service: 'search-v2', baseName: 'search', ports: [{ number: 80 }] },
  ];
  const text = refusal(() => find([rule('web-v1'), rule('search', 80, '/search')], [blue], ...counterparts));
  expect(text).toContain('example.com/search of Ingress shop goes to Service search, which does not exist');
});

test('a path to a plain Service that is missing beside a counterpart of what is live is reported with the command that fixes it', () => {
  const counterparts: OfferedService[] = [COUNTERPART, { service: 'api-v2', baseName: 'api', ports: [{ number: 80 }] }];
  const api = service('api-v1', 'v1');
  const error = thrownBy(() => find([rule('web-v1'), rule('api', 80, '/api')], [blue, api], ...counterparts));
  expect(error).toMatchObject({ code: 'drifted' });
  expect((error as GreenpathError).next).toContain('[["0","api-v1"]]');
});
