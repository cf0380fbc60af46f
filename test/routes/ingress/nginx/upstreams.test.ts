import { describe, expect, test } from 'vitest';
import { nginxReading } from '../../../../src/routes/ingress/nginx/prefixed.ts';
import { nginx } from '../../../../src/routes/ingress/nginx/router.ts';
import { only, present } from '../../../core/support.ts';
import { liveOf, read, request, splitRoute } from '../../ingresses.ts';

/** What ingress-nginx reads from the first Ingress that names a Service, which may be one of Greenpath's own. */

const USUAL = 'nginx.ingress.kubernetes.io';
const settings = (prefix = USUAL) => ({
  [`${prefix}/upstream-hash-by`]: '$cookie_sid',
  [`${prefix}/upstream-hash-by-subset`]: 'true',
  [`${prefix}/upstream-hash-by-subset-size`]: '2',
  [`${prefix}/load-balance`]: 'ewma',
  [`${prefix}/service-upstream`]: 'true',
});
const live = (annotations: Readonly<Record<string, string>>) =>
  splitRoute({ annotations: JSON.stringify(annotations).slice(1, -1) });
const SETTINGS = { ...settings(), [`${USUAL}/auth-url`]: 'http://auth/' };

/** The annotations of parking beside live Ingresses with these, with `own` of the config. */
function parked(all: readonly Readonly<Record<string, string>>[], own = {}, router = nginx) {
  const routes = all.map((annotations) => read(live(annotations)));
  const asked = { app: 'web', namespace: 'shop', annotations: own, parked: [{ service: 'web-v1', port: 80 }] };
  return present(only(router.parking({ ...asked, routes, present: [] })).metadata.annotations);
}
const withoutAuth = (annotations: object) => {
  expect(annotations).not.toHaveProperty([`${USUAL}/auth-url`]);
  return annotations;
};

describe('the settings of upstreams that the live Ingress has', () => {
  test('are those of parking, which has none of its other annotations', () => {
    expect(withoutAuth(parked([SETTINGS]))).toMatchObject(settings());
    expect(parked([SETTINGS, SETTINGS])).toMatchObject(settings());
  });

  test('give way to those of the config', () => {
    const key = `${USUAL}/load-balance`;
    expect(parked([SETTINGS], { [key]: 'round_robin' })).toMatchObject({ ...settings(), [key]: 'round_robin' });
  });

  test('are left out of parking where the live Ingresses differ, and named', () => {
    const { [`${USUAL}/load-balance`]: _, ...others } = settings();
    const differing = [settings(), { ...others, [`${USUAL}/service-upstream`]: 'false' }];
    const annotations = parked(differing);
    expect(Object.keys(annotations)).toEqual(expect.arrayContaining([`${USUAL}/upstream-hash-by`]));
    for (const end of ['load-balance', 'service-upstream']) expect(annotations).not.toHaveProperty([`${USUAL}/${end}`]);
    expect(nginx.differing?.(differing.map((one) => read(live(one))))).toEqual([
      `${USUAL}/load-balance`,
      `${USUAL}/service-upstream`,
    ]);
    expect(nginx.differing?.([read(live(SETTINGS))])).toEqual([]);
  });

  test('are those of a preview by header too, and of any other', () => {
    for (const kind of [
      { by: 'header', name: 'X-Preview', value: 'green' },
      { by: 'path', path: '/green' },
      { by: 'host', host: 'green.example.com' },
    ] as const) {
      const [own] = nginx.previews(request([liveOf(live(SETTINGS))], [], { kind }));
      const { metadata } = only(present(own).objects);
      expect(metadata.annotations).toMatchObject(settings());
      if (kind.by === 'header') withoutAuth(metadata.annotations ?? {});
    }
  });

  test('are read by the prefix with which the router was started', () => {
    const router = nginxReading('nginx.example.com');
    const own = settings('nginx.example.com');
    expect(parked([{ ...own, ...settings() }], {}, router)).toMatchObject(own);
    expect(parked([own, {}], {}, router)).not.toHaveProperty(['nginx.example.com/load-balance']);
    expect(router.differing?.([read(live(own)), read(live(settings()))])).toEqual(Object.keys(own));
  });
});
