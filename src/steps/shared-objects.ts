import { atPlace, changedError, GreenpathError, type Problem } from '../core/base/error.ts';
import { objectAt } from '../core/base/json.ts';
import type { Stack } from '../core/colouring/stack.ts';
import { diffOf } from '../core/kube/diff.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../core/kube/objects.ts';
import { secretTexts } from '../core/kube/secret-values.ts';
import { keyChanges, keysRead } from '../core/kube/shared-keys.ts';
import { podSpecOf } from '../core/kube/workload.ts';
import type { Manifest } from '../core/manifests/manifests.ts';
import { servicesOf } from '../core/release/route.ts';
import { deploymentsBehind } from '../state/deployments-behind.ts';
import { noteWrite, type Run } from '../state/run.ts';
import type { Situation } from '../state/situation.ts';
import { tellShared } from './tell-unapplied.ts';

/** What is done to one shared object: created if missing, keys set if nothing live reads them, else left unchanged. */
export interface SharedChange {
  readonly create?: Manifest;
  readonly set?: {
    readonly object: KubeObject;
    readonly data: Readonly<Record<string, string>>;
    readonly diff: string;
  };
}

/** Compares each shared object with what exists; one request each, and one more if keys of a ConfigMap change. */
export async function planShared(run: Run, stack: Stack, situation: Situation): Promise<SharedChange[]> {
  const problems: Problem[] = [];
  const changes = await Promise.all(
    stack.shared.map(async (manifest): Promise<SharedChange[]> => {
      const { object, place } = manifest;
      const kind = await kindAt(run, manifest);
      const present = await run.api.get<KubeObject>({ kind, name: object.metadata.name });
      if (present === undefined) return [{ create: manifest }];
      run.report.hide(secretTexts([present]));
      const isSet = object.kind === 'ConfigMap' && stack.form === 'pair';
      await tellShared(run, kind, { wanted: object, present }, isSet ? ['data'] : []);
      if (!isSet) return [];
      const change = keyChanges(present, object);
      const names = Object.keys(change.set);
      if (names.length === 0) return [];
      const read = change.changed.length === 0 ? [] : await liveKeys(run, situation, object.metadata.name);
      const blocked = change.changed.filter(
        (key) => read === 'all' || read.includes(key) || !change.owned.includes(key),
      );
      if (blocked.length > 0) {
        problems.push({
          text: `${nameOf(object)} is shared with the live version, and this would change ${blocked.join(', ')}, which it reads or which somebody else manages`,
          place,
        });
      }
      return [{ set: { object: present, data: change.set, diff: diffOf(present, withData(present, change.set)) } }];
    }),
  );
  if (problems.length > 0) {
    throw new GreenpathError(
      'manifest',
      'shared objects would change what visitors get now',
      'Put the new content under a new key, or into a ConfigMap whose name carries the revision.',
      { problems },
    );
  }
  return changes.flat();
}

/** Carries out the plan. New objects are applied; keys are set only if the compared version is unchanged. */
export async function writeShared(run: Run, changes: readonly SharedChange[]): Promise<void> {
  for (const { create, set } of changes) {
    if (create) {
      const { object } = create;
      await run.api.apply(object);
      noteWrite(run, { object: nameOf(object), action: 'create', diff: diffOf(undefined, object) });
    }
    if (set) {
      const target = { kind: KIND.ConfigMap, name: set.object.metadata.name };
      const answer = await run.api.merge(target, { data: { ...set.data } }, set.object.metadata.resourceVersion);
      if (answer === 'changed') throw changedError(nameOf(set.object));
      noteWrite(run, { object: nameOf(set.object), action: 'change', diff: set.diff });
    }
  }
}

/** The REST facts of a manifest's kind; problems are annotated at its place. */
async function kindAt(run: Run, { object, place }: Manifest): Promise<Kind> {
  try {
    return await run.api.kind(object);
  } catch (error) {
    throw error instanceof GreenpathError && error.code === 'manifest' ? atPlace(error, place) : error;
  }
}

function withData(object: KubeObject, data: Readonly<Record<string, string>>): KubeObject {
  return { ...object, data: { ...objectAt(object, 'data'), ...data } };
}

/** The keys of a ConfigMap that pods of the live Services read. */
async function liveKeys(run: Run, situation: Situation, name: string): Promise<'all' | string[]> {
  const named = servicesOf(situation.rules);
  const services = situation.services.filter((one) => named.includes(one.metadata.name));
  const live = await deploymentsBehind(run, services);
  const read = live.map((deployment) => keysRead(podSpecOf(deployment), 'ConfigMap', name));
  return read.includes('all') ? 'all' : [...new Set(read.flat())];
}
