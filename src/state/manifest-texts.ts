import type { Problem } from '../core/base/error.ts';
import { clearText, jobSecrets, secretTexts } from '../core/kube/secret-values.ts';
import { manifestFaults } from '../core/manifests/classic-faults.ts';
import { type Manifest, type ManifestText, parseManifests } from '../core/manifests/manifests.ts';
import { NOTHING_RANDOM, type RandomValues, randomIn } from '../core/manifests/random-leaves.ts';
import { type Source, sourceText } from '../core/manifests/rendering.ts';
import { render } from '../render/render.ts';
import { adapterOf, faultsIn } from '../routes/registry.ts';
import type { LocalRun } from './run.ts';

/** The objects of the manifests, and the faults of the classic example in them. */
export interface GivenManifests {
  readonly manifests: readonly Manifest[];
  readonly faults: readonly Problem[];
  /** What charts generate at random. */
  readonly random: RandomValues;
}

/** What manifests are rendered for. */
interface RenderTarget {
  readonly namespace: string;
  /** The API server's version, such as `v1.37.2`, if it is known. */
  readonly kubernetes: string | undefined;
}

/** A text of the manifests, and that of a second rendering. */
export interface RenderedText {
  readonly text: ManifestText;
  readonly again: ManifestText;
}

/**
 * The text of one entry of the input `manifests`, rendered if needed. A chart is rendered twice, since it may generate
 * random values. A kustomization cannot. Throws `render-failed`.
 */
export async function textOf(
  { inputs, report, signal }: LocalRun,
  source: Source,
  target: RenderTarget,
): Promise<RenderedText> {
  if (source.kind === 'file') return once({ text: source.text, from: source.file });
  const { app, values } = inputs;
  const around = { app, values, ...target };
  const { text, tool } = await render(source, around, signal);
  const again = source.kind === 'chart' ? (await render(source, around, signal)).text : text;
  report.line(`Rendered ${sourceText(source)} by ${tool}`);
  return { text: { text, from: source }, again: { text: again, from: source } };
}

function once(text: ManifestText): RenderedText {
  return { text, again: text };
}

/** The objects in the texts, and what keeps others from being read. From now on the run hides the values of Secrets. */
export function parsed(
  { report }: LocalRun,
  texts: readonly RenderedText[],
): GivenManifests & { readonly problems: readonly Problem[] } {
  const { manifests, problems, warnings } = parseManifests(
    texts.map(({ text }) => text),
    faultsIn,
  );
  const objects = manifests.map(({ object }) => object);
  report.allow(clearText(objects));
  report.hide(secretTexts(objects));
  report.hideInJob(jobSecrets(objects));
  for (const { text, place } of warnings) report.warning(text, place);
  const faults = [...manifestFaults(manifests), ...routeMistakes(manifests)];
  return { manifests, problems, faults, random: randomOf(manifests, texts) };
}

function randomOf(manifests: readonly Manifest[], texts: readonly RenderedText[]): RandomValues {
  if (texts.every(({ text, again }) => text.text === again.text)) return NOTHING_RANDOM;
  const second = texts.map(({ again }) => again);
  return randomIn(manifests, parseManifests(second, faultsIn).manifests);
}

/** What in the manifests' routes no router could serve as intended. */
function routeMistakes(manifests: readonly Manifest[]): Problem[] {
  return manifests.flatMap(({ object, place }) =>
    (adapterOf(object)?.mistakes(object) ?? []).map((text) => ({ text, place })),
  );
}
