import { describe, expect, test } from 'vitest';
import { httpRoute } from '../../src/routes/httproute/adapter.ts';
import { readOtherRoutes } from '../../src/state/read-routes.ts';
import { type Answering, json } from '../cluster/server.ts';
import { byPath, httpRouteTo, items, KINDS_OF_GATEWAY_API, look } from './app.ts';

const forbidden = json(403, {
  message:
    'httproutes.gateway.networking.k8s.io is forbidden: User "ci" cannot list resource "httproutes" in API group "gateway.networking.k8s.io" in the namespace "shop"',
});
const GROUP = '/apis/gateway.networking.k8s.io/v1';

/** Reads twice, as retire does, in a run whose input `route` names these. */
async function readTwice(route: string, answers: Readonly<Record<string, Answering>>) {
  const { asked, told, run } = await look({ route }, byPath(answers));
  await readOtherRoutes(run);
  const found = (await readOtherRoutes(run)).map(({ ref }) => `${ref.kind}/${ref.name}`);
  return { found, told, asked: asked.map(({ path }) => path.replace(/.*\/namespaces\/shop\//, '')) };
}

describe('routes of the kinds that no live route has', () => {
  test('are read where the cluster has the kind, which is asked once', async () => {
    const { found, asked } = await readTwice('ingress/web', {
      ...KINDS_OF_GATEWAY_API,
      'GET httproutes': items(httpRouteTo('web-v2')),
    });
    expect(found).toEqual(['httproute/web']);
    expect(asked).toEqual([GROUP, 'httproutes', 'httproutes']);
  });

  test('cost one request and no word where the cluster lacks the kind', async () => {
    const { found, asked, told } = await readTwice('ingress/web', {});
    expect([found, asked, told()]).toEqual([[], [GROUP], '']);
  });

  test('are left out, and one line says so, where the account may not list them', async () => {
    const { found, asked, told } = await readTwice('ingress/web', {
      ...KINDS_OF_GATEWAY_API,
      'GET httproutes': forbidden,
    });
    expect([found, asked]).toEqual([[], [GROUP, 'httproutes']]);
    expect(
      told().match(/HTTPRoutes were not read, so none keeps a Service that it names: .*may not list/g),
    ).toHaveLength(1);
  });

  test('are listed where the account may not even ask which kinds there are', async () => {
    const { found } = await readTwice('ingress/web', {
      [`GET ${GROUP}`]: json(403, { message: 'forbidden: User "ci" cannot get path "/apis"' }),
      'GET httproutes': items(httpRouteTo('web-v2')),
    });
    expect(found).toEqual(['httproute/web']);
  });

  test('are none where live routes have every kind', async () => {
    expect(await readTwice(`${httpRoute.resource.kind.toLowerCase()}/web`, {})).toMatchObject({ found: [], asked: [] });
  });

  test('end the run if the server fails', async () => {
    const { run } = await look({}, byPath({ ...KINDS_OF_GATEWAY_API, 'GET httproutes': json(401) }));
    await expect(readOtherRoutes(run)).rejects.toMatchObject({ code: 'unauthorized' });
  });
});
