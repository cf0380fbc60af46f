import { GreenpathError, type Problem } from '../core/base/error.ts';
import type { Identifiers } from '../core/colouring/identifiers.ts';
import { buildStack, type Stack } from '../core/colouring/stack.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { clearText, jobSecrets, secretTexts } from '../core/kube/secret-values.ts';
import { manifestFaults } from '../core/manifests/classic-faults.ts';
import { type Manifest, type ManifestText, parseManifests } from '../core/manifests/manifests.ts';
import { sourceText } from '../core/manifests/rendering.ts';
import { render } from '../render/render.ts';
import { adapterOf, faultsIn, namedByRoute } from '../routes/registry.ts';
import { classicForm } from './live-route.ts';
import type { Run } from './run.ts';

/**
 * Reads the manifests into a stack. Reports the faults of the classic example if there are any; throws every other
 * problem.
 */
export async function readStack(run: Run): Promise<{ stack: Stack; faults: Problem[] }> {
  const { inputs } = run;
  const { manifests, problems } = parseManifests(await textsOf(run), faultsIn);
  const objects = manifests.map(({ object }) => object);
  run.report.allow(clearText(objects));
  run.report.hide(secretTexts(objects));
  run.report.hideInJob(jobSecrets(objects));
  if (problems.length > 0)
    throw new GreenpathError('manifest', 'the manifests cannot be read', 'Fix the files at the named places.', {
      problems,
    });
  const faults = [...manifestFaults(manifests), ...routeMistakes(manifests)];
  const named = (object: KubeObject) => namedByRoute(object, run.api.namespace);
  const built = buildStack(manifests, inputs.images, identifiers(run), named);
  if ('stack' in built) {
    for (const notice of built.stack.notices) run.report.line(notice);
    return { stack: built.stack, faults };
  }
  if (faults.length > 0)
    throw classicForm([
      ...faults,
      ...built.problems.filter(
        (problem) =>
          !faults.some(
            (fault) => fault.place?.line === problem.place?.line && fault.place?.file === problem.place?.file,
          ),
      ),
    ]);
  throw new GreenpathError(
    'manifest',
    'the manifests cannot be released as they are',
    'Fix the files at the named places.',
    { problems: built.problems },
  );
}

/** What in the manifests' routes no router could serve as intended. */
function routeMistakes(manifests: readonly Manifest[]): Problem[] {
  return manifests.flatMap(({ object, place }) =>
    (adapterOf(object)?.mistakes(object) ?? []).map((text) => ({ text, place })),
  );
}

/** What identifies the objects of this release. */
export function identifiers({ inputs, api }: Run): Identifiers {
  const { app, revision, config } = inputs;
  return { app, revision, namespace: api.namespace, revisionLabel: config['revision-label'] };
}

/** The texts of the input `manifests`, rendered if needed. The server is asked for its version if there is a chart. */
async function textsOf({ inputs, api, report, signal }: Run): Promise<ManifestText[]> {
  const { app, sources, values } = inputs;
  const kubernetes = sources.some(({ kind }) => kind === 'chart') ? await api.version() : undefined;
  const texts: ManifestText[] = [];
  for (const source of sources) {
    if (source.kind === 'file') texts.push({ text: source.text, from: source.file });
    else {
      const { text, tool } = await render(source, { app, namespace: api.namespace, values, kubernetes }, signal);
      texts.push({ text, from: source });
      report.line(`Rendered ${sourceText(source)} by ${tool}`);
    }
  }
  return texts;
}
