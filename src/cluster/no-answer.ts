import { formatDuration } from '../core/base/duration.ts';
import { GreenpathError } from '../core/base/error.ts';
import type { TryEnd } from '../core/base/retry.ts';
import { type Call, callText } from './call.ts';

/** A request whose last attempt got no answer. */
export interface CallWithoutAnswer {
  readonly call: Call;
  readonly end: Exclude<TryEnd['kind'], 'answered'>;
  readonly host: string;
  readonly cause: unknown;
  /** How long the last attempt took, in milliseconds. */
  readonly took: number;
  /** Whether the server answered any other request meanwhile. */
  readonly isThere: boolean;
}

/** What to do if the server, or a webhook that it calls, is slow. */
export const WHEN_SLOW =
  'Check the load of the API server, and the admission webhooks that it calls (kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations), then run the step again.';

/** Error `unreachable`: the server is gone, the connection was lost, or the answer takes too long. */
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
      'Run the step again when the API server, and whatever is between it and the runner, has recovered.',
    ];
  }
  const waited = `${text} within ${formatDuration(took)}`;
  if (isThere) return [`the API server at ${host} is slow: it answers other requests, but not ${waited}`, WHEN_SLOW];
  return [
    `the API server at ${host} is gone: it accepted ${text} and did not answer for ${formatDuration(took)}, and it answers no other request`,
    'Check that the API server works and that the runner can still reach it, then run the step again.',
  ];
}
