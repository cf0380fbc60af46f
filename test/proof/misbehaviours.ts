import { gzipSync } from 'node:zlib';
import type { Handler } from './backend.ts';

/** What a server may do instead of answering well, on demand. Each is an answer to a request for the application. */

const page = (response: Parameters<Handler>[0], body = '{"status":"ok"}') =>
  void response.writeHead(200, { 'content-type': 'application/json', 'x-revision': 'v2' }).end(body);
const CHUNK = Buffer.alloc(64 * 1024, 'a');

/** A page of v2 that needs one script, whose answer is given. */
function pageWith(script: Handler): Handler {
  return (response, request, count) => {
    if (request.url?.endsWith('.js')) return script(response, request, count);
    response.writeHead(200, { 'content-type': 'text/html', 'x-revision': 'v2' }).end('<script src="app.js"></script>');
  };
}
const JAVASCRIPT = { 'content-type': 'text/javascript' };

/** Of each `often` answers, one is of v1. */
function blueAt(place: number, often: number): Handler {
  return (response, request, count) => {
    if (count % often === place) void response.writeHead(200, { 'x-revision': 'v1' }).end('{"status":"ok"}');
    else well(response, request, count);
  };
}

/** Writes `left` bytes, as fast as they are read. */
export function pour(response: Parameters<Handler>[0], left: number, chunk = CHUNK): void {
  let rest = left;
  const write = () => {
    while (rest > 0 && !response.destroyed) {
      rest -= chunk.length;
      if (!response.write(chunk)) return void response.once('drain', write);
    }
    response.end();
  };
  write();
}

export const MISBEHAVIOURS = {
  nothing: (response) => page(response),
  'certificate of another name': (response) => page(response),
  'IPv6 only': (response) => page(response),
  'IPv6 only, asked by IPv4': (response) => page(response),
  'wrong status': (response) => void response.writeHead(500).end('{"status":"ok"}'),
  'wrong header': (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('{"status":"ok"}'),
  slow: (response, request, count) => void setTimeout(() => well(response, request, count), 60_000).unref(),
  'truncated body': (response) => {
    response.writeHead(200, { 'content-length': 1_000 }).write('{"status":');
    setImmediate(() => response.destroy());
  },
  'invalid JSON': (response) => page(response, '{"status":"ok"'),
  'another value in JSON': (response) => page(response, '{"status":"degraded","parts":["db"]}'),
  'redirect loop': (response) => void response.writeHead(302, { location: '/green/' }).end(),
  'redirect to blue': (response) => void response.writeHead(302, { location: '/login' }).end(),
  'redirect to another host': (response) => void response.writeHead(302, { location: 'https://sso.test/' }).end(),
  'closed connection': (response) => void response.socket?.destroy(),
  'another protocol': (response) =>
    void response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'),
  'no HTTP': (response) => void response.socket?.end('220 smtp.example.test ESMTP\r\n'),
  'wrong status at first': (response, request, count) =>
    count === 1 ? wrong(response, request, count) : well(response, request, count),
  'wrong status, 1 in 2': (response, request, count) =>
    count % 2 === 0 ? wrong(response, request, count) : well(response, request, count),
  'blue, the first of 20': blueAt(1, 20),
  'blue, 1 in 50': blueAt(0, 50),
  'error page with 200': (response) => page(response, '<h1>Something went wrong</h1>'),
  'gzip garbage': (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip at all'),
  'gzip that nobody asked for': (response) =>
    void response
      .writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json', 'x-revision': 'v2' })
      .end(gzipSync('{"status":"ok"}')),
  'endless body': (response) => pour(response.writeHead(200), Number.POSITIVE_INFINITY),
  'page and script': pageWith((response) => void response.writeHead(200, JAVASCRIPT).end('start()')),
  'script missing': pageWith((response) => void response.writeHead(404, JAVASCRIPT).end()),
  'script that is a page': pageWith(
    (response) => void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>Welcome</h1>'),
  ),
  'script of blue': pageWith(
    (response) => void response.writeHead(200, { ...JAVASCRIPT, 'x-revision': 'v1' }).end('start()'),
  ),
  'endless script': pageWith((response) => pour(response.writeHead(200, JAVASCRIPT), Number.POSITIVE_INFINITY)),
  'truncated script': pageWith((response) => {
    response.writeHead(200, { ...JAVASCRIPT, 'content-length': 1_000 }).write('start(');
    setImmediate(() => response.destroy());
  }),
  'script from the root': (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/html', 'x-revision': 'v2' })
      .end('<script src="/app.js"></script>'),
} satisfies Record<string, Handler>;
export type Misbehaviour = keyof typeof MISBEHAVIOURS;

const well: Handler = MISBEHAVIOURS.nothing;
const wrong: Handler = MISBEHAVIOURS['wrong status'];
