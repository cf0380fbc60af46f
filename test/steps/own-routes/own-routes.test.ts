import { describe, expect, test } from 'vitest';
import { nameOf } from '../../../src/core/kube/objects.ts';
import { servicesOf } from '../../../src/core/release/route.ts';
import type { AdaptedRoute } from '../../../src/routes/adapter.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import type { Ingress } from '../../../src/routes/ingress/object.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import { readSituation } from '../../../src/state/read-situation.ts';
import type { Situation } from '../../../src/state/situation.ts';
import { dropPreviewOf, planOwnRoutes } from '../../../src/steps/own-routes/own-routes.ts';
import { json } from '../../cluster/server.ts';
import { present, side, thrownBy } from '../../core/support.ts';
import { httpRouteOf } from '../../routes/httproute/routes.ts';
import { read } from '../../routes/ingresses.ts';
import { counterparts, ingress, type Looking, look, preview, situation, stackService } from '../../state/app.ts';

/** The preview and parking as they are planned, and how the preview goes. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const GREEN = side('web-v2');

/** The app behind these routes, of whichever kinds. */
function behind({ run }: Looking, allRoutes: readonly AdaptedRoute[]): Situation {
  const basis = { counterparts: counterparts('v2'), config: run.inputs.config };
  return readSituation(run, { allRoutes, services: [V1, V2], slices: [] }, basis);
}

describe('the preview', () => {
  test('and parking are planned together, and the log says what was not checked', async () => {
    const looking = await look();
    const { previews, parking } = planOwnRoutes(looking.run, situation(looking, LIVE), [GREEN]);
    expect(previews.map(({ own }) => own.objects.map(nameOf))).toEqual([['Ingress greenpath-web']]);
    expect(parking.routes.flatMap(({ paths }) => servicesOf(paths))).toEqual(['web-v1', 'web-v2']);
    expect(looking.told()).toContain(
      'The preview changes no other path of namespace shop; routes of other namespaces were not checked, since the account may not list them',
    );
  });

  describe('on a host that another namespace has too', () => {
    const planned = async (foreign: Ingress, config = 'preview: {path: /green}') => {
      const looking = await look({ config });
      const found = situation(looking, LIVE);
      const [{ adapter }] = found.routes;
      const elsewhere = new Map([[adapter, [foreign]]]);
      return { looking, plan: () => planOwnRoutes(looking.run, { ...found, elsewhere }, [GREEN]) };
    };

    test('is refused if it changes how a path there matches', async () => {
      const { plan } = await planned(
        ingress('admin', { paths: { '/admin': 'admin' }, metadata: { namespace: 'ops' } }),
      );
      expect(thrownBy(plan)).toMatchObject({
        code: 'preview-side-effect',
        message: expect.stringContaining('shop.test/admin (Prefix) of Ingress admin in namespace ops matches'),
      });
    });

    const there = { metadata: { namespace: 'ops' } };
    test.each([
      ['has its path', '{path: /green}', ingress('x', { ...there, paths: { '/green/a': 'x' } }), 'preview-taken'],
      ['has its host', '{host: "green.{host}"}', ingress('x', { ...there, host: 'green.shop.test' }), 'preview-taken'],
      [
        'has a name below its host',
        '{path: /green}',
        ingress('x', { ...there, host: 'a.shop.test' }),
        'preview-side-effect',
      ],
      [
        'has a wildcard of its host',
        '{host: "green.{host}"}',
        ingress('x', { ...there, host: '*.shop.test' }),
        'preview-side-effect',
      ],
    ])('is refused if somebody there %s', async (_, kind, foreign, code) => {
      const looking = await look({ config: `preview: ${kind}` });
      const live = ingress('web', {
        host: code === 'preview-side-effect' && kind.includes('path') ? '*.shop.test' : 'shop.test',
      });
      const found = situation(looking, { ...LIVE, ingresses: [live] });
      const elsewhere = new Map([[found.routes[0].adapter, [foreign]]]);
      expect(thrownBy(() => planOwnRoutes(looking.run, { ...found, elsewhere }, [GREEN]))).toMatchObject({
        code,
        message: expect.stringContaining('Ingress x in namespace ops'),
      });
    });

    test('is refused if an app of the same name has its preview there', async () => {
      const { plan } = await planned(preview('v2'), 'preview: {host: green.shop.test}');
      expect(plan).not.toThrow();
      const same = ingress('greenpath-web', {
        host: 'green.shop.test',
        metadata: { namespace: 'ops', labels: { 'greenpath.dev/app': 'web' } },
      });
      expect(thrownBy((await planned(same, 'preview: {host: green.shop.test}')).plan)).toMatchObject({
        code: 'preview-taken',
      });
    });

    test.each([
      [
        '{host: "green.{host}"}',
        'The preview takes its host from no route among the ingresses of this namespace and others',
      ],
      ['{header: {}}', 'Only requests with the header X-Preview: green go to the preview, so it was not compared'],
    ])('by %s says what it was compared with', async (kind, text) => {
      const { looking, plan } = await planned(ingress('x', { ...there, host: 'x.test' }), `preview: ${kind}`);
      plan();
      expect(looking.told()).toContain(text);
    });

    test('does not count what Greenpath created there', async () => {
      const { looking, plan } = await planned(preview('v9'));
      plan();
      expect(looking.told()).toContain(
        'The preview changes no other path among the ingresses of this namespace and others',
      );
    });
  });

  test('that the config lets change other paths says so', async () => {
    const looking = await look({ config: 'preview: {overlap: accept}' });
    planOwnRoutes(looking.run, situation(looking, LIVE), [GREEN]);
    expect(looking.told()).toContain(
      'The config accepts that the preview may change where requests for other paths go',
    );
  });

  test('of a route that strips paths itself is beside it until it exists', async () => {
    const looking = await look();
    const annotations = {
      'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
      'nginx.ingress.kubernetes.io/use-regex': 'true',
    };
    const backend = { service: { name: 'web', port: { number: 80 } } };
    const rules = [
      { host: 'shop.test', http: { paths: [{ path: '/()(.*)', pathType: 'ImplementationSpecific', backend }] } },
    ];
    const planned = ingress('web', { metadata: { annotations }, spec: { rules } });
    const found = situation(looking, { services: [V2] }, undefined, [planned]);
    const { previews } = planOwnRoutes(looking.run, found, [GREEN]);
    expect(previews.map(({ own }) => [own.objects.map(nameOf), own.patch])).toEqual([[['Ingress greenpath-web'], []]]);
  });

  test('of a stack that goes is taken away; that of another one stays', async () => {
    const gone = await look({}, json(200, {}));
    await dropPreviewOf(gone.run, situation(gone, { ...LIVE, ingresses: [ingress(), preview('v2')] }), ['web-v2']);
    expect(gone.asked.map(({ method }) => method)).toEqual(['DELETE']);
    const stays = await look();
    await dropPreviewOf(stays.run, situation(stays, { ...LIVE, ingresses: [ingress(), preview('v2')] }), ['web-v3']);
    expect(stays.asked).toEqual([]);
  });
});

