import { describe, expect, test } from 'vitest';
import { previewAt } from '../../../src/core/base/route-host.ts';
import type { Endpoint } from '../../../src/proof/probe.ts';
import type { AdaptedRoute } from '../../../src/routes/adapter.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import { readSituation } from '../../../src/state/read-situation.ts';
import { askParking } from '../../../src/steps/own-routes/ask-parking.ts';
import { planParking } from '../../../src/steps/own-routes/parking.ts';
import { lookAtParking } from '../../../src/steps/own-routes/parking-look.ts';
import { side } from '../../core/support.ts';
import { shop } from '../../modes/app.ts';
import { Backend, type Handler } from '../../proof/backend.ts';
import { httpRouteOf } from '../../routes/httproute/routes.ts';
import { counterparts, items, look, stackService } from '../../state/app.ts';

/** Parking of an app behind two sets of Gateways: each has an object of its own. */

const TOKEN = 'x-greenpath-parking-token';
const SERVICES = [stackService('v1'), stackService('v2')];
const live = (name: string, gateway: string): HttpRoute =>
  httpRouteOf(
    `{parentRefs: [{name: ${gateway}}], hostnames: [${name}.test], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}`,
    { metadata: { name, namespace: 'shop', uid: name, resourceVersion: '7', generation: 2 } },
  );
const ROUTES = [live('public', 'outside'), live('staff', 'inside')];

/** A Gateway that serves everybody's pages, and parking to those who have `token`; which tokens it was sent. */
async function gatewayWith(answer: Handler) {
  const sent: string[] = [];
  const { front } = await Backend.start((response, request, count) => {
    const token = request.headers[TOKEN];
    if (typeof token === 'string') sent.push(token);
    answer(response, request, count);
  });
  return { sent, address: `${front.address.host}:${front.address.port}` };
}
const serving: Handler = (response, { headers }) => {
  const token = headers[TOKEN];
  response.writeHead(200, typeof token === 'string' ? { [TOKEN]: token } : {}).end('page');
};

/** The app behind two Gateways that answer so, and its parking. */
async function behind(outside: Handler, inside: Handler) {
  const gateways = [await gatewayWith(outside), await gatewayWith(inside)] as const;
  const config = `addresses: {httproute/public: ["${gateways[0].address}"], httproute/staff: ["${gateways[1].address}"]}`;
  const more = { 'GET httproutes': items(...ROUTES) };
  const looking = await look(
    { config, route: 'httproute/public\nhttproute/staff' },
    shop({ services: SERVICES, more }),
  );
  const allRoutes = ROUTES.map((one) => routeOf(httpRoute, one)) as AdaptedRoute[];
  const namespace = { allRoutes, services: SERVICES, slices: [] };
  const { run } = looking;
  const found = readSituation(run, namespace, { counterparts: counterparts('v2'), config: run.inputs.config });
  const { routes } = planParking(run, found, [side('web-v2')], run.inputs.config, { less: [], previews: [] });
  const written = { parking: routes, since: performance.now() - 60_000, config: run.inputs.config };
  return { looking, found, gateways, written };
}
const tokensIn = (parking: readonly { readonly paths: AdaptedRoute['paths'] }[]) =>
  parking.map(({ paths }) => paths.find(({ service }) => service === 'web-v2')?.condition?.headers);

