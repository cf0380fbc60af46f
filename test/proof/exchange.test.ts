import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { probe } from '../../src/proof/probe.ts';
import { Backend, type Handler } from './backend.ts';

/** What is made of the body of an answer, in whatever encoding it comes, over real sockets. */

const ENCODINGS: readonly (readonly [string, (text: string) => Buffer])[] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
];

async function bodyOf(handler: Handler): Promise<string> {
  const { front } = await Backend.start(handler);
  const reply = await probe(front, '/', 5_000, AbortSignal.timeout(20_000));
  return 'error' in reply ? `no answer: ${reply.error}` : reply.body;
}

describe.each(ENCODINGS)('given an answer in %s', (encoding, encoded) => {
  const headers = { 'content-encoding': encoding };
  const whole = encoded('Hello, hello, hello');

  test('when it is whole, then its text is read, in however many parts it comes', async () => {
    expect(await bodyOf((response) => void response.writeHead(200, headers).end(whole))).toBe('Hello, hello, hello');
    const inParts: Handler = (response) => {
      response.writeHead(200, headers).write(whole.subarray(0, 1));
      setTimeout(() => response.end(whole.subarray(1)), 20);
    };
    expect(await bodyOf(inParts)).toBe('Hello, hello, hello');
  });

  test.each<[string, Handler]>([
    ['says so', (response) => void response.writeHead(200, { ...headers, 'content-length': 0 }).end()],
    ['is chunked', (response) => void response.writeHead(200, { ...headers, 'transfer-encoding': 'chunked' }).end()],
    [
      'ends with the connection',
      ({ socket }) => void socket?.end(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nConnection: close\r\n\r\n`),
    ],
    [
      'ends later',
      (response) => {
        response.writeHead(200, headers).flushHeaders();
        setTimeout(() => response.end(), 20);
      },
    ],
  ])('when its body is empty and %s, then it is an empty answer', async (_, handler) => {
    expect(await bodyOf(handler)).toBe('');
  });

  test('when its end is missing, then it is no answer', async () => {
    const half = whole.subarray(0, whole.length - 4);
    expect(await bodyOf((response) => void response.writeHead(200, headers).end(half))).toMatch(/^no answer: /);
  });

  test('when it is cut before its body, then it is no answer', async () => {
    const cut: Handler = (response) => {
      response.writeHead(200, { ...headers, 'content-length': 9 }).flushHeaders();
      setTimeout(() => response.destroy(), 20);
    };
    expect(await bodyOf(cut)).toMatch(/^no answer: /);
  });
});

test.each([
  ['in Latin 1', 'text/html; charset=ISO-8859-1', Buffer.from('Größe', 'latin1')],
  ['in quotes', 'text/html;Charset="windows-1252"', Buffer.from('Größe', 'latin1')],
  ['in UTF-8 unless its type says otherwise', 'text/html', Buffer.from('Größe')],
  ['in UTF-8 where its type says nonsense', 'text/html; charset=klingon', Buffer.from('Größe')],
  ['after a byte order mark, which is none of it', 'application/json', Buffer.from('\ufeffGröße')],
])('a text is read %s', async (_, type, bytes) => {
  const text = await bodyOf((response) => void response.writeHead(200, { 'content-type': type }).end(bytes));
  expect(text).toBe('Größe');
});
