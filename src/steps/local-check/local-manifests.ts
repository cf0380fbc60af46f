import { atPlace, GreenpathError } from '../../core/base/error.ts';
import { originOf } from '../../core/manifests/rendering.ts';
import { type GivenManifests, parsed, type RenderedText, textOf } from '../../state/manifest-texts.ts';
import { unreadable } from '../../state/manifests.ts';
import type { LocalRun } from '../../state/run.ts';

/** The manifests as far as they can be read without a cluster. */
export interface LocalManifests extends GivenManifests {
  /** Why the others cannot. */
  readonly unread: readonly GreenpathError[];
}

/** The namespace for which charts are rendered if none is given: that of a kubeconfig which names none. */
export const USUAL_NAMESPACE = 'default';

/** Reads all manifests that can be read: one that cannot does not hide what is wrong with the others. */
export async function readLocally(run: LocalRun): Promise<LocalManifests> {
  const { sources, namespace } = run.inputs;
  const texts: RenderedText[] = [];
  const unread: GreenpathError[] = [];
  for (const source of sources) {
    try {
      texts.push(await textOf(run, source, { namespace: namespace || USUAL_NAMESPACE, kubernetes: undefined }));
    } catch (error) {
      if (!(error instanceof GreenpathError) || error.code !== 'render-failed' || source.kind === 'file') throw error;
      unread.push(atPlace(error, { file: originOf(source, '') }));
    }
  }
  const { problems, ...given } = parsed(run, texts);
  return { ...given, unread: problems.length === 0 ? unread : [...unread, unreadable(problems)] };
}
