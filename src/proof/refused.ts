import { statusText } from '../core/checks/expect.ts';
import { type Refused, routerRefusal } from '../core/checks/refusal.ts';
import type { Endpoint, Reply } from './probe.ts';

/** Where requests were refused, and how. */
export interface RefusedAt extends Refused {
  readonly endpoint: Endpoint;
  readonly path: string;
}

/** How an answer that came through an endpoint refuses; undefined if it does not, or if there is none. */
export function refusedBy(reply: Reply, { host, tls }: Endpoint): Refused | undefined {
  if ('error' in reply) return undefined;
  const refusal = routerRefusal(reply, tls ? undefined : host);
  return refusal && { refusal, status: statusText(reply) };
}
