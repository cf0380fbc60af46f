import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Client, Clients, KeptConnectionClosed } from '../../harness/clients.ts';

/** What clients make of a router that closes connections, each against a server of real sockets. */

const WHOLE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const HALF = 'HTTP/1.1 200 OK\r\nContent-Le';
const DONE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';
/** An answer, or nothing; all but WHOLE close the connection. */
type Reaction = typeof WHOLE | typeof HALF | typeof DONE | '';

let server: Server;
let clients: Clients;
afterEach(async () => {
  clients.close();
  server.close();
  await once(server, 'close');
});

/**
 * A server, with clients of it, that reacts to the requests of each connection in this order; the connections after the
 * last one that is listed react as it does. Returns the number of requests on each connection so far.
 */
async function listen(connections: readonly (readonly Reaction[])[], wait = 0, idle = 30_000): Promise<number[]> {
  const asked: number[] = [];
  server = createServer((socket) => {
    const reactions = connections[Math.min(asked.length, connections.length - 1)] ?? [];
    const index = asked.push(0) - 1;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const reaction = reactions[asked[index] ?? 0] ?? '';
      asked[index] = (asked[index] ?? 0) + 1;
      setTimeout(() => react(socket, reaction), wait);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  clients = new Clients({ proxy: `127.0.0.1:${port}`, host: 'web.test', identify: (_, body) => body, idle });
  return asked;
}

function react(socket: Socket, reaction: Reaction): void {
  if (reaction === WHOLE) socket.write(reaction);
  else if (reaction === '') socket.resetAndDestroy();
  else socket.end(reaction);
}

/** What comes of requests one after the other. */
async function series(client: Client, count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    const outcome = await clients.send(client, '/').then(
      ({ status, resent }) => ({ status, resent }),
      (error: Error) => (error instanceof KeptConnectionClosed ? 'closed' : 'lost'),
    );
    seen.push(outcome);
  }
  return seen;
}

const answered = { status: 200, resent: false };

describe('a kept connection that is closed before it answers', () => {
  const closing = [[WHOLE, ''], [DONE]] as const;

  test('is asked again by a re-sending client, once and over a new connection', async () => {
    const asked = await listen(closing);
    expect(await series('re-sending', 2)).toEqual([answered, { status: 200, resent: true }]);
    expect(asked).toEqual([2, 1]);
  });

  test('is a loss of its own sort for a client that asks once', async () => {
    const asked = await listen(closing);
    expect(await series('kept-alive', 2)).toEqual([answered, 'closed']);
    expect(asked).toEqual([2]);
  });

  test('is lost if the new connection is closed too', async () => {
    const asked = await listen([[WHOLE, ''], ['']]);
    expect(await series('re-sending', 2)).toEqual([answered, 'lost']);
    expect(asked).toEqual([2, 1]);
  });

  test('is known also to a request that waited until a connection became free', async () => {
    const first20 = Array.from({ length: 20 }, () => [WHOLE, ''] as const);
    const asked = await listen([...first20, [DONE]], 20);
    const all = await Promise.all(Array.from({ length: 21 }, () => clients.send('re-sending', '/')));
    expect(all.filter(({ resent }) => resent)).toHaveLength(1);
    expect(asked.toSorted()).toEqual([...Array(20).fill(1), 2]);
  });
});

describe('what a re-sending client does not ask again', () => {
  test('a new connection that is closed', async () => {
    const asked = await listen([['']]);
    expect(await series('re-sending', 1)).toEqual(['lost']);
    expect(asked).toEqual([1]);
  });

  test('a kept connection that is closed in the middle of an answer', async () => {
    const asked = await listen([[WHOLE, HALF]]);
    expect(await series('re-sending', 2)).toEqual([answered, 'lost']);
    expect(asked).toEqual([2]);
  });
});

test('a client closes a connection that it has not used for long, before the proxy does', async () => {
  await listen([[WHOLE]], 0, 50);
  const [connected] = await Promise.all([once(server, 'connection'), clients.send('kept-alive', '/')]);
  await once(connected[0] as Socket, 'close');
});

test('a fresh client has a connection for each request, a kept-alive one has one for all', async () => {
  const fresh = await listen([[WHOLE, WHOLE, WHOLE]]);
  expect(await series('fresh', 3)).toEqual([answered, answered, answered]);
  expect(await series('kept-alive', 3)).toEqual([answered, answered, answered]);
  expect(fresh).toEqual([1, 1, 1, 3]);
});
