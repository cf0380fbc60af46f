import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Certified } from '../../proof/certificates.ts';

/** A request as a server of metrics got it. */
export interface MetricAsked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Starts a server that answers each request as the test says, until the test ends; by TLS if it has a certificate. */
export async function keepMetrics(
  answer: (asked: MetricAsked) => { status?: number; headers?: OutgoingHttpHeaders; body: string } | 'nothing',
  certified?: Certified,
) {
  const asked: MetricAsked[] = [];
  const listener: RequestListener = async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const one = {
      method: request.method ?? '',
      url: new URL(`http://a${request.url ?? ''}`),
      headers: request.headers,
      body,
    };
    asked.push(one);
    const reply = answer(one);
    if (reply !== 'nothing') response.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
  };
  const server = certified ? createSecure(certified, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const scheme = certified ? 'https' : 'http';
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** What Prometheus answers: one series for each value. */
export function vector(...values: string[]): { body: string } {
  const result = values.map((value) => ({ metric: {}, value: [1_700_000_000, value] }));
  return { body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }) };
}
