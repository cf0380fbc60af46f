import { KIND } from '../cluster/kinds.ts';
import { waitForStack } from '../cluster/rollout.ts';
import { diffOf } from '../core/diff.ts';
import { formatDuration } from '../core/duration.ts';
import { GreenpathError } from '../core/error.ts';
import {
  type KubeObject,
  LABEL_APP,
  LABEL_REVISION,
  label,
  nameOf,
  readyPods,
  type Service,
  selects,
} from '../core/objects.ts';
import { podLabels } from '../core/stack.ts';
import { limitsOf, raiseLimits, replicasOf, restoreLimits, scales, strengthen } from '../core/strength.ts';
import { counted } from '../core/words.ts';
import { noteWrite, type Run } from './run.ts';
import { selectorText } from './running.ts';
import type { Namespace } from './situation.ts';

/** A side of a switch: its Service, and how many of its pods must be ready at least. */
export interface Side {
  readonly service: string;
  readonly revision: string;
}

/**
 * Makes `side` at least as strong as `wanted` ready pods, at least one: scales up if need be, and waits. Never scales
 * anything down. Throws `rollout-failed` with the reason a person needs.
 */
export async function strengthenSide(
  run: Run,
  { services, slices }: Namespace,
  side: Side,
  wanted: number,
): Promise<void> {
  const least = Math.max(1, wanted);
  const service = services.find((one) => one.metadata.name === side.service);
  if (service === undefined) {
    throw new GreenpathError(
      'no-candidate',
      `Service ${side.service} of revision ${side.revision} is gone`,
      'Run deploy-green for this revision again: it puts back what is missing.',
    );
  }
  const ready = readyPods(slices, side.service).length;
  if (ready >= least)
    return run.report.line(`${side.service} is at strength: ${counted(ready, 'ready pod')} of ${least} needed`);
  const deployments = await deploymentsBehind(run, service);
  if (deployments.length === 0) {
    throw new GreenpathError(
      'no-candidate',
      `no Deployment is behind Service ${side.service} of revision ${side.revision}`,
      'Run deploy-green for this revision again: it puts back what is missing.',
    );
  }
  run.report.line(`${side.service} has ${counted(ready, 'ready pod')}, and ${least} are needed`);
  if (run.inputs.dryRun) return;
  const needed = strengthen(deployments.map(replicasOf), least);
  const scaled = await scale(run, deployments, needed);
  await waitFor(run, service, side.revision, scaled);
}

/** Keeps the HPAs of a side from shrinking it below its ready pods, until `retire` gives them their limits back. */
export async function holdStrength(run: Run, { services, slices }: Namespace, side: Side): Promise<void> {
  const service = services.find((one) => one.metadata.name === side.service);
  const hpas = await run.api.list<KubeObject>(KIND.HorizontalPodAutoscaler);
  if (service === undefined || hpas.length === 0) return;
  for (const deployment of await deploymentsBehind(run, service)) {
    const count = Math.min(replicasOf(deployment), readyPods(slices, side.service).length);
    await raise(run, hpas, deployment, count);
  }
}

/** Gives the HPAs of the app's stacks that `revisions` name their own limits back. */
export async function releaseStrength(run: Run, deployments: readonly KubeObject[]): Promise<void> {
  const hpas = await run.api.list<KubeObject>(KIND.HorizontalPodAutoscaler);
  for (const hpa of hpas.filter((one) => deployments.some((deployment) => scales(one, deployment)))) {
    const change = restoreLimits(hpa);
    if (change === undefined) continue;
    await patch(run, KIND.HorizontalPodAutoscaler, hpa, change);
    run.report.line(`${nameOf(hpa)} has its own limits again`);
  }
}

/** The Deployments whose pods a Service selects: one request. */
export async function deploymentsBehind(run: Run, service: Service): Promise<KubeObject[]> {
  const revision = label(service, LABEL_REVISION);
  const app = label(service, LABEL_APP);
  const labels = revision && app ? `${LABEL_APP}=${app},${LABEL_REVISION}=${revision}` : undefined;
  const all = await run.api.list<KubeObject>(KIND.Deployment, labels);
  return all.filter((deployment) => selects(service.spec.selector ?? {}, podLabels(deployment)));
}

async function scale(run: Run, deployments: readonly KubeObject[], needed: readonly number[]): Promise<KubeObject[]> {
  const hpas = await run.api.list<KubeObject>(KIND.HorizontalPodAutoscaler);
  const scaled: KubeObject[] = [];
  for (const [index, deployment] of deployments.entries()) {
    const count = needed[index] ?? replicasOf(deployment);
    await raise(run, hpas, deployment, count);
    if (count === replicasOf(deployment)) scaled.push(deployment);
    else {
      scaled.push(await patch(run, KIND.Deployment, deployment, { spec: { replicas: count } }));
      run.report.line(`${nameOf(deployment)} scaled from ${replicasOf(deployment)} to ${count}`);
    }
  }
  return scaled;
}

async function raise(run: Run, hpas: readonly KubeObject[], deployment: KubeObject, count: number): Promise<void> {
  for (const hpa of hpas.filter((one) => scales(one, deployment))) {
    const change = raiseLimits(hpa, count);
    if (change === undefined) continue;
    await patch(run, KIND.HorizontalPodAutoscaler, hpa, change);
    run.report.line(`${nameOf(hpa)} held at ${count} or more (its own least is ${limitsOf(hpa).min}) until retire`);
  }
}

/** A change under the version that was read; the controllers write too, so one that came between is read again. */
async function patch(
  run: Run,
  kind: (typeof KIND)['Deployment' | 'HorizontalPodAutoscaler'],
  object: KubeObject,
  change: { metadata?: object; spec: object },
): Promise<KubeObject> {
  const target = { kind, name: object.metadata.name };
  const answer = await run.api.mergeUnlessRecreated(target, change, object, run.inputs.dryRun);
  if (answer === 'changed') {
    throw new GreenpathError(
      'conflict',
      `${nameOf(object)} was changed by somebody else meanwhile`,
      'Run the step again.',
    );
  }
  noteWrite(run, { object: nameOf(object), action: 'change', diff: diffOf(object, answer) });
  return answer;
}

/** Waits until all of `deployments` are available and in the endpoints of `service`, telling how far it is. */
export async function waitFor(
  run: Run,
  service: Service,
  revision: string,
  deployments: readonly KubeObject[],
): Promise<void> {
  const start = performance.now();
  await waitForStack(
    run.transport,
    run.api,
    { deployments, service, podSelector: selectorText(service), labelled: label(service, LABEL_REVISION) },
    (now, why) => {
      const waited = formatDuration(performance.now() - start);
      run.report.line(
        `${revision}: ${now.available} of ${now.wanted} ready, ${now.endpoints} in the endpoints, ${waited}${why === undefined ? '' : `, ${why}`}`,
      );
    },
    run.signal,
  );
}
