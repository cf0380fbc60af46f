import { formatDuration } from '../core/base/duration.ts';
import { GreenpathError } from '../core/base/error.ts';
import type { TryEnd } from '../core/base/retry.ts';
import { type Call, callText } from './call.ts';

/** A request whose last try got no answer. */
export interface CallWithoutAnswer {
  readonly call: Call;
  readonly end: Exclude<TryEnd['kind'], 'answered'>;
  readonly host: string;
  readonly cause: unknown;
  /** How long the last try took, in milliseconds. */
  readonly took: number;
  /** Whether the server answered anything else meanwhile. */
  readonly isThere: boolean;
}

/** What to do if the server, or a webhook that it asks, is slow. */
export const WHEN_SLOW =
  'Look at the load of the API server, and at the admission webhooks that it asks (kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations), then run the step again.';

/** Error `unreachable`: whether the server is gone, the connection was lost, or the answer takes too long. */
export function noAnswerError(one: CallWithoutAnswer): GreenpathError {
  const [what, next] = explain(one);
  return new GreenpathError('unreachable', what, next, { cause: one.cause });
}

function explain({ call, end, host, cause, took, isThere }: CallWithoutAnswer): [string, string] {
  const text = callText(call);
  const why = cause instanceof Error ? cause.message : String(cause);
  if (end === 'not-sent') {
    return [
      `the API server at ${host} cannot be reached: ${why}`,
      'Check the server in the kubeconfig, and that the runner may reach it (private endpoints need a runner in the same network).',
    ];
  }
  if (end === 'lost') {
    return [
      `the connection to the API server at ${host} ended before it answered ${text}: ${why}`,
      'Run the step again when the API server, and what stands between it and the runner, is well.',
    ];
  }
  const waited = `${text} within ${formatDuration(took)}`;
  if (isThere) return [`the API server at ${host} is slow: it answers other requests, but not ${waited}`, WHEN_SLOW];
  return [
    `the API server at ${host} is gone: it took ${text} and said nothing for ${formatDuration(took)}, nor does it answer anything else`,
    'Check that the API server is well and that the runner still reaches it, then run the step again.',
  ];
}
