import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/core/base/addresses.ts';
import type { PreviewKind } from '../../src/core/base/preview-kind.ts';
import type { IngressRouter } from '../../src/routes/ingress/ingress-router.ts';
import { kong } from '../../src/routes/ingress/kong.ts';
import { nginx } from '../../src/routes/ingress/nginx/router.ts';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import { previewHostsOf, routeHostsOf } from '../../src/routes/route-hosts.ts';
import { NO_WAYS, only, present, thrownBy } from '../core/support.ts';
import { ingressOf, liveOf, request } from './ingresses.ts';
import { among } from './surroundings.ts';

const to = (service: string) => `{service: {name: ${service}, port: {number: 80}}}`;
const rule = (host: string | undefined, path = '/', service = 'web-v1') =>
  `{${host === undefined ? '' : `host: "${host}", `}http: {paths: [{path: ${path}, pathType: Prefix, backend: ${to(service)}}]}}`;
const route = (rules: string[], more = '', name = 'web'): Ingress =>
  ingressOf(`{metadata: {name: ${name}}, spec: {ingressClassName: nginx, ${more} rules: [${rules.join(', ')}]}}`);

function plan(
  live: Ingress,
  host: string,
  others: readonly Ingress[] = [],
  overlap: 'refuse' | 'accept' = 'refuse',
  router: IngressRouter = nginx,
) {
  const settings = { kind: { by: 'host', host } as const, overlap };
  const [own] = router.previews(request([liveOf(live)], others, settings));
  return only(present(own).objects) as Ingress;
}
const refusal = (...given: Parameters<typeof plan>) => thrownBy(() => plan(...given));
const hostsIn = ({ spec }: Ingress) => (spec.rules ?? []).map(({ host }) => host);

describe('the hosts of a preview', () => {
  test('are made of the live ones, or are one for all with the same paths', () => {
    const live = route([rule('a.test'), rule('b.test')]);
    expect(hostsIn(plan(live, 'green.{host}'))).toEqual(['green.a.test', 'green.b.test']);
    expect(hostsIn(plan(live, 'green.test'))).toEqual(['green.test']);
    expect(refusal(route([rule('a.test'), rule('b.test', '/b')]), 'green.test')).toMatchObject({
      code: 'route',
      message: expect.stringContaining('for a.test and b.test, whose paths differ'),
    });
  });

  test('are names: there is none for a wildcard, or for every host', () => {
    for (const host of ['*.a.test', undefined]) {
      expect(refusal(route([rule(host)]), 'green.{host}')).toMatchObject({ code: 'route' });
      expect(refusal(route([rule(host)]), 'green.a.test')).toMatchObject({ code: 'preview-side-effect' });
      expect(hostsIn(plan(route([rule(host)]), 'green.a.test', [], 'accept'))).toEqual(['green.a.test']);
    }
  });

  test('are nobody else’s', () => {
    const live = route([rule('a.test')]);
    const theirs = (host: string) => route([rule(host, '/', 'theirs')], '', 'theirs');
    expect(refusal(live, 'b.test', [theirs('b.test')], 'accept')).toMatchObject({ code: 'preview-taken' });
    expect(refusal(live, 'a.test')).toMatchObject({ code: 'preview-taken' });
    expect(refusal(live, 'x.b.test', [theirs('*.b.test')])).toMatchObject({ code: 'preview-side-effect' });
    expect(hostsIn(plan(live, 'x.b.test', [theirs('*.b.test')], 'accept'))).toEqual(['x.b.test']);
    expect(hostsIn(plan(live, 'x.b.test', [theirs('b.test')]))).toEqual(['x.b.test']);
  });

  test.each([
    ['nginx.ingress.kubernetes.io/server-alias', nginx],
    ['konghq.com/host-aliases', kong],
  ])('are no names that another Ingress serves by %s', (key, router) => {
    const live = route([rule('a.test')]);
    const theirs = (text: string): Ingress => {
      const { metadata, ...rest } = route([rule('c.test', '/', 'theirs')], '', 'theirs');
      return { ...rest, metadata: { ...metadata, annotations: { [key]: text } } };
    };
    const beside = (text: string, overlap: 'refuse' | 'accept' = 'refuse') =>
      thrownBy(() => plan(live, 'b.test', [theirs(text)], overlap, router));
    expect(beside('x.test, B.test', 'accept')).toMatchObject({
      code: 'preview-taken',
      message: expect.stringContaining('Ingress theirs already serves b.test/ by an alias'),
    });
    expect(beside('*.test')).toMatchObject({ code: 'preview-side-effect' });
    expect(beside('~^(a|b)\\.test$')).toMatchObject({ code: 'preview-side-effect' });
    for (const [text, overlap] of [
      ['*.test', 'accept'],
      ['', 'refuse'],
      ['bb.test', 'refuse'],
      ['~^c\\.test$', 'refuse'],
    ] as const)
      expect(hostsIn(plan(live, 'b.test', [theirs(text)], overlap, router))).toEqual(['b.test']);
  });

  test('have nothing that acts on visitors of the live host, and what rewrites their requests', () => {
    const key = (end: string) => `nginx.ingress.kubernetes.io/${end}`;
    const live = route([rule('a.test')]);
    const given = ['use-regex', 'mirror-target', 'affinity', 'from-to-www-redirect', 'permanent-redirect'];
    const annotations = Object.fromEntries(given.map((end) => [key(end), 'true']));
    const { metadata } = plan({ ...live, metadata: { ...live.metadata, annotations } }, 'b.test');
    expect(given.filter((end) => Object.hasOwn(metadata.annotations ?? {}, key(end)))).toEqual(['use-regex']);
  });

  test('have the TLS of the live route where it covers them, and only for themselves', () => {
    const live = (tls: string) => route([rule('a.test')], `tls: [${tls}],`);
    const spec = (tls: string) => plan(live(tls), 'green-{host}').spec;
    expect(spec('{hosts: [a.test], secretName: s}')).not.toHaveProperty('tls');
    expect(spec('{hosts: [a.test, "*.test"], secretName: s}').tls).toEqual([
      { hosts: ['green-a.test'], secretName: 's' },
    ]);
    expect(spec('{secretName: s}').tls).toEqual([{ secretName: 's' }]);
  });
});

