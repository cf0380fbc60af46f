import type { Problem } from '../../core/base/error.ts';
import { objectAt } from '../../core/base/json.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { diffOf } from '../../core/kube/diff.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { nameOf } from '../../core/kube/objects.ts';
import { keyChanges, keysRead } from '../../core/kube/shared-keys.ts';
import { podSpecOf } from '../../core/kube/workload.ts';
import { servicesOf } from '../../core/release/route.ts';
import { deploymentsBehind } from '../../state/deployments-behind.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import type { PresentShared, SharedUpdate } from './shared-change.ts';

/** Whether keys of an object may be set: a ConfigMap that both versions of a hand-written pair read. */
export function takesKeys({ kind, manifest }: PresentShared, { form }: Stack): boolean {
  return kind === KIND.ConfigMap && manifest.word === 'shared' && form === 'pair';
}

/** The keys that are to be added or changed. */
export function keysToSet({ kind, manifest, present }: PresentShared): SharedUpdate[] {
  const { set } = keyChanges(present, manifest.object);
  if (Object.keys(set).length === 0) return [];
  const changed = { ...present, data: { ...objectAt(present, 'data'), ...set } };
  return [{ kind, object: present, content: { data: { ...set } }, diff: diffOf(present, changed) }];
}

/** The refusal of a change of keys that the live version reads, or that somebody else manages. */
export async function keyProblem(
  run: Run,
  situation: Situation,
  { manifest: { object, place }, present }: PresentShared,
): Promise<Problem[]> {
  const { changed, owned } = keyChanges(present, object);
  const read = changed.length === 0 ? [] : await liveKeys(run, situation, object.metadata.name);
  const blocked = changed.filter((key) => read === 'all' || read.includes(key) || !owned.includes(key));
  if (blocked.length === 0) return [];
  const text = `${nameOf(object)} is shared with the live version, and this would change ${blocked.join(', ')}, which it reads or which somebody else manages`;
  return [{ text, place }];
}

/** The keys of a ConfigMap that pods of the live Services read. */
async function liveKeys(run: Run, situation: Situation, name: string): Promise<'all' | string[]> {
  const named = servicesOf(situation.rules);
  const services = situation.services.filter((one) => named.includes(one.metadata.name));
  const live = await deploymentsBehind(run, services);
  const read = live.map((deployment) => keysRead(podSpecOf(deployment), 'ConfigMap', name));
  return read.includes('all') ? 'all' : [...new Set(read.flat())];
}
