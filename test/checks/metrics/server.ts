import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as a server of metrics got it. */
export interface MetricAsked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Starts a server that answers each request as the test says, until the test ends. */
export async function keepMetrics(answer: (asked: MetricAsked) => { status?: number; body: string } | 'nothing') {
  const asked: MetricAsked[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const one = {
      method: request.method ?? '',
      url: new URL(request.url ?? '', 'http://a'),
      headers: request.headers,
      body,
    };
    asked.push(one);
    const reply = answer(one);
    if (reply !== 'nothing') response.writeHead(reply.status ?? 200).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** What Prometheus answers: one series for each value. */
export function vector(...values: string[]): { body: string } {
  const result = values.map((value) => ({ metric: {}, value: [1_700_000_000, value] }));
  return { body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }) };
}
