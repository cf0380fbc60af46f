import { objectAt, objectsAt } from '../base/json.ts';
import { colouredName } from '../base/revision.ts';
import { renewedHook, waitingHook } from './hooks.ts';
import { ANNOTATION_CHECK, annotation, type KubeObject } from './objects.ts';

/**
 * Jobs that are checks. The one of the manifests is created with its revision and stays suspended. Each run of the check
 * is a copy of it, which is deleted afterwards.
 */

/** How long a copy stays after it ended if the run that made it was killed, in seconds. */
const KEPT = 600;
/**
 * How long after its time the cluster ends a copy, in seconds. The run that made it does so first, since it reads what the
 * pods show before they are deleted.
 */
const LATER = 30;

/** Whether a Job of the app is a check. */
export function isCheckJob(job: KubeObject): boolean {
  return job.kind === 'Job' && annotation(job, ANNOTATION_CHECK) === 'true';
}

/**
 * A check as it is created. Kubernetes would start a pod that failed six more times, with growing pauses: the reason would
 * come late or never, and a retry that passes would count as a pass. So it is not retried unless the Job says how often.
 */
export function waitingCheck(job: KubeObject): KubeObject {
  const waiting = waitingHook(job);
  const spec = objectAt(waiting, 'spec');
  const isLimited = ['backoffLimit', 'backoffLimitPerIndex'].some((key) => typeof spec[key] === 'number');
  return isLimited ? waiting : { ...waiting, spec: { ...spec, backoffLimit: 0 } };
}

/** A copy of a Job that runs at once, for at most `seconds`, and whose containers have these variables. */
export function runningCopy(job: KubeObject, variables: Readonly<Record<string, string>>, seconds: number): KubeObject {
  const plain = renewedHook(job);
  const { [ANNOTATION_CHECK]: _, ...annotations } = plain.metadata.annotations ?? {};
  const spec = objectAt(plain, 'spec');
  const template = objectAt(spec, 'template');
  const pod = objectAt(template, 'spec');
  const withVariables = (key: string) =>
    objectsAt(pod, key).map((container) => ({ ...container, env: merged(objectsAt(container, 'env'), variables) }));
  const initContainers = withVariables('initContainers');
  return {
    ...plain,
    metadata: { ...plain.metadata, name: colouredName(job.metadata.name, 'run'), annotations },
    spec: {
      ...spec,
      suspend: false,
      activeDeadlineSeconds: seconds + LATER,
      ttlSecondsAfterFinished: KEPT,
      template: {
        ...template,
        spec: {
          ...pod,
          containers: withVariables('containers'),
          ...(initContainers.length > 0 && { initContainers }),
        },
      },
    },
  };
}

/** Variables of a container, with these in place of those of the same name. */
function merged(own: readonly object[], variables: Readonly<Record<string, string>>): object[] {
  const others = own.filter((one) => !('name' in one) || !Object.hasOwn(variables, String(one.name)));
  return [...Object.entries(variables).map(([name, value]) => ({ name, value })), ...others];
}
