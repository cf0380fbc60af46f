import type { RequestKind } from '../core/base/retry.ts';

/** Sends one attempt of a write while this run holds the lock; the request is aborted when `until` is. */
export type Fence = <T>(send: (until: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T>;

export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Whether sending it twice has the effect of sending it once: only then is it sent again if the answer was lost. */
  readonly idempotent: boolean;
  /** Sends each attempt of a write that needs the lock. */
  readonly fence?: Fence;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Whether the account was allowed anything in a namespace, according to this answer or an earlier one of the run. */
  readonly wasAllowed: boolean;
}

/** What decides whether a call is sent again. */
export function askedBy({ method, query, idempotent }: Call): RequestKind {
  return { for: method === 'GET' ? 'read' : query?.dryRun === 'All' ? 'dry-run' : 'write', idempotent };
}

/** A call in a sentence: `patch services/web (dry run)`. */
export function callText(call: Call): string {
  const where = call.path.replace(/^.*\/namespaces\/[^/]+\//, '');
  return `${call.method.toLowerCase()} ${where}${askedBy(call).for === 'dry-run' ? ' (dry run)' : ''}`;
}
