import { GreenpathError } from '../../core/base/error.ts';
import { counted } from '../../core/base/plural.ts';
import { ADOPTED } from '../../core/base/revision.ts';
import { type KubeObject, readyPods, type Service } from '../../core/kube/objects.ts';
import { type RevisionServices, servicesText } from '../../core/kube/revision-services.ts';
import { replicasOf, strengthen, weakIn } from '../../core/kube/strength.ts';
import { bareAmong, deploymentsBehind, isBehind, lastingBehind } from '../../state/deployments-behind.ts';
import type { Namespace } from '../../state/namespace.ts';
import { awaitEffect, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { listHpas, raise } from './hpa-limits.ts';
import { replaceStuck } from './replace.ts';
import { scaleTo } from './scale.ts';
import { waitFor } from './wait-for-stack.ts';

/**
 * Makes each Service of `side` at least as strong as its counterpart in `than`, with at least one ready pod: scales up
 * if needed, and waits. It never scales anything down. Returns whether it waited. Throws `rollout-failed` with the
 * reason that a person needs.
 */
export async function strengthenSide(
  run: Run,
  situation: Situation,
  side: RevisionServices,
  than: RevisionServices,
): Promise<boolean> {
  const need = await needOf(run, situation, side, than);
  if (need === undefined) return false;
  const isLive = situation.rules.some(({ service }) => Object.values(side.services).includes(service));
  const behind = isLive ? need.behind : await replaceStuck(run, need.behind);
  const scaled = await scale(run, behind, need.counts);
  return awaitEffect(run, () => waitFor(run, need.services, side.revision, scaled));
}

/**
 * The same for a side that has just gone live: scales at once, and returns the wait, if there is one, to be awaited
 * after everything else. Failures are thrown only by that wait, since visitors are there already. `known` are the
 * Deployments behind `side`, if they were read just before.
 */
export async function strengthenLater(
  run: Run,
  namespace: Namespace,
  side: RevisionServices,
  than: RevisionServices,
  known?: readonly KubeObject[],
): Promise<(() => Promise<void>) | undefined> {
  try {
    const need = await needOf(run, namespace, side, than, known);
    if (need === undefined) return undefined;
    const scaled = await scale(run, need.behind, need.counts);
    return () => waitFor(run, need.services, side.revision, scaled);
  } catch (error) {
    return () => Promise.reject(error);
  }
}

/** What a side lacks: its weak Services, the Deployments behind them, and how many replicas those need. */
interface Need {
  readonly services: readonly Service[];
  readonly behind: readonly KubeObject[];
  readonly counts: ReadonlyMap<string, number>;
}

/** Undefined if nothing is to be done. */
async function needOf(
  run: Run,
  namespace: Namespace,
  side: RevisionServices,
  than: RevisionServices,
  known?: readonly KubeObject[],
): Promise<Need | undefined> {
  const weak = weakIn(namespace.slices, side, than);
  if (weak.length === 0) {
    const ready = Object.values(side.services).map((name) => readyPods(namespace.slices, name).length);
    run.report.line(
      `${servicesText(side)} ${ready.length === 1 ? 'is' : 'are'} at strength: ${counted(sum(ready), 'ready pod')}`,
    );
    return undefined;
  }
  const services = weak.map(({ name }) => serviceOf(namespace, side, name));
  const read = known ?? (await deploymentsBehind(run, services));
  const behind = lastingBehind(services, read);
  const bare = bareAmong(services, behind);
  if (bare !== undefined) throw gone(side, `no Deployment is behind Service ${bare.metadata.name}`);
  for (const { name, ready, least } of weak)
    run.report.line(`${name} has ${counted(ready, 'ready pod')}, and ${least} are needed`);
  const needed = new Map<string, number>();
  for (const [index, service] of services.entries()) {
    const own = behind.filter((deployment) => isBehind(service, deployment));
    const counts = strengthen(own.map(replicasOf), weak[index]?.least ?? 1);
    own.forEach(({ metadata }, at) => {
      needed.set(metadata.name, Math.max(needed.get(metadata.name) ?? 0, counts[at] ?? 0));
    });
  }
  return { services, behind, counts: needed };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function serviceOf({ services }: Namespace, side: RevisionServices, name: string): Service {
  const service = services.find((one) => one.metadata.name === name);
  if (service === undefined) throw gone(side, `Service ${name} is gone`);
  return service;
}

function gone(side: RevisionServices, what: string): GreenpathError {
  return new GreenpathError(
    'no-candidate',
    `a part of revision ${side.revision} was deleted: ${what}`,
    side.revision === ADOPTED
      ? 'It existed before Greenpath, which cannot restore it: apply it again yourself, or set the input `to` to another revision (mode status lists them).'
      : 'Run deploy-green for this revision again: it creates what is missing.',
  );
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
