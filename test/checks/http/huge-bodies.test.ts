import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Backend, type Handler } from '../../proof/backend.ts';
import { pour } from '../../proof/misbehaviours.ts';

/** What bodies take of memory that are far larger than what is kept of them, in processes of their own. */

const MEGABYTE = 1024 ** 2;
const MEMBER = 16 * MEGABYTE;

function plain(megabytes: number): Handler {
  return (response) => pour(response.writeHead(200), megabytes * MEGABYTE);
}

/** A body of many members, which gzip allows: each has 16 KiB, from which 16 MiB come. */
function bomb(megabytes: number): Handler {
  const member = gzipSync(Buffer.alloc(MEMBER, 'a'));
  const size = member.length * ((megabytes * MEGABYTE) / MEMBER);
  return (response) => pour(response.writeHead(200, { 'content-encoding': 'gzip' }), size, member);
}

const timeout = '2m';
const request = (_: string, path: string) => ({ request: `GET ${path}`, expect: { body: { contains: 'b' } }, timeout });
const metric = (origin: string, path: string) => ({
  ...{ metric: `GET ${origin}${path}`, value: '$.rate', 'at-most': 1 },
  timeout,
});
const prometheus = (origin: string, path: string) => ({
  ...{ prometheus: 'up', url: `${origin}${path}`, 'at-most': 1 },
  timeout,
});

test.each([
  { name: 'request whose answer is 1 GB', make: request, handler: plain(1024) },
  { name: 'request whose answer is 256 MB from 256 KB of gzip', make: request, handler: bomb(256) },
  { name: 'metric whose answer is 256 MB from 256 KB of gzip', make: metric, handler: bomb(256) },
  { name: 'prometheus whose answer is 256 MB', make: prometheus, handler: plain(256) },
])('a $name fails, and keeps no more of it than its limit', { timeout: 180_000 }, async ({ make, handler }) => {
  const { front } = await Backend.start((response, request, count) =>
    request.url?.startsWith('/small') ? void response.end('{}') : handler(response, request, count),
  );
  const { port } = front.address;
  const origin = `http://127.0.0.1:${port}`;
  const checks = JSON.stringify({ small: make(origin, '/small'), huge: make(origin, '/huge') });
  const args = ['--expose-gc', 'test/checks/http/huge-body.ts', `${port}`, checks];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { ended, live, resident } = JSON.parse(stdout);
  expect(ended).toMatchObject({ passed: false, reason: expect.stringContaining('256 KiB') });
  // 256 KiB are kept: once as they came, once as text, and each may be copied.
  expect(live).toBeLessThan(3);
  // What Node read and has not collected yet comes on top.
  expect(resident).toBeLessThan(150);
});
