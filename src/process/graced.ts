const GRACED = new WeakMap<AbortSignal, Map<number, AbortSignal>>();

/** Aborts `ms` milliseconds after `signal` does. If `signal` has aborted already, the time begins now. */
export function graced(signal: AbortSignal, ms: number): AbortSignal {
  const known = GRACED.get(signal) ?? new Map<number, AbortSignal>();
  GRACED.set(signal, known);
  const before = known.get(ms);
  if (before !== undefined) return before;
  const later = new AbortController();
  known.set(ms, later.signal);
  const begin = () => setTimeout(() => later.abort(signal.reason), ms).unref();
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return later.signal;
}
