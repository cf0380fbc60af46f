import { GreenpathError, type Problem } from '../core/base/error.ts';
import type { Identifiers } from '../core/colouring/identifiers.ts';
import { type Built, buildStack, type Stack } from '../core/colouring/stack.ts';
import type { Service } from '../core/kube/objects.ts';
import { baseNameOf } from '../core/kube/revision-services.ts';
import type { Manifest } from '../core/manifests/manifests.ts';
import { isSameRoute, refOf, sameAmong } from '../core/release/route.ts';
import { adapterOf, namedByRoute } from '../routes/registry.ts';
import { type Route, routeOf } from '../routes/route-kind.ts';
import { isFirstRelease, refuseInstalling } from './first-release.ts';
import type { Inputs } from './inputs.ts';
import { classicForm } from './live-route.ts';
import { type GivenManifests, parsed, type RenderedText, textOf } from './manifest-texts.ts';
import type { Namespace } from './namespace.ts';
import type { Run } from './run.ts';

/** Reads the manifests; throws if that is not possible. The server is asked for its version if there is a chart. */
export async function readManifests(run: Run): Promise<GivenManifests> {
  const { inputs, api } = run;
  const kubernetes = inputs.sources.some(({ kind }) => kind === 'chart') ? await api.version() : undefined;
  const texts: RenderedText[] = [];
  for (const source of inputs.sources) texts.push(await textOf(run, source, { namespace: api.namespace, kubernetes }));
  const { problems, ...given } = parsed(run, texts);
  if (problems.length > 0) throw unreadable(problems);
  return given;
}

/** The refusal of manifests of which some cannot be read. */
export function unreadable(problems: readonly Problem[]): GreenpathError {
  return new GreenpathError('manifest', 'the manifests cannot be read', 'Fix the files at the named places.', {
    problems,
  });
}

/** The stack that the manifests make beside what is in the namespace; throws every problem. */
export function stackIn(run: Run, given: GivenManifests, namespace: Namespace): Stack {
  const { services } = namespace;
  const ids = identifiers(run);
  const routed = routedIn(run.inputs, ids, given.manifests, namespace);
  const builtIf = (isFirst: boolean) => builtFrom(run.inputs, given, ids, { routed, services, isFirst });
  const later = builtIf(false);
  const isFirst = isFirstRelease(run, namespace, later.counterparts);
  const built = isFirst ? builtIf(true) : later;
  if ('problems' in built) throw manifestsRefusal(given.faults, built.problems);
  if (isFirst) refuseInstalling(run, built.stack, namespace);
  for (const notice of built.stack.notices) run.report.line(notice);
  return built.stack;
}

/** What the namespace says about the manifests. */
interface Around {
  /** The Services that live routes name, without the revision in their names. */
  readonly routed: ReadonlySet<string>;
  readonly services: readonly Service[];
  /** Whether nothing of the app is live. */
  readonly isFirst: boolean;
}

/** What becomes of each object of the manifests, and the stack or every problem. */
export function builtFrom(inputs: Inputs, { manifests }: GivenManifests, ids: Identifiers, around: Around): Built {
  return buildStack(manifests, inputs.images, ids, {
    ...around,
    others: inputs.config.others,
    isLive: (object) => inputs.routes.some((ref) => isSameRoute(refOf(object), ref)),
    namedBy: (object) => namedByRoute(object, ids.namespace),
  });
}

/** The refusal of manifests with these faults of the classic example and these problems. */
export function manifestsRefusal(faults: readonly Problem[], problems: readonly Problem[]): GreenpathError {
  const isAtFault = ({ place }: Problem) =>
    faults.some((fault) => fault.place?.line === place?.line && fault.place?.file === place?.file);
  if (faults.length > 0) return classicForm([...faults, ...problems.filter((problem) => !isAtFault(problem))]);
  return new GreenpathError('manifest', 'the manifests cannot be released as they are', whatToFix(problems), {
    problems,
  });
}

/** Problems without a place are those of inputs. */
function whatToFix(problems: readonly Problem[]): string {
  const placed = problems.filter(({ place }) => place !== undefined).length;
  if (placed === 0) return 'Correct what is named: the inputs, or the manifests.';
  return placed === problems.length
    ? 'Fix the files at the named places.'
    : 'Fix the files at the named places, and correct what is named without one.';
}

/** The Services, without the revision in their names, that the live routes name, in the cluster or in the manifests. */
export function routedIn(
  { routes, config }: Inputs,
  ids: Identifiers,
  manifests: readonly Manifest[],
  { allRoutes, services }: Pick<Namespace, 'allRoutes' | 'services'>,
): ReadonlySet<string> {
  const named = (route: Route | undefined) => (route?.paths ?? []).flatMap(({ service }) => service ?? []);
  const live = routes.flatMap((ref) => named(sameAmong(allRoutes, { ref })));
  const planned = manifests.flatMap(({ object }) => {
    const adapter = adapterOf(object);
    const { namespace = ids.namespace } = object.metadata;
    const isNamed = routes.some((ref) => isSameRoute(refOf(object), ref));
    const isLive = adapter !== undefined && isNamed && namespace === ids.namespace;
    return isLive ? named(routeOf(adapter, object)) : [];
  });
  const find = (name: string) => services.find((one) => one.metadata.name === name);
  return new Set([...live, ...planned].map((name) => baseNameOf(name, find(name), config['revision-label'])));
}

/** What identifies the objects of this release. */
export function identifiers({ inputs, api }: Run): Identifiers {
  const { app, revision, config } = inputs;
  return { app, revision, namespace: api.namespace, revisionLabel: config['revision-label'] };
}