describe('where a preview is requested', () => {
  const places = (kind: PreviewKind, tls = '', addresses: Record<string, string> = {}) => {
    const live = liveOf(route([rule('a.test')], tls));
    const given = Object.entries(addresses).map(([of, text]) => ({ of, address: present(parseAddress(text)) }));
    const ways = { ...NO_WAYS, addresses: given };
    const hosts = previewHostsOf(live, kind, routeHostsOf(live, among([live], ways), '192.0.2.1'), ways);
    return hosts.map(({ host, tls: by, prefix, live: of, given: at }) => [
      host,
      by,
      prefix,
      of,
      at.map((one) => one.host),
    ]);
  };
  const HOST: PreviewKind = { by: 'host', host: 'green-{host}' };

  test('by path and by header: where the live host is', () => {
    expect(places({ by: 'path', path: '/green' })).toEqual([['a.test', false, '/green', 'a.test', []]]);
    const [header] = places({ by: 'header', name: 'X', value: 'y' });
    expect(header).toEqual(['a.test', false, '', 'a.test', []]);
  });

  test('by host: at the address of the live host unless it has one, with TLS only where a certificate covers it', () => {
    expect(places(HOST, '', { 'a.test': 'lb:80' })).toEqual([['green-a.test', false, '', 'a.test', ['lb']]]);
    expect(places(HOST, '', { 'a.test': 'lb:80', 'green-a.test': 'other:80' })).toEqual([
      ['green-a.test', false, '', 'a.test', ['other']],
    ]);
    expect(places(HOST, 'tls: [{hosts: [a.test]}],', { 'a.test': 'https://lb' })).toEqual([
      ['green-a.test', false, '', 'a.test', []],
    ]);
    expect(places(HOST, 'tls: [{hosts: ["*.test"]}],')).toEqual([['green-a.test', true, '', 'a.test', []]]);
  });
});
