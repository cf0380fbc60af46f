import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { CONNECT_WITHIN } from '../core/base/timing.ts';
import type { Call } from './call.ts';
import type { Connection } from './connect.ts';

/** A request without an answer; `sent` says whether any part of it may have reached the server. */
export class NoAnswer extends Error {
  readonly sent: boolean;

  constructor(cause: unknown, sent: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.sent = sent;
  }
}

/** Sends one request and resolves with the response, whose body is still unread. Rejects with `NoAnswer`. */
export function exchange(connection: Connection, call: Call, signal: AbortSignal): Promise<IncomingMessage> {
  const { server, agent, headers } = connection;
  // Two slashes at the beginning of its path are no host, as they were in `new URL(path, server)`.
  const url = new URL(server);
  url.pathname = server.pathname.replace(/\/$/, '') + call.path;
  for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
  const payload = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const type = payload && {
    'content-type': call.contentType ?? 'application/json',
    'content-length': payload.length,
  };
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: call.method,
      agent,
      signal,
      headers: { accept: call.accept ?? 'application/json', 'user-agent': 'greenpath', ...headers, ...type },
    });
    let sent = false;
    const late = setTimeout(
      () => sending.destroy(new Error(`no connection within ${CONNECT_WITHIN / 1_000} s`)),
      CONNECT_WITHIN,
    );
    const connected = () => {
      sent = true;
      clearTimeout(late);
    };
    // No part of a request is sent before the TLS handshake is done.
    sending.on('socket', (socket) => (sending.reusedSocket ? connected() : socket.once('secureConnect', connected)));
    sending.on('error', (error) => {
      clearTimeout(late);
      reject(new NoAnswer(error, sent));
    });
    sending.on('response', resolve);
    sending.end(payload);
  });
}
