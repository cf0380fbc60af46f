import { atPlace, GreenpathError, type Place, type Problem } from '../../core/base/error.ts';
import type { Identifiers } from '../../core/colouring/identifiers.ts';
import type { Verdict } from '../../core/colouring/verdicts.ts';
import type { OfferedService } from '../../core/kube/counterpart.ts';
import { kindOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import type { KubeObject, Service } from '../../core/kube/objects.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import { isSameRoute, type RouteRef, refOf, routeText, sameAmong } from '../../core/release/route.ts';
import { markFor } from '../../core/release/router-mark.ts';
import type { AdaptedRoute } from '../../routes/adapter.ts';
import { adapterOf } from '../../routes/registry.ts';
import { routeOf } from '../../routes/route-kind.ts';
import type { Undecided } from '../../routes/router-hints.ts';
import type { Inputs } from '../../state/inputs.ts';
import type { Namespace } from '../../state/namespace.ts';
import { situationIn } from '../../state/read-situation.ts';
import { stackServices } from '../../state/role.ts';
import { routesIn } from '../candidate/candidate.ts';
import { planPreviews } from '../own-routes/plan-previews.ts';

/** A live route that the manifests hold. */
export interface ManifestRoute {
  readonly ref: RouteRef;
  readonly manifest: Manifest;
  /** What only the cluster says about its router; undefined if that is known. */
  readonly undecided: Undecided | undefined;
}

/** The live routes that the manifests hold. */
export function manifestRoutes({ routes, config }: Inputs, verdicts: readonly Verdict[]): ManifestRoute[] {
  const live = verdicts.flatMap(({ word, manifest }) => (word === 'route' ? [manifest] : []));
  return routes.flatMap((ref) => {
    const manifest = live.find(({ object }) => isSameRoute(refOf(object), ref));
    const adapter = manifest && adapterOf(manifest.object);
    if (manifest === undefined || adapter === undefined) return [];
    return [{ ref, manifest, undecided: adapter.undecided?.(manifest.object, config.router) }];
  });
}

/** What `deploy-green` may refuse of these routes: an error in any case, a sentence about where it depends on the cluster. */
export interface RouteRefusals {
  readonly errors: readonly GreenpathError[];
  readonly depending: readonly (Problem & { readonly place: Place })[];
}

/** What the live routes are judged with. */
interface Given {
  readonly planned: readonly ManifestRoute[];
  readonly manifests: readonly Manifest[];
  readonly counterparts: readonly OfferedService[];
}

/**
 * What `deploy-green` refuses of the live routes that the manifests hold: in any case if it does so both in a namespace
 * that is empty and in one to which the manifests were applied as they are.
 */
export function routeRefusals(inputs: Inputs, ids: Identifiers, given: Given): RouteRefusals {
  const { planned, manifests, counterparts } = given;
  const known = planned.filter(({ undecided }) => undecided?.isNamed ?? true);
  const applied = appliedAs(manifests);
  const judged = (routes: readonly ManifestRoute[]): RouteJudgement[] =>
    routes.slice(0, 1).map((first) => ({
      first,
      asNew: previewRefusal(inputs, ids, { namespace: EMPTY, routes, counterparts }),
      asPresent: previewRefusal(inputs, ids, { namespace: applied, routes, counterparts }),
    }));
  const each = known.flatMap((route) => judged([route]));
  const isRefused = ({ asNew, asPresent }: RouteJudgement) => asNew !== undefined || asPresent !== undefined;
  // Several routes may be refused only together.
  const all = each.some(isRefused) ? each : judged(known);
  return { errors: all.flatMap(errorIn), depending: all.flatMap(dependingIn) };
}

/** The refusals of routes that do not exist, and that do; `first` stands for all of them. */
interface RouteJudgement {
  readonly first: ManifestRoute;
  readonly asNew: GreenpathError | undefined;
  readonly asPresent: GreenpathError | undefined;
}

function errorIn({ first, asNew, asPresent }: RouteJudgement): GreenpathError[] {
  return asNew === undefined || asPresent === undefined ? [] : [atPlace(asPresent, first.manifest.place)];
}

function dependingIn({ first: { ref, manifest }, asNew, asPresent }: RouteJudgement): RouteRefusals['depending'] {
  const error = asNew ?? asPresent;
  if (error === undefined || (asNew !== undefined && asPresent !== undefined)) return [];
  const when = `if ${routeText(ref)} ${asNew === undefined ? 'exists already' : 'does not exist yet'}`;
  return [{ text: `${when}: ${error.message}. ${error.next}`, place: manifest.place }];
}

const EMPTY: Namespace = { allRoutes: [], services: [], slices: [] };

/** A namespace with the routes and Services of the manifests. */
function appliedAs(manifests: readonly Manifest[]): Namespace {
  const objects = manifests.map(({ object }) => object);
  return {
    allRoutes: objects.flatMap(asRoute),
    services: objects.flatMap((object) => (kindOf(object) === KIND.Service ? [object as Service] : [])),
    slices: [],
  };
}

function asRoute(object: KubeObject): AdaptedRoute[] {
  const adapter = adapterOf(object);
  return adapter === undefined ? [] : [routeOf(adapter, object)];
}

/** What live routes are read in, and what is offered to them. */
interface World {
  readonly namespace: Namespace;
  readonly routes: readonly ManifestRoute[];
  readonly counterparts: readonly OfferedService[];
}

function previewRefusal(
  { config, addresses }: Inputs,
  { app, namespace: name, revision }: Identifiers,
  { namespace, routes, counterparts }: World,
): GreenpathError | undefined {
  const objects = routesIn({ routes: routes.map(({ manifest }) => manifest), counterparts });
  const found = objects.flatMap(asRoute).map((route) => {
    const present = sameAmong(namespace.allRoutes, route);
    return { ...(present ?? route), exists: present !== undefined };
  });
  try {
    const basis = { counterparts, config };
    const situation = situationIn({ ...namespace, found }, basis, { app, namespace: name, addresses });
    const candidate = stackServices({ revision, counterparts });
    const isProven = config.proof !== 'off';
    const mark = markFor(config, revision);
    planPreviews(situation, { app, namespace: name, settings: config.preview, isProven, candidate, mark });
  } catch (error) {
    if (error instanceof GreenpathError) return error;
    throw error;
  }
  return undefined;
}