describe('parking at two sets of Gateways', () => {
  test('is asked for with the token of each, where that one is served', async () => {
    const { looking, found, gateways, written } = await behind(serving, serving);
    const green = (door: Endpoint) => previewAt(found.previewKind, door);
    const looked = await askParking(
      looking.run,
      found,
      { ...written, green, mustClose: false },
      ({ service, condition }) => service === 'web-v2' && condition !== undefined,
    );
    expect(looked.map(({ seen, hidden }) => [seen.together, hidden])).toEqual([
      ['closed', true],
      ['closed', true],
    ]);
    const tokens = tokensIn(written.parking).map((headers) => Object.values(headers ?? {})[0]);
    expect(new Set(tokens).size).toBe(2);
    expect(gateways.map(({ sent }) => sent)).toEqual(tokens.map((token) => [token]));
  });

  test.each<[string, Handler, string]>([
    ['gives no answer', (response) => response.destroy(), 'gave no answer'],
    [
      'has only an error for those who know the way',
      (response, { headers }) => response.writeHead(TOKEN in headers ? 503 : 200).end(),
      'was answered with 503',
    ],
  ])('is not taken for closed if one of them %s', async (_, inside, text) => {
    const { looking, found, gateways, written } = await behind(serving, inside);
    const router = { preview: true, closedFirst: false };
    const ended = await lookAtParking(looking.run, found, counterparts('v2'), { ...written, router }).catch(
      (error: unknown) => error,
    );
    expect(ended).toMatchObject({
      code: 'parking-open',
      message: expect.stringMatching(
        new RegExp(
          `^it was not seen that parking is closed: http://staff\\.test/.* through ${gateways[1].address} ${text}`,
        ),
      ),
    });
  });

  test('that nothing shows which sets no headers of answers is only warned of: that is no core feature', async () => {
    const { looking, found, written } = await behind(serving, (response) => response.end('page'));
    await lookAtParking(looking.run, found, counterparts('v2'), {
      ...written,
      router: { preview: true, closedFirst: false },
    });
    expect(looking.told()).toContain('the router does not set headers of answers');
  });

  test('is not asked, and a warning says so, where the live routes are attached elsewhere by now', async () => {
    const { looking, found, written } = await behind(serving, serving);
    const moved = written.parking.map((route) => ({
      ...route,
      object: { ...route.object, spec: { ...(route.object.spec as object), parentRefs: [{ name: 'other' }] } },
    }));
    await lookAtParking(looking.run, found, counterparts('v2'), { ...written, parking: moved });
    expect(looking.told()).toMatch(/greenpath-\S+ is not attached where the live route is, so it was not checked/);
  });
});

describe('parking of one route with two hosts', () => {
  const HOSTS = ['shop.test', 'shop.inside.test'] as const;
  const route = httpRouteOf(
    `{parentRefs: [{name: gw}], hostnames: [${HOSTS.join(', ')}], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}`,
    { metadata: { name: 'web', namespace: 'shop', uid: 'web', resourceVersion: '7', generation: 2 } },
  );
  const SHUT: Handler = (response) => response.writeHead(404).end();
  /** A Gateway with listeners for these hosts. */
  const gatewayFor = (hosts: readonly string[]) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gw', namespace: 'shop' },
    spec: { listeners: hosts.map((hostname, at) => ({ name: `l${at}`, hostname, port: 80, protocol: 'HTTP' })) },
  });

  /** What is seen at Gateways that serve one host each, if listeners admit `admitted`; and the hosts of parking there. */
  async function seenAt(served: Handler, admitted: readonly string[] = HOSTS) {
    const asked: string[] = [];
    const addresses = await Promise.all(
      HOSTS.map(async (own) => {
        const { address } = await gatewayWith((response, request, count) => {
          const { host = '' } = request.headers;
          if (TOKEN in request.headers) asked.push(host);
          (host === own ? served : SHUT)(response, request, count);
        });
        return `${own}: ["${address}"]`;
      }),
    );
    const looking = await look({ config: `addresses: {${addresses.join(', ')}}`, route: 'httproute/web' });
    const { run } = looking;
    const { config } = run.inputs;
    const allRoutes = [routeOf(httpRoute, route)] as AdaptedRoute[];
    const namespace = { allRoutes, services: SERVICES, slices: [], parents: [gatewayFor(admitted)] };
    const found = readSituation(run, namespace, { counterparts: counterparts('v2'), config });
    const { routes } = planParking(run, found, [side('web-v2')], config, { less: [], previews: [] });
    const written = { parking: routes, since: performance.now() - 60_000, config };
    const green = (door: Endpoint) => previewAt(found.previewKind, door);
    const [looked] = await askParking(
      run,
      found,
      { ...written, green, mustClose: false },
      ({ service }) => service === 'web-v2',
    );
    return { asked, seen: looked?.seen.all.map(({ seen }) => seen), together: looked?.seen.together };
  }

  test('is asked for at each Gateway by the host that this one serves', async () => {
    const { asked, seen } = await seenAt(serving);
    expect(seen).toEqual(['closed', 'closed']);
    expect(asked.toSorted()).toEqual(HOSTS.toSorted());
  });

  test('is asked for by the second host if nothing serves the first', async () => {
    const { asked, together } = await seenAt(serving, HOSTS.slice(1));
    expect(together).toBe('closed');
    expect(asked).toEqual([HOSTS[1]]);
  });
});
