import { request as http, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as https, type RequestOptions } from 'node:https';
import type { Readable } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { isIpAddress } from '../core/base/hosts.ts';
import { NoCertificateError } from './tls.ts';

/** What to request of a host: a GET without a body unless it says otherwise. */
export interface Target {
  readonly host: string;
  readonly path: string;
  readonly method?: string | undefined;
  /** Besides those that every request has; names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Buffer | undefined;
  /**
   * The name that the certificate must have, and the CAs that are trusted; else those of the way there. With either,
   * the request goes to nobody who does not show such a certificate.
   */
  readonly tls?: { readonly name?: string | undefined; readonly trust?: SecureContext | undefined } | undefined;
  readonly limits?: BodyLimits | undefined;
}

/** How many bytes of an answer's body are kept, and how many it may have. */
export interface BodyLimits {
  readonly kept: number;
  readonly most: number;
}
const MIB = 1024 * 1024;
/** Enough to distinguish versions, too few to fill the memory of a runner. */
const LIMITS: BodyLimits = { kept: 256 * 1024, most: Number.POSITIVE_INFINITY };

/** Where a request is sent, and how. */
export interface Connection {
  readonly host: string;
  readonly tls: boolean;
  readonly address: { readonly host: string; readonly port: number };
  /** Whether the certificate is checked, whatever the request says. */
  readonly certified: boolean;
  readonly trust: SecureContext | undefined;
}

/** What the other side said. */
interface Exchanged {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** How many bytes are kept of a body that has more. */
  readonly cutAt?: number;
}

/**
 * Sends one request over a new connection, and reads the whole answer. Sets `progress.sent` once the connection stands.
 * It asks caches not to answer, and follows no redirect.
 */
export function exchange(
  connection: Connection,
  target: Target,
  progress: { sent: boolean },
  signal: AbortSignal,
): Promise<Exchanged> {
  if (!connection.tls && demandsCertificate(target)) return Promise.reject(new NoCertificateError(connection.host));
  const send = connection.tls ? https : http;
  return new Promise((done, fail) => {
    const sent = send(optionsOf(connection, target, signal), (response) => {
      read(response, target).then(done, fail);
    });
    sent.on('error', fail);
    // No request asks for it; without a listener, Node closes the connection and says nothing.
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      fail(new Error('the answer switches to another protocol (status 101)'));
    });
    sent.on('socket', (socket) => {
      socket.once(connection.tls ? 'secureConnect' : 'connect', () => {
        progress.sent = true;
      });
    });
    sent.end(target.body);
  });
}

function demandsCertificate({ tls }: Target): boolean {
  return tls?.name !== undefined || tls?.trust !== undefined;
}

function optionsOf(connection: Connection, target: Target, signal: AbortSignal): RequestOptions {
  const { host, port } = connection.address;
  const { method = 'GET', body } = target;
  const name = target.tls?.name ?? connection.host;
  const trust = target.tls?.trust ?? connection.trust;
  return {
    host,
    port,
    method,
    path: target.path,
    signal,
    agent: false,
    // TLS has no server name for an IP address.
    servername: isIpAddress(name) ? '' : name,
    rejectUnauthorized: connection.certified || demandsCertificate(target),
    ...(trust && { secureContext: trust }),
    headers: {
      'user-agent': 'greenpath',
      'cache-control': 'no-cache',
      accept: '*/*',
      ...target.headers,
      ...(body && { 'content-length': body.length }),
      host: target.host,
      connection: 'close',
    },
  };
}

/** Reads an answer to its end. Of its body, only the first bytes are kept. */
async function read(response: IncomingMessage, { method, limits = LIMITS }: Target): Promise<Exchanged> {
  const { statusCode: status = 0, headers } = response;
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  const decoder = hasBody ? DECODERS[`${headers['content-encoding']}`.toLowerCase()] : undefined;
  const { bytes, ...cut } = decoder ? await startDecoded(response, decoder, limits) : await start(response, limits);
  if (!response.complete) throw new Error('the answer ended in the middle');
  return { status, headers, body: textOf(bytes, headers['content-type']), ...cut };
}

type Decoder = Readable & NodeJS.WritableStream;
/** No request asks for these encodings, but some servers send no other: only then is zlib loaded (scripts/build.ts). */
const DECODERS: Readonly<Record<string, () => Decoder>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

/** The same of a body in an encoding. Nothing at all is an empty body in each of them, as browsers take it. */
async function startDecoded(response: IncomingMessage, decoder: () => Decoder, limits: BodyLimits) {
  if (await hasContent(response)) return start(decoded(response, decoder()), limits);
  response.resume();
  return { bytes: Buffer.alloc(0) };
}

/** Whether anything of a body comes, which stays there to be read. */
function hasContent(response: IncomingMessage): Promise<boolean> {
  return new Promise((done, fail) => {
    response.once('error', fail);
    response.once('readable', () => done(response.readableLength > 0));
    // Where the end comes along with the headers, nothing becomes readable.
    response.once('end', () => done(false));
  });
}

/** What a decoder makes of an answer; a failure of either is one of the result. */
function decoded(response: IncomingMessage, decoder: Decoder): Readable {
  response.on('error', (error) => decoder.destroy(error));
  decoder.on('error', () => response.destroy());
  return response.pipe(decoder);
}

/** A body in the character set that its type names, else in UTF-8, without a byte order mark. */
function textOf(bytes: Buffer, type = ''): string {
  const [, label = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type) ?? [];
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** What of a body is kept. */
interface Kept {
  readonly bytes: Buffer;
  readonly cutAt?: number;
}

/** The start of a stream, which is read to its end. */
function start(stream: Readable, { kept, most }: BodyLimits): Promise<Kept> {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < kept) chunks.push(chunk);
    size += chunk.length;
    if (size > most) stream.destroy(new Error(`the body is longer than ${most / MIB} MiB`));
  });
  return new Promise((done, fail) => {
    stream.on('error', fail);
    stream.on('end', () => {
      const bytes = Buffer.concat(chunks).subarray(0, kept);
      done(size > kept ? { bytes, cutAt: kept } : { bytes });
    });
  });
}
