import { expect, test } from 'vitest';
import { exchange } from '../../src/cluster/exchange.ts';
import { ApiEdge, json } from './server.ts';

/** Where a request to the API server goes. */

test.each([
  ['', '/api/v1/namespaces/shop'],
  ['/', '/api/v1/namespaces/shop'],
  ['/k8s/clusters/c-1/', '/k8s/clusters/c-1/api/v1/namespaces/shop'],
  ['//other.invalid', '//other.invalid/api/v1/namespaces/shop'],
])('a server with the path "%s" is asked, and no other host, with the whole path', async (prefix, path) => {
  const edge = await ApiEdge.start(json(200));
  const connection = edge.connection();
  const server = new URL(`${connection.server.origin}${prefix}`);
  const call = { method: 'GET', path: '/api/v1/namespaces/shop', query: { watch: '1' }, idempotent: true } as const;
  const response = await exchange({ ...connection, server }, call, AbortSignal.timeout(20_000));
  response.resume();
  expect(edge.asked).toMatchObject([{ path, query: { watch: '1' }, headers: { host: server.host } }]);
});
