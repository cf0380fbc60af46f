import { describe, expect, test } from 'vitest';
import { contour } from '../../../src/routes/ingress/contour.ts';
import { pathsOf } from '../../../src/routes/ingress/paths.ts';
import { present, thrownBy } from '../../core/support.ts';
import { ingressOf, liveOf, request } from '../ingresses.ts';

const live = ingressOf(`
metadata: {name: shop, namespace: shop, annotations: {projectcontour.io/response-timeout: 5s}}
spec:
  ingressClassName: contour
  rules: [{host: example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web-v1, port: {number: 80}}}}]}}]
`);
const HOST = { kind: { by: 'host', host: 'green.example.com' } } as const;

describe('a preview of an Ingress of Contour', () => {
  test.each([
    [{ by: 'path', path: '/green' }, 'Ingress shop can have no preview below /green: Contour neither strips'],
    [{ by: 'header', name: 'X-Preview', value: 'green' }, 'Ingress shop can have no preview by header: Contour'],
  ] as const)('%j is refused before anything is written, with the way out', (kind, text) => {
    const refused = thrownBy(() => contour.previews(request([liveOf(live)], [], { kind })));
    expect(refused).toMatchObject({ code: 'route', message: expect.stringContaining(text) });
    expect(refused).toMatchObject({ next: expect.stringContaining('preview: {host: green.example.com}') });
  });

  test('at a host of its own has the live paths and annotations, and keeps its Services known', () => {
    const objects = present(contour.previews(request([liveOf(live)], [], HOST))[0]).objects;
    const [preview] = objects;
    expect(pathsOf(preview as never)).toMatchObject([{ host: 'green.example.com', path: '/', service: 'web-v2' }]);
    expect(preview?.metadata.annotations).toMatchObject({ 'projectcontour.io/response-timeout': '5s' });
    expect(contour.joined?.(objects as never)).toEqual(['web-v2']);
  });
});

describe('parking, to which anybody gets who knows its path,', () => {
  const route = liveOf(live);
  const named = (next: readonly string[], present: readonly string[] = []) =>
    contour
      .parking({
        ...{ app: 'web', namespace: 'shop', annotations: {}, routes: [route], next },
        parked: ['web-v1', 'web-v2'].map((service) => ({ service, port: 80 })),
        present: present.map((service) => ({ ...route, paths: [{ ...route.rules[0], service }] })),
      })
      .flatMap((object) => pathsOf(object as never).map(({ service }) => service));

  test('names nothing that nobody verified', () => {
    expect(named([])).toEqual(['web-v1']);
    expect(named([], ['web-v2'])).toEqual(['web-v1', 'web-v2']);
  });

  test('names what visitors get next, if somebody deleted the preview that kept it known', () => {
    expect(named(['web-v2'])).toEqual(['web-v1', 'web-v2']);
  });
});
