import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import { entrancesOf } from '../../../src/routes/httproute/gateways.ts';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import { routeHostsOf } from '../../../src/routes/route-hosts.ts';
import { among } from '../surroundings.ts';
import {
  FROM_ALL as ALL,
  gatewayOf as gateway,
  HTTP_LISTENER as HTTP,
  HTTPS_LISTENER as HTTPS,
  liveOf,
  PUBLIC_GATEWAY as PUBLIC,
  routeAt as route,
} from './routes.ts';

/** What the listeners of Gateways say of a route: the hosts that are served, the ports and protocols, and the addresses. */

/** `https://a.shop.test:8443 at 192.0.2.7` for each entrance of the host. */
function ways(object: HttpRoute, host: string | undefined, ...gateways: KubeObject[]): string[] | undefined {
  return entrancesOf(object, host, gateways)?.map(
    ({ host: served = '*', tls, port, addresses }) =>
      `${tls ? 'https' : 'http'}://${served}${port === undefined ? '' : `:${port}`} at ${addresses.join()}`,
  );
}

test('they are read where the route names them, each once', () => {
  const object = route('a.test', `${PUBLIC}, {name: public, namespace: infra, sectionName: https}, {name: own}`);
  expect(httpRoute.parents?.(object).map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    'infra/public',
    'shop/own',
  ]);
});

describe('a host comes in', () => {
  test.each<[string, string[] | undefined, string[] | undefined]>([
    [
      'by TLS where a listener has it',
      ways(route('a.shop.test'), 'a.shop.test', gateway(`${HTTP}, ${HTTPS}`)),
      ['https://a.shop.test:8443 at 192.0.2.7'],
    ],
    [
      'without it where only the other listener takes it',
      ways(route('a.test'), 'a.test', gateway(`${HTTP}, ${HTTPS}`)),
      ['http://a.test:80 at 192.0.2.7'],
    ],
    [
      'by the listener that the route names',
      ways(
        route('a.shop.test', '{name: public, namespace: infra, sectionName: http}'),
        'a.shop.test',
        gateway(`${HTTP}, ${HTTPS}`),
      ),
      ['http://a.shop.test:80 at 192.0.2.7'],
    ],
    [
      'by the port that the route names',
      ways(
        route('a.shop.test', '{name: public, namespace: infra, port: 80}'),
        'a.shop.test',
        gateway(`${HTTP}, ${HTTPS}`),
      ),
      ['http://a.shop.test:80 at 192.0.2.7'],
    ],
    [
      'as what the listener narrows it to',
      ways(route(''), undefined, gateway(HTTPS)),
      ['https://*.shop.test:8443 at 192.0.2.7'],
    ],
    [
      'as what the route narrows it to',
      ways(route('"*.a.shop.test"'), '*.a.shop.test', gateway(HTTPS)),
      ['https://*.a.shop.test:8443 at 192.0.2.7'],
    ],
    ['nowhere, where no listener takes it', ways(route('b.test'), 'b.test', gateway(HTTPS)), []],
    [
      'nowhere, where the listener takes routes of its own namespace only',
      ways(route('a.test'), 'a.test', gateway('{name: http, port: 80, protocol: HTTP}')),
      [],
    ],
    [
      'where the Gateway is in the namespace of the route',
      ways(
        route('a.test', '{name: public}'),
        'a.test',
        gateway('{name: http, port: 80, protocol: HTTP}', { namespace: 'shop' }),
      ),
      ['http://a.test:80 at 192.0.2.7'],
    ],
    [
      'nowhere, where the listener takes other kinds of routes',
      ways(
        route('a.test'),
        'a.test',
        gateway(
          '{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}, kinds: [{kind: GRPCRoute}]}}',
        ),
      ),
      [],
    ],
    [
      'nowhere by a listener that passes TLS through',
      ways(route('a.test'), 'a.test', gateway(`{name: tls, port: 443, protocol: TLS, ${ALL}}`)),
      [],
    ],
    [
      'by each of several Gateways',
      ways(
        route('a.test', `${PUBLIC}, {name: own}`),
        'a.test',
        gateway(HTTP),
        gateway('{name: http, port: 81, protocol: HTTP}', { name: 'own', namespace: 'shop' }),
      ),
      ['http://a.test:80 at 192.0.2.7', 'http://a.test:81 at 192.0.2.7'],
    ],
    [
      'as nobody knows, where one of them could not be read',
      ways(route('a.test', `${PUBLIC}, {name: own}`), 'a.test', gateway(HTTP)),
      undefined,
    ],
    [
      'as nobody knows, where a Gateway is not what it should be',
      ways(route('a.test'), 'a.test', gateway('{name: http, port: many, protocol: HTTP}')),
      undefined,
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe('a controller says', () => {
  const said = (controllerName: string, status: string, observedGeneration = 2) => ({
    status: {
      parents: [
        {
          parentRef: { name: 'public', namespace: 'infra' },
          controllerName,
          conditions: [{ type: 'Accepted', status, observedGeneration }],
        },
      ],
    },
  });

  test('that it is Traefik: the default port counts, since its listeners have ports inside of its pods', () => {
    const object = { ...route('a.test'), ...said('traefik.io/gateway-controller', 'True') };
    expect(ways(object, 'a.test', gateway(HTTP.replace('80', '8000')))).toEqual(['http://a.test at 192.0.2.7']);
  });

  test('nothing before the first release: then the class of the Gateway says that it is Traefik', () => {
    const ofClass = (gatewayClassName: string) => {
      const inside = gateway(HTTP.replace('80', '8000'));
      return { ...inside, spec: Object.assign({}, inside.spec, { gatewayClassName }) };
    };
    expect(ways(route('a.test'), 'a.test', ofClass('traefik'))).toEqual(['http://a.test at 192.0.2.7']);
    expect(ways(route('a.test'), 'a.test', ofClass('eg'))).toEqual(['http://a.test:8000 at 192.0.2.7']);
    const other = { ...route('a.test'), ...said('gateway.envoyproxy.io/gatewayclass-controller', 'True') };
    expect(ways(other, 'a.test', ofClass('traefik'))).toEqual(['http://a.test:8000 at 192.0.2.7']);
  });

  test('that it refuses the route as it is now: it is served nowhere', () => {
    expect(ways({ ...route('a.test'), ...said('c', 'False') }, 'a.test', gateway(HTTP))).toEqual([]);
    expect(ways({ ...route('a.test'), ...said('c', 'False', 1) }, 'a.test', gateway(HTTP))).toHaveLength(1);
  });
});

describe('what is requested', () => {
  const asked = (object: HttpRoute, ...gateways: KubeObject[]) => {
    const live = { ...liveOf(object), parents: gateways };
    return routeHostsOf(live, among([live], { hosts: ['x.shop.test'] }), '192.0.2.1').map(
      ({ host, tls, entrance }) =>
        `${tls ? 'https' : 'http'}://${host}:${entrance?.port} at ${entrance?.addresses.join()}`,
    );
  };

  test('of a route without hosts are those of the listeners', () => {
    const one = HTTP.replace('port', 'hostname: a.test, port');
    expect(asked(route(''), gateway(`${one}, ${HTTPS}`))).toEqual([
      'http://a.test:80 at 192.0.2.7',
      'https://x.shop.test:8443 at 192.0.2.7',
    ]);
  });

  test('is what it was where no Gateway may be read', () => {
    expect(asked(route('a.test'))).toEqual(['http://a.test:undefined at undefined']);
  });
});
