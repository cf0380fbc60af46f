import { KIND } from '../cluster/kinds.ts';
import { waitForStack } from '../cluster/rollout.ts';
import { diffOf } from '../core/diff.ts';
import { formatDuration } from '../core/duration.ts';
import { GreenpathError } from '../core/error.ts';
import { objectAt, textsOf } from '../core/json.ts';
import { type Side, sideText } from '../core/live.ts';
import {
  commonSelector,
  type KubeObject,
  LABEL_APP,
  LABEL_REVISION,
  label,
  nameOf,
  readyPods,
  type Service,
  selectorText,
  selects,
} from '../core/objects.ts';
import { ADOPTED } from '../core/revision.ts';
import { podLabels } from '../core/stack.ts';
import { limitsOf, raiseLimits, replicasOf, restoreLimits, scales, strengthen } from '../core/strength.ts';
import { counted } from '../core/words.ts';
import type { Namespace } from './namespace.ts';
import { ifAllowed } from './owned.ts';
import { noteWrite, type Run } from './run.ts';

/**
 * Makes each Service of `side` at least as strong as its twin in `than`, with one ready pod at least: scales up if need
 * be, and waits. Never scales anything down. Whether it waited. Throws `rollout-failed` with the reason a person
 * needs.
 */
export async function strengthenSide(run: Run, namespace: Namespace, side: Side, than: Side): Promise<boolean> {
  const weak = Object.entries(side.services).flatMap(([base, name]) => {
    const least = Math.max(1, readyPods(namespace.slices, than.services[base] ?? '').length);
    const ready = readyPods(namespace.slices, name).length;
    return ready >= least ? [] : [{ name, ready, least }];
  });
  if (weak.length === 0) {
    const ready = Object.values(side.services).map((name) => readyPods(namespace.slices, name).length);
    run.report.line(
      `${sideText(side)} ${ready.length === 1 ? 'is' : 'are'} at strength: ${counted(sum(ready), 'ready pod')}`,
    );
    return false;
  }
  const services = weak.map(({ name }) => serviceOf(namespace, side, name));
  const behind = await deploymentsBehind(run, services);
  const bare = services.find((service) => !behind.some((deployment) => isBehind(service, deployment)));
  if (bare !== undefined) throw gone(side, `no Deployment is behind Service ${bare.metadata.name}`);
  for (const { name, ready, least } of weak)
    run.report.line(`${name} has ${counted(ready, 'ready pod')}, and ${least} are needed`);
  if (run.inputs.dryRun) return false;
  const needed = new Map<string, number>();
  for (const [index, service] of services.entries()) {
    const own = behind.filter((deployment) => isBehind(service, deployment));
    const counts = strengthen(own.map(replicasOf), weak[index]?.least ?? 1);
    own.forEach(({ metadata }, at) => {
      needed.set(metadata.name, Math.max(needed.get(metadata.name) ?? 0, counts[at] ?? 0));
    });
  }
  const scaled = await scale(run, behind, needed);
  await waitFor(run, services, side.revision, scaled);
  return true;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function serviceOf({ services }: Namespace, side: Side, name: string): Service {
  const service = services.find((one) => one.metadata.name === name);
  if (service === undefined) throw gone(side, `Service ${name} is gone`);
  return service;
}

function gone(side: Side, what: string): GreenpathError {
  return new GreenpathError(
    'no-candidate',
    `a part of revision ${side.revision} was deleted: ${what}`,
    side.revision === ADOPTED
      ? 'It was there before Greenpath, which cannot put it back: apply it again yourself, or name another revision in the input `to` (mode status lists them).'
      : 'Run deploy-green for this revision again: it puts back what is missing.',
  );
}

function isBehind(service: Service, deployment: KubeObject): boolean {
  return selects(service.spec.selector ?? {}, podLabels(deployment));
}

/** Keeps the HPAs of a side from shrinking it below its ready pods, until `retire` gives them their limits back. */
export async function holdStrength(run: Run, { services, slices }: Namespace, side: Side): Promise<void> {
  const hpas = await listHpas(run);
  const own = services.filter((one) => Object.values(side.services).includes(one.metadata.name));
  if (own.length === 0 || hpas.length === 0) return;
  const deployments = await deploymentsBehind(run, own);
  for (const deployment of deployments) {
    const ready = own
      .filter((one) => isBehind(one, deployment))
      .map((one) => readyPods(slices, one.metadata.name).length);
    await raise(run, hpas, deployment, Math.min(replicasOf(deployment), Math.max(0, ...ready)));
  }
}

/** Gives the HPAs that scale any of these Deployments their own limits back. */
export async function releaseStrength(run: Run, deployments: readonly KubeObject[]): Promise<void> {
  const hpas = await listHpas(run);
  for (const hpa of hpas.filter((one) => deployments.some((deployment) => scales(one, deployment)))) {
    const change = restoreLimits(hpa);
    if (change === undefined) continue;
    await patch(run, KIND.HorizontalPodAutoscaler, hpa, change);
    run.report.line(`${nameOf(hpa)} has its own limits again`);
  }
}

/** The Deployments whose pods any of these Services selects: one request. */
export async function deploymentsBehind(run: Run, services: readonly Service[]): Promise<KubeObject[]> {
  const revisions = new Set(services.map((service) => label(service, LABEL_REVISION)));
  const [revision] = revisions;
  const isCreated = revisions.size === 1 && revision !== undefined && revision !== ADOPTED;
  const labels = isCreated ? `${LABEL_APP}=${run.inputs.app},${LABEL_REVISION}=${revision}` : undefined;
  const all = await run.api.list<KubeObject>(KIND.Deployment, labels);
  return all.filter((deployment) => services.some((service) => isBehind(service, deployment)));
}

async function scale(
  run: Run,
  deployments: readonly KubeObject[],
  needed: ReadonlyMap<string, number>,
): Promise<KubeObject[]> {
  const hpas = await listHpas(run);
  const scaled: KubeObject[] = [];
  for (const deployment of deployments) {
    const count = needed.get(deployment.metadata.name) ?? replicasOf(deployment);
    await raise(run, hpas, deployment, count);
    if (count === replicasOf(deployment)) scaled.push(deployment);
    else scaled.push(await scaleTo(run, deployment, count));
  }
  return scaled;
}

/** The HPAs of the namespace; none if the Role may not list them. */
export function listHpas(run: Run): Promise<KubeObject[]> {
  const kind = KIND.HorizontalPodAutoscaler;
  return ifAllowed(run, kind, run.api.list<KubeObject>(kind));
}

async function raise(run: Run, hpas: readonly KubeObject[], deployment: KubeObject, count: number): Promise<void> {
  for (const hpa of hpas.filter((one) => scales(one, deployment))) {
    const change = raiseLimits(hpa, count);
    if (change === undefined) continue;
    await patch(run, KIND.HorizontalPodAutoscaler, hpa, change);
    run.report.line(`${nameOf(hpa)} held at ${count} or more (its own least is ${limitsOf(hpa).min}) until retire`);
  }
}

/** Sets how many replicas a Deployment has, and `annotations` with it; the Deployment as it is then. */
export async function scaleTo(
  run: Run,
  deployment: KubeObject,
  replicas: number,
  annotations: Readonly<Record<string, string>> = {},
): Promise<KubeObject> {
  const now = await patch(run, KIND.Deployment, deployment, { metadata: { annotations }, spec: { replicas } });
  run.report.line(`${nameOf(deployment)} scaled from ${replicasOf(deployment)} to ${replicas}`);
  return now;
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

/** Waits until all of `deployments` are available and in the endpoints of `services`, telling how far it is. */
export async function waitFor(
  run: Run,
  services: readonly Service[],
  revision: string,
  deployments: readonly KubeObject[],
): Promise<void> {
  const start = performance.now();
  const labelled = revision === ADOPTED ? undefined : deployments.map((one) => label(one, LABEL_REVISION))[0];
  const selectors = deployments.map((one) => textsOf(objectAt(one, 'spec', 'selector').matchLabels));
  await waitForStack(
    run.transport,
    run.api,
    { deployments, services, podSelector: selectorText(commonSelector(selectors)), labelled },
    (now, why) => {
      const waited = formatDuration(performance.now() - start);
      const there = services.length === 0 ? '' : `, ${now.endpoints} in the endpoints`;
      run.report.line(
        `${revision}: ${now.available} of ${now.wanted} ready${there}, ${waited}${why === undefined ? '' : `, ${why}`}`,
      );
    },
    run.waiting,
  );
}
