import { describe, expect, test } from 'vitest';
import { lookThroughAll } from '../../src/proof/parking.ts';
import type { Endpoint } from '../../src/proof/probe.ts';
import { Backend } from './backend.ts';

/** Looks at parking over real sockets: what is asked, and what it is taken for. */

const HOST = 'web.parking.test';
type Router = (url: string) => [status: number, body: string];
/**
 * A router that answers at parking's host by `parked`, at the live host by `live` and at others by `other`; and the URLs
 * that it was asked for.
 */
async function routerOf(parked: Router, live: Router, other: Router = unserved) {
  const asked: string[] = [];
  const { front: endpoint } = await Backend.start((response, { headers: { host = '' }, url = '' }) => {
    asked.push(host + url);
    const [status, body] = (host === HOST ? parked : host.endsWith('.invalid') ? other : live)(url);
    response.writeHead(status).end(body);
  });
  return { endpoint, asked };
}
const below = (path: string) => (door: Endpoint) => ({ ...door, prefix: path });
const look = async (
  { endpoint }: Awaited<ReturnType<typeof routerOf>>,
  settleTime = 0,
  { green = below('/green'), patience }: { green?: (door: Endpoint) => Endpoint; patience?: number } = {},
) => {
  const url = () => ({ host: HOST, path: '/abc' });
  const request = { url, key: undefined, green, since: performance.now(), settleTime, patience };
  return (await lookThroughAll([endpoint], request, AbortSignal.timeout(20_000))).together;
};

const refused: Router = () => [403, 'Forbidden'];
const unserved: Router = () => [404, 'no such host'];
const page: Router = () => [200, 'hello'];
const closed: Router = (url) => (url === '/abc' ? refused(url) : unserved(url));

