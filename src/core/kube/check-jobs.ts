import { objectAt, objectsAt } from '../base/json.ts';
import { colouredName } from '../base/revision.ts';
import { renewedHook } from './hooks.ts';
import { ANNOTATION_CHECK, annotation, type KubeObject } from './objects.ts';

/**
 * Jobs that are checks. The one of the manifests is created with its revision and stays suspended. Each run of the check
 * is a copy of it, which is deleted afterwards.
 */

/** How long a copy stays after it ended if the run that made it was killed, in seconds. */
const KEPT = 600;

/** Whether a Job of the app is a check. */
export function isCheckJob(job: KubeObject): boolean {
  return job.kind === 'Job' && annotation(job, ANNOTATION_CHECK) === 'true';
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
      activeDeadlineSeconds: seconds,
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
