import { describe, expect, test } from 'vitest';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import { thrownBy } from '../../core/support.ts';
import {
  gatewayOf as gateway,
  HTTP_LISTENER as HTTP,
  HTTPS_LISTENER as HTTPS,
  previewsOf,
  routeAt as route,
} from './routes.ts';

/** Routes that are refused because of the listeners of their Gateways, and what is said of these. */

test('a route that no listener takes is refused before anything is written, with what they have', () => {
  const listener = "{name: https, port: 443, protocol: HTTPS, hostname: '*.other.test'}";
  const object = route('a.test');
  expect(thrownBy(() => previewsOf([object], {}, [], { parents: [gateway(listener)] }))).toMatchObject({
    code: 'route',
    message: expect.stringContaining(
      'no listener admits it for a.test (Gateway infra/public has https: *.other.test, HTTPS 443, routes from Same)',
    ),
  });
  expect(previewsOf([object], {}, [], { parents: [gateway(HTTP)] })).toHaveLength(1);
});

describe('a host of a preview that no listener serves is refused', () => {
  const atHost = (object: HttpRoute) =>
    thrownBy(() =>
      previewsOf([object], { kind: { by: 'host', host: 'green.other.test' } }, [], {
        parents: [gateway(`${HTTPS}, ${HTTP.replace('port', 'hostname: www.shop.test, port')}`)],
      }),
    );

  test('with what the Gateway has, where a further listener helps', () => {
    expect(atHost(route('a.shop.test'))).toMatchObject({
      code: 'route',
      message: expect.stringMatching(/Gateway infra\/public has https: .*; http: www\.shop\.test,/),
      next: expect.stringContaining('add a listener for it'),
    });
  });

  test('with the listener that the route means alone, where a further one would not help', () => {
    expect(atHost(route('a.shop.test', `{name: public, namespace: infra, sectionName: https}`))).toMatchObject({
      code: 'route',
      message: expect.stringMatching(
        /means of Gateway infra\/public only https: \*\.shop\.test, HTTPS 8443, routes from All\)$/,
      ),
      next: expect.stringMatching(/a further listener would not help.*by header or below a path.*remove sectionName/),
    });
  });
});

describe('a listener that is not there', () => {
  test('is told with those that are', () => {
    const object = route('a.test', '{name: public, namespace: infra, sectionName: htps}');
    expect(thrownBy(() => previewsOf([object], {}, [], { parents: [gateway(HTTP)] }))).toMatchObject({
      message: expect.stringContaining('means no listener of Gateway infra/public, which has http: every host'),
    });
  });
});
