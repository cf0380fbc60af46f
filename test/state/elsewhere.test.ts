import { describe, expect, test } from 'vitest';
import type { RouteAdapter } from '../../src/routes/adapter.ts';
import { httpRoute } from '../../src/routes/httproute/adapter.ts';
import { ingress as ingressKind } from '../../src/routes/ingress/adapter.ts';
import { readElsewhere } from '../../src/state/elsewhere.ts';
import { json } from '../cluster/server.ts';
import { httpRouteOf } from '../routes/httproute/routes.ts';
import { byPath, ingress, items, look, situation, stackService } from './app.ts';

/** Which routes of other namespaces are read: those that may have the hosts of the app. */

const CLASSES = 'GET /apis/networking.k8s.io/v1/ingressclasses';
const INGRESSES = 'GET /apis/networking.k8s.io/v1/ingresses';
const DENIED = json(403, { message: 'no' });
const there = [ingress(), ingress('web', { metadata: { namespace: 'ops' } })];

async function reading(answers: Parameters<typeof byPath>[0], className = 'nginx') {
  const looking = await look({}, byPath(answers));
  const route = ingress('web', { spec: { ingressClassName: className } });
  const found = situation(looking, { ingresses: [route], services: [stackService('v1')] });
  const lists = [...(await readElsewhere(looking.run, found)).values()];
  const names = lists.map((list) => list.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  return { names, asked: looking.asked.map(({ method, path }) => `${method} ${path}`) };
}

describe('Ingresses of other namespaces', () => {
  test('are read with an account that may see the whole cluster', async () => {
    const { names, asked } = await reading({ [CLASSES]: items(), [INGRESSES]: items(...there) });
    expect(names).toEqual([['ops/web']]);
    expect(asked).toEqual([CLASSES, INGRESSES]);
  });

  test('are not asked for with one that may not even see IngressClasses', async () => {
    const { names, asked } = await reading({ [CLASSES]: DENIED, [INGRESSES]: items(...there) });
    expect(names).toEqual([]);
    expect(asked).toEqual([CLASSES]);
  });

  test('are unknown, and not none, if only they are denied', async () => {
    const { names } = await reading({ [CLASSES]: items(), [INGRESSES]: DENIED });
    expect(names).toEqual([]);
  });

  test('are read whichever router serves the app', async () => {
    const { names } = await reading({ [CLASSES]: items(), [INGRESSES]: items(...there) }, 'traefik');
    expect(names).toEqual([['ops/web']]);
  });
});

describe('HTTPRoutes of other namespaces', () => {
  const ROUTES = 'GET /apis/gateway.networking.k8s.io/v1/httproutes';
  const routes = async (answers: Parameters<typeof byPath>[0], adapters: readonly RouteAdapter[] = [httpRoute]) => {
    const looking = await look({}, byPath(answers));
    const read = await readElsewhere(looking.run, { routes: adapters.map((adapter) => ({ adapter })) });
    const names = [...(read.get(httpRoute) ?? [])].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    return { names, kinds: [...read.keys()], asked: looking.asked.map(({ method, path }) => `${method} ${path}`) };
  };
  const list = items(
    ...['shop', 'ops'].map((namespace) => httpRouteOf('{rules: []}', { metadata: { name: 'web', namespace } })),
  );

  test('are read in one request with an account that may list them', async () => {
    const { names, asked } = await routes({ [ROUTES]: list });
    expect([names, asked]).toEqual([['ops/web'], [ROUTES]]);
  });

  test('keep what opens their parking to themselves', async () => {
    const token = '0123456789abcdef'.repeat(2);
    const rules = `{rules: [{matches: [{path: {type: Exact, value: /${token}}}]}]}`;
    const parking = httpRouteOf(rules, { metadata: { name: 'greenpath-api-parking', namespace: 'ops' } });
    const { run } = await look({}, byPath({ [ROUTES]: items(parking) }));
    await readElsewhere(run, { routes: [{ adapter: httpRoute }] });
    expect(run.report.masked(`/${token} of HTTPRoute greenpath-api-parking`)).toBe(
      '/*** of HTTPRoute greenpath-api-parking',
    );
  });

  test('are unknown, and not none, to one that may not: it asks once', async () => {
    const { kinds, asked } = await routes({ [ROUTES]: DENIED });
    expect([kinds, asked]).toEqual([[], [ROUTES]]);
  });

  test('are read beside Ingresses, whatever the account may see of these', async () => {
    const { names, kinds, asked } = await routes({ [CLASSES]: DENIED, [ROUTES]: list }, [ingressKind, httpRoute]);
    expect([names, kinds, asked]).toEqual([['ops/web'], [httpRoute], [CLASSES, ROUTES]]);
  });
});
