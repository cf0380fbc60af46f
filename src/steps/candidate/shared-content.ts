import { atPlace, changedError, GreenpathError } from '../../core/base/error.ts';
import { type JsonObject, textAt } from '../../core/base/json.ts';
import { diffOf } from '../../core/kube/diff.ts';
import { mergedContent } from '../../core/kube/merged-content.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { containersIn } from '../../core/kube/references.ts';
import { type Unapplied, unappliedText } from '../../core/kube/unapplied-fields.ts';
import { podSpecOf } from '../../core/kube/workload.ts';
import type { Run } from '../../state/run.ts';
import type { PresentShared, SharedUpdate } from './shared-change.ts';
import { unappliedOf } from './tell-unapplied.ts';

/**
 * How an object that exists once differs from the manifests, other than below `except`: it is only reported, or applied
 * in place if the config says `backing: apply`. The server tries the change first.
 */
export async function contentChange(run: Run, one: PresentShared, except: readonly string[]): Promise<SharedUpdate[]> {
  const { kind, present } = one;
  const { object: wanted, word, place } = one.manifest;
  const differs = await unappliedOf(run, kind, { wanted, present }, except);
  if (differs.length === 0) return [];
  const fields = unappliedText(differs);
  if (run.inputs.config.backing === 'keep') {
    const text = `${nameOf(wanted)} is ${word} and is not changed; it differs from the manifests in ${fields}`;
    const images = imagesText(wanted, present);
    if (images === undefined) run.report.notice(text);
    else run.report.warning(`${text}. So it ${images}`);
    return [];
  }
  const content = contentOf(one, differs);
  const target = { kind, name: wanted.metadata.name };
  const applied = await run.api
    .dry()
    .merge(target, content, present.metadata.resourceVersion)
    .catch((error: unknown) => {
      throw error instanceof GreenpathError && error.code === 'refused-by-server' ? atPlace(error, place) : error;
    });
  if (applied === 'changed') throw changedError(nameOf(wanted));
  run.report.notice(
    `${nameOf(wanted)} is ${word} and ${run.report.wording('is', 'would be')} changed in place: ${fields}`,
  );
  return [{ kind, object: present, content, diff: diffOf(present, applied) }];
}

/** Which image a workload of the cluster runs that the manifests do not have, or the reverse: a part of the release is old. */
function imagesText(wanted: KubeObject, present: KubeObject): string | undefined {
  const imagesIn = (object: KubeObject) => containersIn(podSpecOf(object)).flatMap((one) => textAt(one, 'image') ?? []);
  const [given, running] = [imagesIn(wanted), imagesIn(present)];
  const old = running.find((image) => !given.includes(image));
  if (old !== undefined) return `goes on to run ${old}`;
  const missing = given.find((image) => !running.includes(image));
  return missing && `does not run ${missing}`;
}

/** The fields that differ: whole fields of the object, and single labels and annotations. */
function contentOf(
  { manifest: { object: wanted }, present }: PresentShared,
  differs: readonly Unapplied[],
): JsonObject {
  const fields = differs.flatMap(({ path: [field = ''] }) => (field === 'metadata' ? [] : [field]));
  const texts = (part: 'labels' | 'annotations') => {
    const keys = differs.flatMap(({ path }) => (path[0] === 'metadata' && path[1] === part ? (path[2] ?? []) : []));
    return Object.fromEntries(keys.map((key) => [key, wanted.metadata[part]?.[key] ?? '']));
  };
  return {
    ...mergedContent(wanted, present, fields),
    metadata: { labels: texts('labels'), annotations: texts('annotations') },
  };
}
