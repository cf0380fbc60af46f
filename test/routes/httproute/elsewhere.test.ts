import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { type KubeObject, LABEL_APP } from '../../../src/core/kube/objects.ts';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import { thrownBy } from '../../core/support.ts';
import { httpRouteOf, previewsOf } from './routes.ts';

/** Routes of other namespaces on the same Gateway: what a preview must not take from them, nor they from it. */

const BACKEND = 'backendRefs: [{name: web-v1, port: 80}]';
const live = (parent: string, metadata = {}) =>
  httpRouteOf(`{parentRefs: [${parent}], hostnames: [a.test], rules: [{${BACKEND}}]}`, metadata);
const SHARED = '{name: public, namespace: infra}';

interface Theirs {
  readonly parent?: string;
  readonly host?: string;
  readonly path?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly more?: object;
}

/** A route of somebody in the namespace ops. */
function theirs({ parent = SHARED, host = 'a.test', path = '/', ...given }: Theirs): HttpRoute {
  const { name = 'theirs', namespace = 'ops', more = {} } = given;
  const rules = `[{matches: [{path: {value: ${path}}}], backendRefs: [{name: x, port: 80}]}]`;
  return httpRouteOf(`{parentRefs: [${parent}], hostnames: ["${host}"], rules: ${rules}}`, {
    metadata: { name, namespace, generation: 1, labels: { [LABEL_APP]: 'web' } },
    ...more,
  });
}

const HOST = { kind: { by: 'host', host: 'green.b.test' } } as const;
const planned = (other: HttpRoute, settings = {}, route = live(SHARED)) =>
  previewsOf([route], settings, [], { elsewhere: [other] });
const refusal = (...given: Parameters<typeof planned>) => thrownBy(() => planned(...given));

describe('a preview is refused', () => {
  test('at a host that a wildcard of another namespace serves so far, unless the config accepts it', () => {
    const wide = theirs({ host: '*.b.test' });
    expect(refusal(wide, HOST)).toMatchObject({
      code: 'preview-side-effect',
      message: expect.stringContaining('from HTTPRoute theirs in namespace ops, which serves *.b.test'),
    });
    expect(planned(wide, { ...HOST, overlap: 'accept' })).toHaveLength(1);
  });

  test.each([
    ['at a host', { host: 'green.b.test' }, HOST],
    ['below a path', { path: '/green/x' }, {}],
    ['below a path, by the preview of an app of the same name', { path: '/green', name: 'greenpath-web' }, {}],
  ])('%s that another namespace has', (_, place, settings) => {
    expect(refusal(theirs(place), settings)).toMatchObject({
      code: 'preview-taken',
      message: expect.stringMatching(/HTTPRoute (theirs|greenpath-web) in namespace ops already serves/),
    });
  });

  test('only by routes of the Gateway that each means in its own namespace', () => {
    const place = { path: '/green/x' };
    expect(planned(theirs({ ...place, parent: '{name: public}' }), {}, live('{name: public}'))).toHaveLength(1);
    const named = theirs({ ...place, parent: '{name: public, namespace: shop}' });
    expect(refusal(named, {}, live('{name: public}'))).toMatchObject({ code: 'preview-taken' });
    const own = theirs({ ...place, parent: '{name: public}', namespace: 'infra' });
    expect(refusal(own)).toMatchObject({ code: 'preview-taken' });
  });

  test('also for a route that does not exist yet and does not say its namespace', () => {
    const route = live('{name: public}', { metadata: { name: 'web' } });
    const named = theirs({ parent: '{name: public, namespace: shop}', host: '*.b.test' });
    expect(refusal(named, HOST, route)).toMatchObject({ code: 'preview-side-effect' });
  });

  test('not by a route that the Gateway refuses: it serves nobody', () => {
    const conditions = [{ type: 'Accepted', status: 'False', observedGeneration: 1 }];
    const parents = [{ parentRef: { name: 'public', namespace: 'infra' }, controllerName: 'c', conditions }];
    const denied = theirs({ host: '*.b.test', more: { status: { parents } } });
    expect(planned(denied, HOST)).toHaveLength(1);
  });
});

