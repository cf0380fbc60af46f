/** Every way in which a step can fail. `docs/troubleshooting.md` has one entry for each code. */
export const ERROR_CODES = [
  'input',
  'manifest',
  'render-failed',
  'classic-form',
  'route',
  'selector-collision',
  'preview-side-effect',
  'preview-taken',
  'preview-unprotected',
  'parking-open',
  'candidate-exists',
  'already-live',
  'no-candidate',
  'rollout-failed',
  'check-failed',
  'not-verified',
  'proof-impossible',
  'proof-failed',
  'route-changed',
  'reverted',
  'unfinished',
  'drifted',
  'two-candidates',
  'stamp-mismatch',
  'green-failed',
  'proxy-lags',
  'runner-blind',
  'no-way-back',
  'hook-failed',
  'is-live',
  'retiring',
  'live-broken',
  'lock-held',
  'lock-lost',
  'gave-way',
  'conflict',
  'forbidden',
  'unauthorized',
  'unreachable',
  'refused-by-server',
  'timeout',
  'cancelled',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** A place in a file of the user: `line` counts from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/** A place in a sentence: `k8s/web.yaml:12`. */
export function placeText({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** One thing that is wrong in the user's input, and its place if it is in a file. */
export interface Problem {
  readonly text: string;
  readonly place?: Place;
}

/** A problem in a sentence, with its place. */
export function problemText({ text, place }: Problem): string {
  return place === undefined ? text : `${placeText(place)}: ${text}`;
}

/**
 * The one error type: what failed (`message`, `problems`) and what to do next (`next`). The run adds where visitors are
 * when it reports the error.
 */
export class GreenpathError extends Error {
  override readonly name = 'GreenpathError';
  readonly code: ErrorCode;
  readonly next: string;
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    what: string,
    next: string,
    options: { problems?: readonly Problem[]; cause?: unknown } = {},
  ) {
    super(what, { cause: options.cause });
    this.code = code;
    this.next = next;
    this.problems = options.problems ?? [];
  }
}

/** Where visitors are, as long as nothing was read of the app. */
export const UNCHECKED = 'not checked yet; this run has changed nothing.';

/**
 * Whether an error says where visitors are, if `visitors` does: a step that reads no cluster does not know, and mistakes
 * in the inputs are found before anything is read. Some are found later, by a run that continues another one's switch.
 */
export function concernsVisitors({ code }: { readonly code: string }, visitors: string): boolean {
  return visitors !== '' && (code !== 'input' || visitors !== UNCHECKED);
}

/** The problems of an error that its own message does not say already. */
export function furtherProblems<P extends Problem>(message: string, problems: readonly P[]): P[] {
  return problems.filter((problem) => problemText(problem) !== message);
}

/** An error about one object of the manifests, annotated at its place. */
export function atPlace(error: GreenpathError, place: Place): GreenpathError {
  return new GreenpathError(error.code, error.message, error.next, {
    problems: [{ text: error.message, place }],
    cause: error,
  });
}

/** The refusal of a write because the object changed since it was compared; nothing was written. */
export function changedError(what: string): GreenpathError {
  return new GreenpathError('conflict', `${what} was changed by somebody else meanwhile`, 'Run the step again.');
}

/**
 * The text of any thrown value, for a sentence. Node throws an error without a message where it tried several addresses of
 * a name: then it is what each of them said.
 */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.message !== '') return thrown.message;
  const parts = thrown instanceof AggregateError ? thrown.errors.map(messageOf) : [];
  return [...new Set(parts)].join('; ') || thrown.name;
}
