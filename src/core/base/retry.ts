import { RETRY_BUSY, RETRY_SILENT, RETRY_TROUBLE } from './timing.ts';

/** How one attempt of a request ended. */
export type TryEnd =
  /** Nothing was sent: no connection, or no TLS on it. */
  | { readonly kind: 'not-sent' }
  /** The connection ended after the request may have been sent, and before its answer. */
  | { readonly kind: 'lost' }
  /** No answer came within the timeout. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: number; readonly words: string };

/** A request: its purpose, and whether sending it twice has the effect of sending it once. */
export interface RequestKind {
  readonly for: 'read' | 'dry-run' | 'write';
  readonly idempotent: boolean;
}

const LONGEST_PAUSE = 2_000;

/**
 * The pause before the request is sent again, in milliseconds; undefined if it is not. `elapsed` is the time since it
 * was first sent, `chance` is from 0 to 1. A request that may have been executed is repeated only if that does no harm.
 */
export function pauseBeforeRetry(
  end: TryEnd,
  asked: RequestKind,
  { attempt, elapsed, chance }: { readonly attempt: number; readonly elapsed: number; readonly chance: number },
): number | undefined {
  const patience = patienceFor(end, asked);
  if (elapsed >= patience) return undefined;
  const pause = Math.min(LONGEST_PAUSE, 100 * 2 ** attempt) * (0.5 + chance);
  return Math.max(pause, end.kind === 'answered' ? end.retryAfter : 0);
}

function patienceFor(end: TryEnd, asked: RequestKind): number {
  switch (end.kind) {
    case 'not-sent':
      return RETRY_TROUBLE;
    case 'lost':
      return asked.idempotent ? RETRY_TROUBLE : 0;
    case 'silent':
      return asked.idempotent && asked.for !== 'dry-run' ? RETRY_SILENT : 0;
    case 'answered':
      return answeredPatience(end.status, end.words, asked);
  }
}

function answeredPatience(status: number, words: string, asked: RequestKind): number {
  if (status === 429) return RETRY_BUSY;
  if (status < 500 || isSchemaRefusal(status, words)) return 0;
  // It would only wait for a slow webhook again.
  if (asked.for !== 'read' && isTooSlow(status, words)) return 0;
  return asked.idempotent || isUnaskedWebhook(words) ? RETRY_TROUBLE : 0;
}

/**
 * An apply with a field that the schema does not have, or with a value that cannot be read (a quantity, a time,
 * base64), is answered with 500 (seen on 1.37), and so is every repetition.
 */
export function isSchemaRefusal(status: number, words: string): boolean {
  return status === 500 && /^failed to (create typed|convert) /.test(words);
}

/** Whether an admission webhook could not be called: the request was not executed. */
export function isUnaskedWebhook(words: string): boolean {
  return /failed calling webhook/i.test(words);
}

/** Whether the server, or a webhook that it called, did not finish within its time limit. */
export function isTooSlow(status: number, words: string): boolean {
  return status === 504 || (isUnaskedWebhook(words) && /deadline exceeded|timed? ?out/i.test(words));
}
