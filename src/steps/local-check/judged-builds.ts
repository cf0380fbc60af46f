import type { Identifiers } from '../../core/colouring/identifiers.ts';
import type { Built } from '../../core/colouring/stack.ts';
import type { Verdict } from '../../core/colouring/verdicts.ts';
import { kindOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type Service, selects } from '../../core/kube/objects.ts';
import { podLabels } from '../../core/kube/workload.ts';
import { isSameRoute, type RouteRef, routeText } from '../../core/release/route.ts';
import { type Alternative, withProblems } from '../../core/report/checked.ts';
import type { Inputs } from '../../state/inputs.ts';
import { builtFrom, routedIn } from '../../state/manifests.ts';
import type { LocalManifests } from './local-manifests.ts';
import { type ManifestRoute, manifestRoutes } from './manifest-routes.ts';

/** The manifests as `deploy-green` judges them, by what the cluster may hold. */
export interface JudgedBuilds {
  /** If visitors reach what the routes of the manifests name, and nothing else. */
  readonly shown: Built;
  /**
   * If a live route that the manifests lack leads to every part that may be behind one. What is refused here is refused
   * whatever that route names.
   */
  readonly lenient: Built;
  /** What else an object may become. */
  readonly ifRouted: readonly Alternative[];
  readonly ifFirst: Alternative;
  readonly routes: readonly ManifestRoute[];
  /** Live routes that the manifests lack. */
  readonly missing: readonly RouteRef[];
  /** The Services that live routes name, as far as the manifests say. */
  readonly routed: ReadonlySet<string>;
}

/** Judges manifests in each way that the cluster may lead to. */
export function judgedBuilds(inputs: Inputs, given: LocalManifests, ids: Identifiers): JudgedBuilds {
  const { manifests } = given;
  const routed = routedIn(inputs, ids, manifests, { allRoutes: [], services: [] });
  const builtIf = (names: ReadonlySet<string>, isFirst = false) =>
    builtFrom(inputs, given, ids, { routed: names, services: [], isFirst });
  const shown = builtIf(routed);
  const routes = manifestRoutes(inputs, shown.verdicts);
  const missing = inputs.routes.filter((ref) => !routes.some((one) => isSameRoute(one.ref, ref)));
  const ifFirst = alternative('nothing is live yet', builtIf(routed, true));
  const known = { shown, ifFirst, routes, missing, routed };
  if (missing.length === 0) return { ...known, lenient: shown, ifRouted: [] };
  const services = manifests.flatMap(({ object }) => (kindOf(object) === KIND.Service ? [object as Service] : []));
  const namesOf = (some: readonly Service[]) => new Set([...routed, ...some.map(({ metadata }) => metadata.name)]);
  const condition = `${missing.map(routeText).join(' or ')} leads to it`;
  const all = alternative(condition, builtIf(namesOf(services)));
  const lenient = builtIf(namesOf(services.filter((service) => mayBeRouted(service, all))));
  return { ...known, lenient, ifRouted: [all] };
}

/** Whether nothing is wrong with a Service, and with the Deployments behind it, if a live route leads to them. */
function mayBeRouted({ spec, metadata: { name } }: Service, { verdicts, problems }: Alternative): boolean {
  const isBehind = ({ manifest: { object } }: Verdict) =>
    kindOf(object) === KIND.Deployment && selects(spec.selector ?? {}, podLabels(object));
  const isSelf = ({ manifest: { object } }: Verdict) =>
    kindOf(object) === KIND.Service && object.metadata.name === name;
  const concerned = verdicts.filter((verdict) => isBehind(verdict) || isSelf(verdict));
  return concerned.every((verdict) => withProblems(verdict, problems).word !== 'refused');
}

function alternative(condition: string, built: Built): Alternative {
  return { condition, verdicts: built.verdicts, problems: 'problems' in built ? built.problems : [] };
}
