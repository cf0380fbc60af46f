import { type ErrorCode, GreenpathError } from '../../core/base/error.ts';
import {
  type ConfiguredPreview,
  DEFAULT_HEADER,
  DEFAULT_KIND,
  type PreviewKind,
} from '../../core/base/preview-kind.ts';
import type { RouterMark } from '../../core/release/router-mark.ts';
import { refuseUnmarkable } from '../../routes/marking.ts';
import { ofOtherKinds, refuseOtherKinds } from '../../routes/other-kinds.ts';
import { previewName } from '../../routes/own.ts';
import type { OwnRoutes, PreviewRequest } from '../../routes/requests.ts';
import type { Route } from '../../routes/route-kind.ts';
import { everyRoute, groupsOf } from '../../state/routers.ts';
import type { Situation } from '../../state/situation.ts';

/** The preview of each live route. */
export type Previews = readonly { readonly route: Route; readonly own: OwnRoutes }[];

/** The previews of an app, and how they are reached. */
export interface PlannedPreviews {
  readonly previews: Previews;
  readonly kind: PreviewKind;
  /** Why Greenpath chose another kind than the default one; undefined if it did not. */
  readonly instead: GreenpathError | undefined;
}

/** What previews are planned from besides the situation. */
type PreviewFacts = Pick<PreviewRequest, 'app' | 'namespace' | 'isProven' | 'candidate'> & {
  readonly settings: ConfiguredPreview;
  readonly mark: RouterMark;
};

/** The refusals of a preview by path that another kind may be free of. */
const AVOIDABLE: readonly ErrorCode[] = ['preview-side-effect', 'preview-taken', 'preview-unprotected', 'route'];

/**
 * The preview of each live route, of the kind that the config says. If it says none: below a path; or, if that is
 * refused, by a header, which needs nothing of the user. Throws the refusals.
 */
export function planPreviews(situation: Situation, facts: PreviewFacts): PlannedPreviews {
  const { kind } = facts.settings;
  if (facts.mark.value !== undefined) refuseUnmarkable(situation.routes);
  if (kind !== undefined) return { previews: previewsBy(situation, facts, kind), kind, instead: undefined };
  try {
    return { previews: previewsBy(situation, facts, DEFAULT_KIND), kind: DEFAULT_KIND, instead: undefined };
  } catch (error) {
    if (!(error instanceof GreenpathError) || !AVOIDABLE.includes(error.code)) throw error;
    const header: PreviewKind = { by: 'header', ...DEFAULT_HEADER };
    return { previews: headersInstead(situation, facts, header, error), kind: header, instead: error };
  }
}

/** Throws `refusal`, that of the default kind, if previews by header are refused as well. */
function headersInstead(
  situation: Situation,
  facts: PreviewFacts,
  header: PreviewKind,
  refusal: GreenpathError,
): Previews {
  try {
    return previewsBy(situation, facts, header);
  } catch (error) {
    if (!(error instanceof GreenpathError)) throw error;
    if (error.message === refusal.message) throw refusal;
    throw new GreenpathError(
      refusal.code,
      `${refusal.message}. Nor is a preview by header possible: ${error.message}`,
      refusal.next,
      { problems: refusal.problems },
    );
  }
}

function previewsBy(situation: Situation, facts: PreviewFacts, kind: PreviewKind): Previews {
  const named = (route: Pick<Route, 'ref'>) => previewName(facts.app, route.ref.name, situation.routes);
  const settings = { ...facts.settings, kind };
  const isKindOpen = facts.settings.kind === undefined;
  const every = everyRoute(situation);
  return groupsOf(situation).flatMap(({ router, routes, all, elsewhere }) => {
    const planned = router.previews({ ...facts, settings, isKindOpen, routes, all, elsewhere, named });
    const others = ofOtherKinds(routes, { all: every, live: situation.routes });
    refuseOtherKinds({ namespace: facts.namespace, settings, routes, others });
    return routes.flatMap((route, index) => ({ route, own: planned[index] ?? { objects: [], patch: [] } }));
  });
}
