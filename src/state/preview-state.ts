import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../core/base/config.ts';
import { GreenpathError } from '../core/base/error.ts';
import { kindText } from '../core/base/preview-kind.ts';
import type { OfferedService } from '../core/kube/counterpart.ts';
import { LABEL_REVISION, label } from '../core/kube/objects.ts';
import { namesText } from '../core/kube/revision-services.ts';
import { type RoutePath, servicesOf } from '../core/release/route.ts';
import type { Scene } from '../core/report/journal.ts';
import { isOwnPreview } from '../routes/own.ts';
import type { Route } from '../routes/route-kind.ts';
import { previewAddress } from './endpoints.ts';
import type { Situation } from './situation.ts';

type PreviewFacts = Pick<Situation, 'app' | 'allRoutes' | 'services' | 'preview' | 'revision'>;

/** Which revision each URL leads to: the live URL, and the preview. */
export function sceneOf(situation: Situation, liveUrl: string): Scene {
  const shown = servicesOf(previewPaths(situation));
  const revision = situation.services.find((service) => shown.includes(service.metadata.name));
  const isServed = situation.routes.some((route) => route.exists);
  const service = isServed ? namesText(servicesOf(situation.rules)) : '';
  const live = { url: liveUrl, service, revision: situation.revision ?? '' };
  const preview = revision && {
    ...previewAddress(situation),
    service: namesText(shown),
    revision: label(revision, LABEL_REVISION) ?? '',
  };
  return { live, preview };
}

/** The Services that the preview names now, wherever it is. */
export function shownServices(facts: PreviewFacts): string[] {
  return servicesOf(previewPaths(facts));
}

/** The same, all of one revision, or none. Throws `two-candidates`. */
export function previewedServices(facts: PreviewFacts): string[] {
  const named = shownServices(facts);
  const revisions = new Set(named.map((name) => revisionIn(facts, name)));
  if (revisions.size <= 1) return named;
  const steps = [...revisions].flatMap((one) =>
    one === undefined || one === facts.revision ? [] : `deploy-green for revision ${one}`,
  );
  throw new GreenpathError(
    'two-candidates',
    `the preview of app ${facts.app} shows Services of ${revisions.size} revisions (${namesText(named)}), so no one of them is the candidate`,
    steps.length === 0
      ? 'Delete the paths of the preview that Greenpath did not write.'
      : `Run ${steps.join(', or ')}: it writes the preview again.`,
  );
}

/** Whether the preview shows these Services of a stack, and nothing else. */
export function isShown(facts: PreviewFacts, counterparts: readonly OfferedService[]): boolean {
  const named = previewedServices(facts);
  return named.length > 0 && named.every((name) => counterparts.some((counterpart) => counterpart.service === name));
}

/**
 * Refuses a preview that is reached in another way than the config says, or not at each live host: what is asked where
 * the config says would be answered by the live version. Throws `no-candidate`.
 */
export function refuseOtherKind(
  { app, deployedKind: deployed }: Pick<Situation, 'app' | 'deployedKind'>,
  { preview: { kind: wanted } }: Config,
): void {
  if (
    deployed === undefined ||
    (deployed !== 'unknown' && (wanted === undefined || isDeepStrictEqual(wanted, deployed)))
  )
    return;
  const is = deployed === 'unknown' ? 'not of one kind at each live host' : kindText(deployed);
  const says = wanted === undefined ? '' : `, and the config says ${kindText(wanted)}`;
  throw new GreenpathError(
    'no-candidate',
    `the preview of app ${app} is ${is}${says}: requests might reach the live version instead, so nothing was requested`,
    'Run deploy-green for this revision with this config, which writes the preview again. Then run verify.',
  );
}

/** The routes that Greenpath created for the preview. */
export function ownPreviews({ app, allRoutes }: Pick<PreviewFacts, 'app' | 'allRoutes'>): Route[] {
  return allRoutes.filter(({ object }) => isOwnPreview(object, app));
}

function revisionIn({ services }: PreviewFacts, name: string): string | undefined {
  const service = services.find((one) => one.metadata.name === name);
  return service && label(service, LABEL_REVISION);
}

function previewPaths(facts: PreviewFacts): RoutePath[] {
  return [...ownPreviews(facts).flatMap(({ paths }) => paths), ...facts.preview];
}