describe('listeners of one Gateway', () => {
  const at = (listener: string) => `{name: public, namespace: infra, ${listener}}`;
  const ofEveryHost = (listener: string, more: string, metadata = {}) =>
    httpRouteOf(`{parentRefs: [${at(listener)}], rules: [{${more} ${BACKEND}}]}`, metadata);
  const gateway = (...listeners: string[]): KubeObject[] => {
    const all = listeners.map((one) =>
      one.includes('allowedRoutes') ? `{${one}}` : `{allowedRoutes: {namespaces: {from: All}}, ${one}}`,
    );
    return [
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'public', namespace: 'infra' },
        ...(load(`spec: {listeners: [${all}]}`) as object),
      },
    ];
  };
  const HTTP = 'name: http, port: 80, protocol: HTTP';
  const https = (name: string, host: string) => `name: ${name}, port: 443, protocol: HTTPS, hostname: "${host}"`;

  /** The preview below /green of a route at a listener, beside a route of the namespace ops that has this path at another. */
  function beside(own: string, other: string, parents: readonly KubeObject[] = []) {
    const metadata = { metadata: { name: 'theirs', namespace: 'ops' } };
    const elsewhere = [ofEveryHost(other, 'matches: [{path: {value: /green}}],', metadata)];
    return previewsOf([ofEveryHost(own, '')], {}, [], { parents, elsewhere });
  }

  test.each<[string, string, string, KubeObject[]?]>([
    ['of two names', 'sectionName: https', 'sectionName: http'],
    ['of two ports', 'port: 443', 'port: 80'],
    ['of a name and another port', 'sectionName: a', 'port: 80', gateway(HTTP, https('a', '*.test'))],
    ['of two names and ports', 'sectionName: a', 'sectionName: http', gateway(HTTP, https('a', '*.test'))],
    ['of two hosts', 'sectionName: a', 'sectionName: b', gateway(https('a', 'a.test'), https('b', 'b.test'))],
  ])('%s are two places', (_, own, other, parents) => {
    expect(beside(own, other, parents)).toHaveLength(1);
  });

  test.each<[string, string, string, KubeObject[]?]>([
    ['of one name', 'sectionName: https', 'sectionName: https'],
    ['of a name and a port that may be its own', 'sectionName: https', 'port: 443'],
    ['of a name and its port', 'sectionName: a', 'port: 443', gateway(https('a', '*.test'))],
    ['of overlapping hosts', 'sectionName: a', 'sectionName: b', gateway(https('a', 'a.test'), https('b', '*.test'))],
  ])('%s are one place', (_, own, other, parents) => {
    expect(thrownBy(() => beside(own, other, parents))).toMatchObject({ code: 'preview-taken' });
  });

  describe('that are narrower than the route', () => {
    const INFRA = gateway(https('https', '*.b.test'), https('docs', 'docs.b.test'));
    const shop = httpRouteOf(`{parentRefs: [${SHARED}], hostnames: [shop.b.test], rules: [{${BACKEND}}]}`);
    const docs = { metadata: { name: 'docs', namespace: 'docs' } };
    const besideDocs = (listener: string, settings: object, parents: readonly KubeObject[]) =>
      previewsOf([shop], settings, [], {
        parents,
        elsewhere: [ofEveryHost(listener, 'matches: [{path: {value: /green}}],', docs)],
      });

    test.each([
      ['by host', HOST, 'preview-side-effect'],
      ['below a path', {}, 'preview-taken'],
    ])('keep a route without hosts from a preview %s', (_, settings, code) => {
      expect(besideDocs('sectionName: docs', settings, INFRA)).toHaveLength(1);
      const refused = { code, message: expect.stringContaining('HTTPRoute docs in namespace docs') };
      expect(thrownBy(() => besideDocs('sectionName: https', settings, INFRA))).toMatchObject(refused);
      expect(thrownBy(() => besideDocs('sectionName: docs', settings, []))).toMatchObject(refused);
    });

    test('count as the only ones where the others do not admit it', () => {
      const admitting = 'allowedRoutes: {namespaces: {from: Same}}';
      const parents = gateway(`${https('https', '*.b.test')}, ${admitting}`, https('docs', 'docs.b.test'));
      const own = { ...shop, metadata: { ...shop.metadata, namespace: 'infra' } };
      const elsewhere = [ofEveryHost('port: 443', '', docs)];
      expect(previewsOf([own], HOST, [], { parents, elsewhere })).toHaveLength(1);
    });
  });

  test('a preview by host takes nothing from the redirect to https of a whole Gateway', () => {
    const metadata = { metadata: { name: 'http-redirect', namespace: 'infra' } };
    const redirect = '[{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]';
    const other = httpRouteOf(`{parentRefs: [{name: public, sectionName: http}], rules: ${redirect}}`, metadata);
    expect(planned(other, HOST, live(at('sectionName: https')))).toHaveLength(1);
    expect(refusal(other, HOST, live(SHARED))).toMatchObject({ code: 'preview-side-effect' });
  });
});
