import { type ErrorCode, GreenpathError } from '../core/base/error.ts';
import { objectsAt, textAt } from '../core/base/json.ts';
import { isSchemaRefusal, isTooSlow, isUnaskedWebhook } from '../core/base/retry.ts';
import { forbidden } from '../core/kube/forbidden.ts';
import type { ApiAnswer } from './call.ts';
import { WHEN_SLOW } from './no-answer.ts';

/** What was attempted, for sentences: the RBAC verb, the resource in the plural, and the object's name. */
export interface ApiAction {
  readonly verb: string;
  readonly resource: string;
  readonly name?: string;
  /** What to do where a policy of the cluster refuses it. */
  readonly ifDenied?: string | undefined;
}

const IF_DENIED = 'Change the manifest so that the policy accepts it, or contact those who run the policy.';

/** The error for an answer with a status of 400 or above. */
export function failure(answer: ApiAnswer, action: ApiAction): GreenpathError {
  const words = textAt(answer.body, 'message') ?? `status ${answer.status}`;
  const what = `${action.verb} ${action.resource}${action.name === undefined ? '' : ` ${action.name}`}`;
  const [code, text, next] = explain(answer, action, what, words);
  return new GreenpathError(code, text, next);
}

/** Whether the server refused a guarded JSON patch because one of its tests no longer holds. */
export function isGuardRefusal(answer: ApiAnswer): boolean {
  if (answer.status === 409) return true;
  const words = textAt(answer.body, 'message') ?? '';
  return answer.status === 422 && words.startsWith('the server rejected our request');
}

function explain(answer: ApiAnswer, action: ApiAction, what: string, words: string): [ErrorCode, string, string] {
  if (answer.status === 401) {
    return [
      'unauthorized',
      `the API server did not accept the credentials (401) at: ${what}`,
      'Get new credentials: log in again in an earlier step, or renew the kubeconfig that is stored as a secret.',
    ];
  }
  const lacking = answer.status === 403 ? forbidden(words, answer) : undefined;
  if (lacking) return ['forbidden', lacking.text, lacking.next];
  if (isUnaskedWebhook(words)) {
    const [how, next] = isTooSlow(answer.status, words)
      ? ['did not answer within the time limit of the cluster', WHEN_SLOW]
      : ['could not be called', 'Contact those who run the webhook, and run the step again when it answers.'];
    return ['refused-by-server', `an admission webhook ${how}, so the API server refused ${what}: ${words}`, next];
  }
  if (/denied (the )?request|admission webhook/i.test(words)) {
    return [
      'refused-by-server',
      `a policy or webhook of the cluster refused ${what}: ${words}`,
      action.ifDenied ?? IF_DENIED,
    ];
  }
  if (
    answer.status === 409 &&
    objectsAt(answer.body, 'details', 'causes').some((cause) => cause.reason === 'FieldManagerConflict')
  ) {
    return [
      'conflict',
      `somebody else owns fields of ${action.resource} ${action.name}: ${words}`,
      'Leave the object out of the manifests, or let Greenpath alone manage it.',
    ];
  }
  if (answer.status === 404) {
    return textAt(answer.body, 'details', 'kind') === 'namespaces'
      ? ['route', `the namespace does not exist: ${words}`, 'Check the input namespace, or create the namespace first.']
      : ['route', `${what}: not found: ${words}`, 'Check the namespace, and that nobody deleted it meanwhile.'];
  }
  if (answer.status === 429) {
    return [
      'unreachable',
      `the API server is overloaded and refused ${what} (status 429): ${words}`,
      'Run the step again later.',
    ];
  }
  if (isTooSlow(answer.status, words))
    return ['unreachable', `the API server is slow: it did not finish ${what} in time: ${words}`, WHEN_SLOW];
  if (answer.status >= 500 && !isSchemaRefusal(answer.status, words)) {
    return [
      'unreachable',
      `the API server could not serve ${what} (status ${answer.status}): ${words}`,
      'Run the step again when the API server has recovered.',
    ];
  }
  return ['refused-by-server', `the API server refused ${what}: ${words}`, 'Fix what it names and run the step again.'];
}
