import { describe, expect, test } from 'vitest';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import { thrownBy } from '../../core/support.ts';
import { FROM_ALL, gatewayOf, httpRouteOf, PUBLIC_GATEWAY, previewsOf } from './routes.ts';

/** Traefik ranks paths before hosts: a preview on a wide host would come before the / of a more specific one. */

const TRAEFIK = 'traefik.io/gateway-controller';
const CONTOUR = 'projectcontour.io/gateway-controller';
const SHOP = '"shop.b.test"';

interface Place {
  readonly hosts?: string;
  readonly parent?: string;
  readonly controllers?: readonly string[];
}

/** A route at these hosts, which these controllers have accepted. */
function routeAt(name: string, rules: string, { hosts = '', parent = PUBLIC_GATEWAY, controllers = [] }: Place) {
  const conditions = [{ type: 'Accepted', status: 'True', observedGeneration: 2 }];
  const parentRef = { name: 'public', namespace: 'infra' };
  const parents = controllers.map((controllerName) => ({ parentRef, controllerName, conditions }));
  return httpRouteOf(`{parentRefs: [${parent}], hostnames: [${hosts}], rules: [${rules}]}`, {
    metadata: { name, namespace: name === 'theirs' ? 'ops' : 'shop', generation: 2 },
    status: { parents },
  } as Partial<HttpRoute>);
}

const WEB = '{backendRefs: [{name: web-v1, port: 80}]}';
const live = (place: Place, rules = WEB) => routeAt('web', rules, place);
const theirs = (place: Place, path = 'value: /') =>
  routeAt('theirs', `{matches: [{path: {${path}}}], backendRefs: [{name: x, port: 80}]}`, place);
const planned = (route: HttpRoute, other: HttpRoute, settings = {}, parents = [] as ReturnType<typeof gatewayOf>[]) =>
  previewsOf([route], settings, [], { elsewhere: [other], parents });
const REFUSED = {
  code: 'preview-side-effect',
  message: expect.stringContaining('shop.b.test/ of HTTPRoute theirs in namespace ops'),
};

describe('a preview below a path, on a host that covers the one of another route', () => {
  test.each<[string, Place, Place]>([
    ['a wildcard', { hosts: '"*.b.test"', controllers: [TRAEFIK] }, { hosts: SHOP }],
    ['every host', { controllers: [TRAEFIK] }, { hosts: SHOP }],
    ['one of several', { hosts: 'a.test, "*.b.test"', controllers: [TRAEFIK] }, { hosts: `c.test, ${SHOP}` }],
    ['behind a controller that nobody measured', { controllers: ['example.com/ours'] }, { hosts: SHOP }],
    ['behind two of which one is such', { controllers: [CONTOUR, TRAEFIK] }, { hosts: SHOP }],
    ['before any controller said anything', {}, { hosts: SHOP }],
    ['before its first release, behind what serves the other', {}, { hosts: SHOP, controllers: [TRAEFIK] }],
  ])('is refused: %s', (_, own, other) => {
    expect(thrownBy(() => planned(live(own), theirs(other)))).toMatchObject(REFUSED);
  });

  test.each<[string, Place, Place]>([
    ['by what chooses the host first', { controllers: [CONTOUR] }, { hosts: SHOP }],
    ['by the same before its first release', {}, { hosts: SHOP, controllers: [CONTOUR] }],
  ])('is accepted where it is served %s', (_, own, other) => {
    expect(planned(live(own), theirs(other))).toHaveLength(1);
  });

  const wide = live({ hosts: '"*.b.test"', controllers: [TRAEFIK] });

  test('is accepted if the config says so, and of another kind', () => {
    const other = theirs({ hosts: SHOP });
    expect(planned(wide, other, { overlap: 'accept' })).toHaveLength(1);
    expect(planned(wide, other, { kind: { by: 'header', name: 'X-Preview', value: 'green' } })).toHaveLength(1);
  });

  test.each(['value: /api', 'type: Exact, value: /', 'type: Exact, value: /greenish'])(
    'takes nothing from a path that it does not meet: %s',
    (path) => {
      expect(planned(wide, theirs({ hosts: SHOP }, path))).toHaveLength(1);
    },
  );

  test.each<[string, Place]>([
    ['on another host', { hosts: 'shop.c.test' }],
    ['on the same host', { hosts: '"*.b.test"' }],
    ['on a wider host', { hosts: '"*.test"' }],
    ['on another Gateway', { hosts: SHOP, parent: '{name: other}' }],
  ])('takes nothing from a route %s', (_, place) => {
    expect(planned(wide, theirs(place))).toHaveLength(1);
  });

  test("takes nothing from another app's preview, whose path is longer", () => {
    const other = theirs({ hosts: SHOP }, 'value: /green/a');
    const labels = { 'greenpath.dev/app': 'shop', 'greenpath.dev/revision': 'v7' };
    expect(() => planned(wide, other)).toThrow('/green/a');
    const own = { ...other, metadata: { ...other.metadata, name: 'greenpath-shop', labels } };
    expect(planned(wide, own)).toHaveLength(1);
  });

  test('counts what listeners narrow hosts to', () => {
    const listener = (name: string, host: string) =>
      `{name: ${name}, port: 80, protocol: HTTP, hostname: '${host}', ${FROM_ALL}}`;
    const parents = [gatewayOf(`${listener('all', '*.b.test')}, ${listener('shop', 'shop.b.test')}`)];
    const at = (name: string) => ({ parent: `{name: public, namespace: infra, sectionName: ${name}}` });
    expect(thrownBy(() => planned(live(at('all')), theirs(at('shop')), {}, parents))).toMatchObject(REFUSED);
    expect(planned(live(at('shop')), theirs({ hosts: SHOP }), {}, parents)).toHaveLength(1);
  });

  test('counts the paths of others in a live route, and not those of the app, which have a preview there', () => {
    const app = '{matches: [{path: {value: /app}}], backendRefs: [{name: web-v1, port: 80}]}';
    const narrow = (rules: string) => routeAt('narrow', rules, { hosts: SHOP });
    expect(previewsOf([wide, narrow(WEB)])).toHaveLength(2);
    const shared = `${app}, {backendRefs: [{name: others, port: 80}]}`;
    expect(thrownBy(() => previewsOf([wide, narrow(shared)]))).toMatchObject({
      code: 'preview-side-effect',
      message: expect.stringContaining('shop.b.test/ of HTTPRoute narrow'),
    });
  });
});
