import { atPlace, changedError, GreenpathError } from '../../core/base/error.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { diffOf } from '../../core/kube/diff.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import { ANNOTATION_ENTRY, type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { secretTexts } from '../../core/kube/secret-values.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import { isEntryOf } from '../../core/release/entry.ts';
import { noteWrite, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import type { PresentShared, SharedChange } from './shared-change.ts';
import { contentChange } from './shared-content.ts';
import { keyProblem, keysToSet, takesKeys } from './shared-keys.ts';
import { findShared, mayCreate } from './shared-presence.ts';

/** Compares each object that exists once with what there is: one request each, and more only for differences. */
export async function planShared(run: Run, stack: Stack, situation: Situation): Promise<SharedChange[]> {
  const found = await Promise.all(
    stack.shared.map(async (manifest) => {
      const kind = await kindAt(run, manifest);
      return { manifest, kind, present: await findShared(run, kind, manifest) };
    }),
  );
  const missing = found.flatMap(({ manifest, present }) => (present === undefined ? [manifest] : []));
  const created = await Promise.all(missing.map((one) => mayCreate(run, one)));
  const there = found.flatMap(({ manifest, kind, present }): PresentShared[] =>
    present === undefined || present === 'unseen' ? [] : [{ manifest, kind, present }],
  );
  run.report.hide(secretTexts(there.map(({ present }) => present)));
  await refuseKeys(
    run,
    there.filter((one) => takesKeys(one, stack)),
    situation,
  );
  const changed = await Promise.all(
    there.map(async (one) => {
      const isSet = takesKeys(one, stack);
      const except = [...(isSet ? ['data'] : []), ...(followsLive(run, situation, one) ? ['spec'] : [])];
      return [...(await contentChange(run, one, except)), ...(isSet ? keysToSet(one) : [])];
    }),
  );
  return [
    ...missing.filter((_, index) => created[index]).map((create) => ({ create })),
    ...changed.flat().map((set) => ({ set })),
  ];
}

/** Whether it is a plain Service of an earlier release, whose callers must get what is live; then a notice says so. */
function followsLive(run: Run, { revision }: Situation, { manifest: { word }, present }: PresentShared): boolean {
  const follows = revision !== undefined && isEntryOf(present, run.inputs.app);
  if (follows)
    run.report.notice(
      `${nameOf(present)} is ${word} now, but leads to ${revision}, which is live, and its spec is not changed. Once its callers shall reach what these manifests define, remove its annotation ${ANNOTATION_ENTRY} and apply it with kubectl`,
    );
  return follows;
}

async function refuseKeys(run: Run, there: readonly PresentShared[], situation: Situation): Promise<void> {
  const problems = (await Promise.all(there.map((one) => keyProblem(run, situation, one)))).flat();
  if (problems.length === 0) return;
  throw new GreenpathError(
    'manifest',
    'shared objects would change what visitors get now',
    'Put the new content under a new key, or into a ConfigMap whose name carries the revision.',
    { problems },
  );
}

/**
 * Carries out the plan: creates only what is still missing, and changes an object only in the version that was compared.
 * Returns the created objects.
 */
export async function writeShared(run: Run, changes: readonly SharedChange[]): Promise<KubeObject[]> {
  const created: KubeObject[] = [];
  for (const { create, set } of changes) {
    if (create) {
      const { object } = create;
      const answer = await run.api.create(object);
      if (answer === 'changed') run.report.line(`${nameOf(object)} was created by somebody else meanwhile, and stays`);
      else {
        created.push(answer);
        noteWrite(run, { object: nameOf(object), action: 'create', diff: diffOf(undefined, object) });
      }
    }
    if (set) {
      const target = { kind: set.kind, name: set.object.metadata.name };
      const answer = await run.api.merge(target, set.content, set.object.metadata.resourceVersion);
      if (answer === 'changed') throw changedError(nameOf(set.object));
      noteWrite(run, { object: nameOf(set.object), action: 'change', diff: set.diff });
    }
  }
  return created;
}

/** The REST facts of a manifest's kind; problems are annotated at its place. */
async function kindAt(run: Run, { object, place }: Manifest): Promise<Kind> {
  try {
    return await run.api.kind(object);
  } catch (error) {
    throw error instanceof GreenpathError && error.code === 'manifest' ? atPlace(error, place) : error;
  }
}
