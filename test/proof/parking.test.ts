import { describe, expect, test } from 'vitest';
import { lookThroughAll } from '../../src/proof/parking.ts';
import { Backend } from './backend.ts';

/** Looks at parking over real sockets: what is asked, and what it is taken for. */

const HOST = 'web.parking.test';
type Router = (url: string) => [status: number, body: string];
/** A router that answers at parking's host by `parked` and at the live host by `live`; and the URLs that it was asked for. */
async function routerOf(parked: Router, live: Router) {
  const asked: string[] = [];
  const { front: endpoint } = await Backend.start((response, { headers: { host = '' }, url = '' }) => {
    asked.push(host + url);
    const [status, body] = (host === HOST ? parked : live)(url);
    response.writeHead(status).end(body);
  });
  return { endpoint, asked };
}
const look = async ({ endpoint }: Awaited<ReturnType<typeof routerOf>>, settleTime = 0, green = '/green') => {
  const url = { host: HOST, path: '/abc' };
  const request = { url, green, since: performance.now(), settleTime: settleTime };
  return (await lookThroughAll([endpoint], request, AbortSignal.timeout(20_000))).together;
};

const refused: Router = () => [403, 'Forbidden'];
const unserved: Router = () => [404, 'no such host'];
const page: Router = () => [200, 'hello'];

describe.concurrent('parking', () => {
  test('that is closed takes two requests and no waiting', async () => {
    const router = await routerOf(refused, page);
    expect(await look(router, 20_000)).toBe('closed');
    expect(router.asked).toEqual([`${HOST}/abc`, 'example.test/green/abc']);
  });

  test('is no more than unknown to a runner that the live route does not let in', async () => {
    const router = await routerOf(refused, refused);
    expect(await look(router)).toBe('unknown');
    expect(router.asked).toContain('example.test/green/');
  });

  test('is open where an application answers 403 to a path that it does not know', async () => {
    const router = await routerOf(refused, (url) => (url === '/green/' ? page(url) : refused(url)));
    expect(await look(router)).toBe('open');
  });

  test('is open where pages of the application come', async () => {
    expect(await look(await routerOf(page, page))).toBe('open');
  });

  test('is unserved where all of its host gives one error', async () => {
    expect(await look(await routerOf(unserved, page))).toBe('unserved');
  });

  test('is asked again until the router knows it', async () => {
    let count = 0;
    const late: Router = (url) => {
      count += 1;
      return count > 4 ? refused(url) : unserved(url);
    };
    expect(await look(await routerOf(late, page), 20_000)).toBe('closed');
  });

  test('is compared with the live URLs after a switch', async () => {
    const router = await routerOf(refused, page);
    expect(await look(router, 20_000, '')).toBe('closed');
    expect(router.asked).toContain('example.test/abc');
  });
});
