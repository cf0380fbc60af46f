import { GreenpathError, type Problem, problemText } from '../core/base/error.ts';
import type { Identifiers } from '../core/colouring/identifiers.ts';
import { buildStack, type Stack } from '../core/colouring/stack.ts';
import { baseNameOf } from '../core/kube/revision-services.ts';
import { clearText, jobSecrets, secretTexts } from '../core/kube/secret-values.ts';
import { manifestFaults } from '../core/manifests/classic-faults.ts';
import { type Manifest, type ManifestText, parseManifests } from '../core/manifests/manifests.ts';
import { NOTHING_RANDOM, type RandomValues, randomIn } from '../core/manifests/random-leaves.ts';
import { sourceText } from '../core/manifests/rendering.ts';
import { isSameRoute, refOf, sameAmong } from '../core/release/route.ts';
import { render } from '../render/render.ts';
import { type Route, routeOf } from '../routes/adapter.ts';
import { adapterOf, faultsIn, namedByRoute } from '../routes/registry.ts';
import { classicForm } from './live-route.ts';
import type { Namespace } from './namespace.ts';
import type { Run } from './run.ts';

/** The objects of the manifests, and the faults of the classic example in them. */
export interface GivenManifests {
  readonly manifests: readonly Manifest[];
  readonly faults: readonly Problem[];
  /** What charts generate at random. */
  readonly random: RandomValues;
}

/** Reads the manifests; throws if that is not possible. */
export async function readManifests(run: Run): Promise<GivenManifests> {
  const { texts, again } = await textsOf(run);
  const { manifests, problems, warnings } = parseManifests(texts, faultsIn);
  const objects = manifests.map(({ object }) => object);
  run.report.allow(clearText(objects));
  run.report.hide(secretTexts(objects));
  run.report.hideInJob(jobSecrets(objects));
  for (const warning of warnings) run.report.warning(problemText(warning));
  if (problems.length > 0)
    throw new GreenpathError('manifest', 'the manifests cannot be read', 'Fix the files at the named places.', {
      problems,
    });
  const random = again === undefined ? NOTHING_RANDOM : randomIn(manifests, parseManifests(again, faultsIn).manifests);
  return { manifests, faults: [...manifestFaults(manifests), ...routeMistakes(manifests)], random };
}

/** The stack that the manifests make beside what is in the namespace; throws every problem. */
export function stackIn(run: Run, { manifests, faults }: GivenManifests, namespace: Namespace): Stack {
  const { inputs } = run;
  const built = buildStack(manifests, inputs.images, identifiers(run), {
    routed: routedIn(run, manifests, namespace),
    services: namespace.services,
    isFirst: isFirst(run, namespace),
    others: inputs.config.others,
    namedBy: (object) => namedByRoute(object, run.api.namespace),
  });
  if ('stack' in built) {
    for (const notice of built.stack.notices) run.report.line(notice);
    return built.stack;
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

/** The Services, without the revision in their names, that the live routes name, in the cluster or in the manifests. */
function routedIn(
  { inputs, api }: Run,
  manifests: readonly Manifest[],
  { allRoutes, services }: Namespace,
): ReadonlySet<string> {
  const key = inputs.config['revision-label'];
  const named = (route: Route | undefined) => (route?.paths ?? []).flatMap(({ service }) => service ?? []);
  const live = inputs.routes.flatMap((ref) => named(sameAmong(allRoutes, { ref })));
  const planned = manifests.flatMap(({ object }) => {
    const adapter = adapterOf(object);
    const { namespace = api.namespace } = object.metadata;
    const isNamed = inputs.routes.some((ref) => isSameRoute(refOf(object), ref));
    const isLive = adapter !== undefined && isNamed && namespace === api.namespace;
    return isLive ? named(routeOf(adapter, object)) : [];
  });
  const find = (name: string) => services.find((one) => one.metadata.name === name);
  return new Set([...live, ...planned].map((name) => baseNameOf(name, find(name), key)));
}

/** Whether no live route leads to a Service that exists. */
function isFirst({ inputs }: Run, { allRoutes, services }: Namespace): boolean {
  const named = inputs.routes.flatMap((ref) => sameAmong(allRoutes, { ref })?.paths ?? []);
  return !named.some(({ service }) => services.some((one) => one.metadata.name === service));
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

/** The texts of the input `manifests`; `again` if a second rendering of its charts gave others. */
interface Texts {
  readonly texts: readonly ManifestText[];
  readonly again: readonly ManifestText[] | undefined;
}

/**
 * Reads the texts, and renders those that must be. The server is asked for its version if there is a chart. A chart is
 * rendered twice, since it may generate random values. A kustomization cannot.
 */
async function textsOf({ inputs, api, report, signal }: Run): Promise<Texts> {
  const { app, sources, values } = inputs;
  const kubernetes = sources.some(({ kind }) => kind === 'chart') ? await api.version() : undefined;
  const around = { app, namespace: api.namespace, values, kubernetes };
  const texts: ManifestText[] = [];
  const again: ManifestText[] = [];
  for (const source of sources) {
    if (source.kind === 'file') {
      texts.push({ text: source.text, from: source.file });
      again.push({ text: source.text, from: source.file });
    } else {
      const { text, tool } = await render(source, around, signal);
      texts.push({ text, from: source });
      again.push({ text: source.kind === 'chart' ? (await render(source, around, signal)).text : text, from: source });
      report.line(`Rendered ${sourceText(source)} by ${tool}`);
    }
  }
  const isRandom = again.some(({ text }, index) => text !== texts[index]?.text);
  return { texts, again: isRandom ? again : undefined };
}
