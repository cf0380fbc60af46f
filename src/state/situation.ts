import type { PreviewKind } from '../core/base/preview-kind.ts';
import type { Ways } from '../core/base/ways.ts';
import { type EndpointSlice, readyPods, type Service } from '../core/kube/objects.ts';
import { type RevisionServices, servicesOfRevision } from '../core/kube/revision-services.ts';
import type { Drift, Inside } from '../core/release/followers.ts';
import type { LiveRule } from '../core/release/live.ts';
import type { RoutePath } from '../core/release/route.ts';
import type { Reverted } from '../core/release/route-facts.ts';
import { isUnproven, type SwitchNote } from '../core/release/switch-note.ts';
import type { AdaptedRoute } from '../routes/adapter.ts';
import type { LiveRoute } from './live-route.ts';
import type { Elsewhere } from './routers.ts';

/** The namespace's routes and Services as they were read once, and what they say about the app. */
export interface Situation {
  readonly app: string;
  /** The label with which the Services of this app select a revision. */
  readonly revisionLabel: string;
  readonly routes: readonly [LiveRoute, ...LiveRoute[]];
  /** The routes of the namespace, those of others and Greenpath's own too. */
  readonly allRoutes: readonly AdaptedRoute[];
  /** Those of the kinds that this run does not read anyway; undefined if they were not read: it deletes no Services. */
  readonly otherRoutes?: readonly AdaptedRoute[] | undefined;
  /** Read only where a preview is planned. */
  readonly elsewhere?: Elsewhere;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly ways: Ways;
  /** How the candidate is reached before it is live. */
  readonly previewKind: PreviewKind;
  /** How the present preview is reached, by its objects; undefined if there is none, `unknown` if that is not clear. */
  readonly deployedKind: PreviewKind | 'unknown' | undefined;
  /** The paths of all routes that a switch moves, and those of the preview inside of them. */
  readonly rules: readonly [LiveRule, ...LiveRule[]];
  readonly preview: readonly RoutePath[];
  /** The side that visitors get; undefined if routes or Services do not exist. */
  readonly revision: string | undefined;
  /** The newest of what the routes' annotations say. */
  readonly switchNote: SwitchNote | undefined;
  readonly reverted: Reverted | undefined;
  /** The revision to which an earlier run moved some of the routes before it ended; `revision` is that of the others. */
  readonly halfway: string | undefined;
  /** Plain Services that somebody else changed, so that they no longer point at the live side. */
  readonly drifted: readonly Drift[];
  /** Whether the version that was live before the last switch still has a Service for each path. */
  readonly canRollBack: boolean;
  /** The Services of stacks that somebody created by hand, by revision. */
  readonly handMade: ReadonlyMap<string, readonly Service[]>;
}

/** What visitors get now, by Service: those of the live revision, else those that the routes name. */
export function liveServices(situation: Omit<Situation, 'drifted'>): RevisionServices {
  const { rules, services, revision } = situation;
  const named = Object.fromEntries(rules.map((rule) => [rule.baseName, rule.service]));
  const own = revision === undefined ? {} : servicesOfRevision(services, revision, situation).services;
  return { revision: revision ?? '', services: { ...named, ...own } };
}

/**
 * What entry Services and workers must follow; undefined if the routes themselves are between two revisions and must be
 * completed first.
 */
export function insideOf(situation: Omit<Situation, 'drifted'>): Inside | undefined {
  const { app, services, revision, switchNote, reverted, halfway } = situation;
  if (revision === undefined || reverted !== undefined || halfway !== undefined) return undefined;
  const left = isUnproven(switchNote, revision)
    ? servicesOfRevision(services, switchNote.left ?? switchNote.previous, situation)
    : undefined;
  return { app, services, live: liveServices(situation), left };
}

/** Whether visitors get any answer now: each path's Service has a ready pod. */
export function isServed({ routes, rules, slices }: Situation): boolean {
  return routes.every((route) => route.exists) && rules.every((rule) => readyPods(slices, rule.service).length > 0);
}