describe.concurrent('parking', () => {
  test('that is closed takes three requests and no waiting', async () => {
    const router = await routerOf(closed, page);
    expect(await look(router, 20_000)).toBe('closed');
    expect(router.asked).toEqual([
      `${HOST}/abc`,
      expect.stringMatching(/^[0-9a-f]{32}\.greenpath\.invalid\/abc$/),
      'example.test/green/abc',
    ]);
  });

  test('is closed where all of its host is, as behind ingress-nginx', async () => {
    expect(await look(await routerOf(refused, page))).toBe('closed');
  });

  test('is no more than refused where something in front refuses every host that it does not know', async () => {
    expect(await look(await routerOf(refused, page, refused))).toBe('refused');
  });

  test('is no more than refused to a runner that the live route does not let in', async () => {
    const router = await routerOf(refused, refused);
    expect(await look(router)).toBe('refused');
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

  test('is not known where the rate of requests is limited', async () => {
    const limited: Router = () => [429, 'slow down'];
    expect(await look(await routerOf(limited, page))).toBe('unknown');
  });

  test('is asked again until the router knows it', async () => {
    let count = 0;
    const late: Router = (url) => {
      count += 1;
      return count > 4 ? closed(url) : unserved(url);
    };
    expect(await look(await routerOf(late, page), 20_000)).toBe('closed');
    count = 0;
    expect(await look(await routerOf(late, page))).toBe('unserved');
    count = 0;
    expect(await look(await routerOf(late, page), 0, { patience: 20_000 })).toBe('closed');
  });

  test('is asked three times where an address shows nothing, and is unknown although another one is closed', async () => {
    const { endpoint } = await routerOf(closed, page);
    let count = 0;
    const dead = await Backend.start((response) => {
      count += 1;
      response.destroy();
    });
    const question = {
      url: () => ({ host: HOST, path: '/abc' }),
      key: undefined,
      green: below('/green'),
      settleTime: 0,
    };
    const since = performance.now();
    const look = await lookThroughAll([endpoint, dead.front], { ...question, since }, AbortSignal.timeout(20_000));
    expect(look.together).toBe('unknown');
    expect(look.all.map(({ seen, isExtra }) => [seen, isExtra])).toEqual([
      ['closed', false],
      ['unknown', false],
    ]);
    expect(count).toBe(6);
  });

  test('is not unknown because one answer got lost when the time was over', async () => {
    const { endpoint } = await routerOf(closed, page);
    const since = performance.now();
    const isLate = () => performance.now() - since > 1_000;
    let lost = 0;
    // Nothing serves it, so that the router is asked until the time is over.
    const other = await Backend.start((response) => {
      if (isLate() && lost === 0) {
        lost += 1;
        response.destroy();
      } else response.writeHead(404).end();
    });
    const question = {
      url: () => ({ host: HOST, path: '/abc' }),
      key: undefined,
      green: below('/green'),
      settleTime: 1_000,
    };
    const look = await lookThroughAll([endpoint, other.front], { ...question, since }, AbortSignal.timeout(20_000));
    expect([look.together, lost]).toEqual(['closed', 1]);
  });

  test('is asked less often where the rate of requests is limited', async () => {
    const asked: number[] = [];
    const router = await routerOf((url) => {
      asked.push(performance.now());
      const inLastSecond = asked.filter((at) => at > performance.now() - 1_000);
      return inLastSecond.length > 2 ? [429, 'slow down'] : unserved(url);
    }, page);
    expect(await look(router, 2_000)).toBe('unserved');
  });

  test('is compared with the live URLs after a switch', async () => {
    const router = await routerOf(closed, page);
    expect(await look(router, 20_000, { green: below('') })).toBe('closed');
    expect(router.asked).toContain('example.test/abc');
  });
});

describe.concurrent('parking that only a header opens', () => {
  const KEY = { 'X-Key': 'k'.repeat(32) };
  type Answer = Readonly<{ status: number; headers: Record<string, string> }>;
  /** A router that answers requests without the key, and those with it; what it was asked for, by host and key. */
  async function seen(without: Answer, withKey: Answer, hosts: { readonly host?: string } = { host: HOST }) {
    const asked: string[] = [];
    const { front } = await Backend.start((response, { headers, url = '' }) => {
      const isOpen = headers['x-key'] === KEY['X-Key'];
      asked.push(`${headers.host}${url}${isOpen ? ' with the key' : ''}`);
      const { status, headers: own } = isOpen ? withKey : without;
      response.writeHead(status, own).end();
    });
    const url = (door: Endpoint) => ({ host: hosts.host ?? door.host, path: '/abc' });
    const request = { url, key: KEY, green: below('/green'), since: performance.now(), settleTime: 0 };
    const { together } = await lookThroughAll([front], request, AbortSignal.timeout(20_000));
    return { together, asked };
  }
  const parked = { status: 200, headers: KEY };
  const blue = { status: 200, headers: {} };
  const none = { status: 404, headers: {} };

  test.each<[string, Answer, Answer, string]>([
    ['is closed if the live version answers everybody else', blue, parked, 'closed'],
    ['is closed if the router answers everybody else', none, parked, 'closed'],
    ['is closed if the parked Service has no pods', none, { ...parked, status: 503 }, 'closed'],
    ['is open if a parked Service answers everybody', parked, parked, 'open'],
    ['is open if a parked Service refuses everybody by itself', { ...parked, status: 404 }, parked, 'open'],
    ['is unserved if the key opens nothing', blue, blue, 'unserved'],
    ['is unknown if the router answers with an error of its own', none, { ...none, status: 503 }, 'unknown'],
  ])('%s', async (_, without, withKey, together) => {
    expect(await seen(without, withKey)).toMatchObject({ together });
  });

  test('is asked with the credentials of the config, where what is in front of the router asks for them', async () => {
    const carries = { authorization: 'Basic dTpw' };
    const refusing = { status: 401, headers: {} };
    const asked: (string | undefined)[] = [];
    const { front } = await Backend.start((response, { headers }) => {
      asked.push(headers.authorization);
      const served = headers['x-key'] === KEY['X-Key'] ? parked : blue;
      const { status, headers: own } = headers.authorization === carries.authorization ? served : refusing;
      response.writeHead(status, own).end();
    });
    const url = ({ host }: Endpoint) => ({ host, path: '/abc' });
    const request = { url, key: KEY, green: below('/green'), since: performance.now(), settleTime: 0 };
    const { together } = await lookThroughAll([{ ...front, carries }], request, AbortSignal.timeout(20_000));
    expect(together).toBe('closed');
    expect(asked).toEqual([carries.authorization, carries.authorization]);
  });

  test('is asked twice, and on the host of the endpoint if it has none', async () => {
    expect((await seen(blue, parked)).asked).toEqual([`${HOST}/abc`, `${HOST}/abc with the key`]);
    expect((await seen(blue, parked, {})).asked).toContain('example.test/abc with the key');
  });
});
