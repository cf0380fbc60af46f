import { headersOf } from '../../core/base/credentials.ts';
import { type Json, jsonIn } from '../../core/base/json.ts';
import type { Filling } from '../../core/base/placeholders.ts';
import { shortened } from '../../core/base/quoted.ts';
import { exchange } from '../../proof/exchange.ts';
import { failureText, trustIn } from '../../proof/tls.ts';
import type { CheckTools } from '../tools.ts';
import type { Measuring } from './settings.ts';

/** A request to whoever keeps the metrics. */
export interface MetricRequest {
  /** With path and query. */
  readonly url: URL;
  readonly method?: string;
  readonly body?: { readonly bytes: Buffer; readonly type: string } | undefined;
}

/** What a metric is, or why that is not known: `none` if who keeps it was asked and has no value, else `fault`. */
export type MetricReading = { readonly value: number } | { readonly none: string } | { readonly fault: string };

/** The JSON that a request is answered with. */
export async function jsonFrom(
  { url, method, body }: MetricRequest,
  settings: Measuring,
  filling: Filling,
  { secrets }: CheckTools,
  signal: AbortSignal,
): Promise<{ readonly json: Json } | { readonly fault: string }> {
  const { name, ca } = settings.tls;
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const connection = {
    host,
    tls: isSecure,
    address: { host, port: Number(url.port || (isSecure ? 443 : 80)) },
    certified: true,
    trust: undefined,
  };
  const sent = {
    accept: 'application/json',
    ...(body && { 'content-type': body.type }),
    ...headersOf(settings, filling, secrets.hide),
  };
  const path = `${url.pathname}${url.search}`;
  const target = { host: url.host, path, method, headers: sent, body: body?.bytes, tls: { name, trust: trustIn(ca) } };
  try {
    const answer = await exchange(connection, target, { sent: false }, signal);
    if (answer.status < 200 || answer.status > 299)
      return { fault: `${url.host} answers with status ${answer.status}: ${shortened(JSON.stringify(answer.body))}` };
    if (answer.cutAt !== undefined) return { fault: `${url.host} answers with more than ${answer.cutAt / 1024} KiB` };
    const json = jsonIn(answer.body);
    if (json !== undefined) return { json };
    const type = answer.headers['content-type'];
    return { fault: `${url.host} does not answer with JSON${type === undefined ? '' : `: content-type is ${type}`}` };
  } catch (error) {
    signal.throwIfAborted();
    return { fault: `${url.host} gives no answer: ${failureText(error, 'check')}` };
  }
}
