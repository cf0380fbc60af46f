import type { RequestKind } from '../core/base/retry.ts';

/** Sends one try of a write as long as nobody else may write; what it sends is aborted when `until` is. */
export type Fence = <T>(send: (until: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T>;

export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Whether a second execution does what one does: only then is it sent again when the answer was lost. */
  readonly idempotent: boolean;
  /** Sends each try of a write that needs the lock. */
  readonly fence?: Fence;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Whether the account was allowed anything in a namespace, by this answer or an earlier one of the run. */
  readonly wasAllowed: boolean;
}

/** What decides whether a call is sent again. */
export function askedBy({ method, query, idempotent }: Call): RequestKind {
  return { for: method === 'GET' ? 'read' : query?.dryRun === 'All' ? 'dry-run' : 'write', idempotent };
}

/** A call in a sentence: `patch ingresses/web (dry run)`. */
export function callText(call: Call): string {
  const where = call.path.replace(/^.*\/namespaces\/[^/]+\//, '');
  return `${call.method.toLowerCase()} ${where}${askedBy(call).for === 'dry-run' ? ' (dry run)' : ''}`;
}
