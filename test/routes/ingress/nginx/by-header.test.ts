import { describe, expect, test } from 'vitest';
import { nginx } from '../../../../src/routes/ingress/nginx/router.ts';
import type { Ingress } from '../../../../src/routes/ingress/object.ts';
import { only, present, side, thrownBy } from '../../../core/support.ts';
import { classicRoute, ingressOf, liveOf, read, request, splitRoute } from '../../ingresses.ts';

const PREFIX = 'nginx.ingress.kubernetes.io/';
const kind = { by: 'header', name: 'X-Preview', value: 'green' } as const;

function plan(live: Ingress, others: readonly Ingress[] = [], annotations = {}): Ingress {
  const [own] = nginx.previews(request([liveOf(live)], others, { kind, annotations }));
  return only(present(own).objects) as Ingress;
}
const refused = (live: Ingress, ...others: Ingress[]) => thrownBy(() => plan(live, others));
const other = (text: string, annotations = '') =>
  ingressOf(
    `{metadata: {name: other, annotations: {${annotations}}}, spec: {ingressClassName: nginx, rules: [{${text}}]}}`,
  );
const withoutClass = ({ spec: { ingressClassName: _, ...spec }, ...rest }: Ingress): Ingress => ({ ...rest, spec });
const to = (service: string, path = '/', host = 'example.com') =>
  `host: ${host}, http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: ${service}, port: {number: 80}}}}]}`;

describe('a preview by header', () => {
  test('is a canary of the very live paths that no weight, cookie or pattern of the config opens to others', () => {
    const keys = ['canary', 'canary-weight', 'canary-by-cookie', 'canary-by-header-pattern'];
    const given = Object.fromEntries(keys.map((key) => [PREFIX + key, '100']));
    const { metadata, spec } = plan(splitRoute(), [], { ...given, team: 'shop' });
    expect(metadata.annotations).toEqual({
      team: 'shop',
      'external-dns.alpha.kubernetes.io/controller': 'greenpath',
      'greenpath.dev/preview': JSON.stringify(kind),
      [`${PREFIX}canary`]: 'true',
      [`${PREFIX}canary-by-header`]: 'X-Preview',
      [`${PREFIX}canary-by-header-value`]: 'green',
      [`${PREFIX}canary-weight`]: '0',
    });
    const backend = { service: { name: 'web-v2', port: { number: 80 } } };
    expect(spec.rules).toEqual([
      { host: 'example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } },
    ]);
  });

  test('has the paths of a live Ingress that rewrites, and leaves the rewriting to it', () => {
    const { metadata, spec } = plan(classicRoute());
    expect(spec.rules?.[0]?.http?.paths.map(({ path }) => path)).toEqual(['/()(.*)']);
    expect(Object.keys(metadata.annotations ?? {})).not.toContain(`${PREFIX}rewrite-target`);
  });

  test('is possible where one below a path would change how live paths match, and behind any snippet', () => {
    const fanOut = splitRoute({ annotations: `${PREFIX}configuration-snippet: "deny all;"` });
    expect(plan(fanOut, [other(to('static', '/api'))])).toBeDefined();
  });

  test('is no canary that the proof of a switch has to fear', () => {
    const live = liveOf(splitRoute());
    const all = [live, read(plan(splitRoute()))];
    expect(nginx.canaries({ routes: [live], to: side('web-v3'), all })).toEqual([]);
  });

  test('needs something live, and a proof', () => {
    const live = liveOf(splitRoute());
    for (const nothing of [
      { ...live, exists: false },
      { ...live, revision: undefined },
    ])
      expect(thrownBy(() => nginx.previews(request([nothing], [], { kind })))).toMatchObject({
        code: 'route',
        message: expect.stringContaining('nothing is live behind it yet'),
      });
    const unproven = { ...request([live], [], { kind }), isProven: false };
    expect(() => nginx.previews(unproven)).toThrow('with proof: off');
  });

  test.each<[string, Ingress, string]>([
    ['a canary of the same path', other(to('web-x'), `${PREFIX}canary: "true"`), 'is a canary of it already'],
    [
      'one without a class, which the same router may serve',
      withoutClass(other(to('web-x'), `${PREFIX}canary: "true"`)),
      'is a canary of it already',
    ],
    [
      'a path elsewhere that names the candidate',
      other(to('web-v2', '/', 'b.test')),
      'names a Service of the candidate',
    ],
  ])('is refused beside %s', (_, beside, why) => {
    expect(refused(splitRoute(), beside)).toMatchObject({ code: 'route', message: expect.stringContaining(why) });
  });

  test('is refused beside a canary of another namespace, which the router adds to the same path', () => {
    const theirs = (host: string): Ingress => {
      const { metadata, ...rest } = other(to('web-x', '/', host), `${PREFIX}canary: "true"`);
      const labels = { 'greenpath.dev/app': 'web' };
      return { ...rest, metadata: { ...metadata, name: 'greenpath-web', namespace: 'theirs', labels } };
    };
    const beside = (host: string) => () =>
      nginx.previews({ ...request([liveOf(splitRoute())], [], { kind }), elsewhere: [theirs(host)] });
    expect(beside('example.com')).toThrow('Ingress greenpath-web in namespace theirs is a canary of it already');
    expect(beside('b.test')).not.toThrow();
  });

  test('is refused of a path that is left out', () => {
    const live = splitRoute();
    delete live.spec.rules?.[0]?.http?.paths[0]?.path;
    expect(() => plan(live)).toThrow('leaves out the path');
  });
});

describe('a preview that is older than the live Ingress', () => {
  const at = (ingress: Ingress, creationTimestamp: string): Ingress => ({
    ...ingress,
    metadata: { ...ingress.metadata, namespace: 'shop', creationTimestamp },
  });
  const preview = plan(splitRoute());
  const live = at(splitRoute(), '2026-05-01T10:00:00Z');
  const check = (created: string) => nginx.refuseSwitch?.([liveOf(live)], [read(at(preview, created))]);

  test('is refused, since the live paths would lead nowhere after a switch', () => {
    expect(thrownBy(() => check('2026-05-01T09:59:59Z'))).toMatchObject({
      code: 'preview-side-effect',
      next: expect.stringContaining('kubectl -n shop delete ingress greenpath-web'),
    });
    expect(() => check('2026-05-01T10:00:01Z')).not.toThrow();
  });

  test('counts by name backwards in the same second, as the router has it', () => {
    expect(live.metadata.name > preview.metadata.name).toBe(true);
    expect(() => check('2026-05-01T10:00:00Z')).not.toThrow();
    const early = { ...live, metadata: { ...live.metadata, name: 'api' } };
    const older = [read(at(preview, '2026-05-01T10:00:00Z'))];
    expect(() => nginx.refuseSwitch?.([liveOf(early)], older)).toThrow('is older than Ingress api');
  });

  test('is refused before it is planned again, by whatever it is now', () => {
    const byPath = at(
      ingressOf(JSON.stringify({ ...preview, metadata: { ...preview.metadata, annotations: {} } })),
      '2026-05-01T09:00:00Z',
    );
    expect(refused(live, byPath)).toMatchObject({ code: 'preview-side-effect' });
  });
});

test('only the Services of canaries are joined to the live paths', () => {
  const plain = ingressOf(JSON.stringify({ ...splitRoute(), metadata: { name: 'greenpath-web' } }));
  expect(nginx.joined?.([plan(splitRoute()), plain])).toEqual(['web-v2']);
});