/** A live HTTPRoute that this controller serves. */
function servedBy(controllerName: string, name = 'web') {
  const conditions = [{ type: 'Accepted', status: 'True' }];
  return httpRouteOf('{parentRefs: [{name: public}], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}', {
    metadata: { name, namespace: 'shop' },
    status: { parents: [{ parentRef: { name: 'public' }, controllerName, conditions }] },
  });
}

test('behind the Gateway of a cloud no candidate is deployed, and what runs there can still leave', async () => {
  const looking = await look({ route: 'httproute/web' });
  const found = behind(looking, [routeOf(httpRoute, servedBy('networking.gke.io/gateway'))] as AdaptedRoute[]);
  expect(thrownBy(() => planOwnRoutes(looking.run, found, [GREEN]))).toMatchObject({
    code: 'route',
    message: expect.stringContaining('the Gateway controller of GKE'),
  });
});

describe('behind a Gateway, deploy-green says', () => {
  test('once which controller nobody tried a release through', async () => {
    const looking = await look({ route: 'httproute/web, httproute/api' });
    const routes = ['web', 'api'].map((name) => servedBy('io.cilium/gateway-controller', name));
    const allRoutes = routes.map((one) => routeOf(httpRoute, one)) as AdaptedRoute[];
    planOwnRoutes(looking.run, behind(looking, allRoutes), [GREEN]);
    expect(looking.told().match(/no release through the Gateway controller io\.cilium\S+ was tried/g)).toHaveLength(1);
    expect(looking.told()).toContain(
      'The preview changes no other path of namespace shop; routes of other namespaces were not checked, since the account may not list them',
    );
  });

  test.each([
    ['that a policy which names the live route does not hold for the preview', '', true],
    ['nothing of that if the config accepts it', 'preview: {unprotected: accept}', false],
  ])('%s', async (_, config, isSaid) => {
    const looking = await look({ route: 'httproute/web', config });
    const found = behind(looking, [routeOf(httpRoute, servedBy('c'))] as AdaptedRoute[]);
    planOwnRoutes(looking.run, found, [GREEN]);
    expect(looking.told().includes('What protects HTTPRoute web by its name alone')).toBe(isSaid);
  });

  test('of which kind of two the routes of other namespaces were not checked', async () => {
    const looking = await look({ route: 'ingress/web, httproute/web' });
    const route = httpRouteOf('{parentRefs: [{name: public}], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}');
    const allRoutes = [read(ingress()), routeOf(httpRoute, route)] as AdaptedRoute[];
    const found = behind(looking, allRoutes);
    const elsewhere = new Map([[present(allRoutes[0]).adapter, []]]);
    planOwnRoutes(looking.run, { ...found, elsewhere }, [GREEN]);
    expect(looking.told()).toContain('; httproutes of other namespaces were not checked, since');
  });
});
