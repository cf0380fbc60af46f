import type { Api } from '../cluster/api.ts';
import { GreenpathError } from '../core/base/error.ts';
import { diffOf } from '../core/kube/diff.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type Ingress, LABEL_APP, nameOf } from '../core/kube/objects.ts';
import type { RevisionServices } from '../core/kube/revision-services.ts';
import { leadsToOne, rulesOf } from '../core/release/rules.ts';
import type { Change } from '../core/report/journal.ts';
import { isCanary } from '../routes/canary.ts';
import type { Dialect } from '../routes/dialects.ts';
import { refuseOutranked } from '../routes/outranked.ts';
import { isOwnRoute, previewName } from '../routes/own.ts';
import { dropPathsPatch, type PatchOperation } from '../routes/patch.ts';
import { type Preview, planPreview } from '../routes/preview.ts';
import { isServedApart } from '../routes/served.ts';
import type { Situation } from '../state/app-state.ts';
import type { LiveRoute } from '../state/live-route.ts';
import { ownPreviews } from '../state/preview-state.ts';
import { type DryRunResult, noteChange, noteWrite, type Run } from '../state/run.ts';
import { planParking } from './parking.ts';
import { isAsRead, removeObject } from './remove-object.ts';

/** The routes that Greenpath makes beside the live ones. */
export interface OwnRoutes {
  /** The preview of each live route. */
  readonly previews: readonly { readonly route: LiveRoute; readonly preview: Preview }[];
  readonly parking: Ingress;
}

/**
 * Plans preview and parking for the first of `sides`, the candidate, and parking for the others; throws the preview's
 * refusals. A live route that does not exist yet counts as if it did, so that the next release gets the same answer.
 */
export function planOwnRoutes(
  run: Run,
  situation: Situation,
  sides: readonly [RevisionServices, ...RevisionServices[]],
): OwnRoutes {
  const { app, config } = run.inputs;
  const [candidate] = sides;
  const { path: prefix, annotations, matching, unprotected } = config.preview;
  const { namespace } = run.api;
  const planned = situation.routes.flatMap(({ ingress, exists }) => (exists ? [] : [ingress]));
  const ingresses = [...situation.ingresses, ...planned];
  const previews = situation.routes.map((route) => {
    const name = previewName(app, route.ingress.metadata.name, situation.routes);
    const request = { app, namespace, prefix, annotations, matching, unprotected, candidate, name };
    const preview = planPreview(request, route.ingress, route, ingresses, situation.dialect);
    if (preview.form === 'split' || route.exists) return { route, preview };
    throw new GreenpathError(
      'route',
      `Ingress ${route.ingress.metadata.name} does not exist, and its manifest rewrites paths itself, so there is nothing to put the preview into`,
      'Create that Ingress with a first version behind it, or let its manifest do without rewrite-target.',
    );
  });
  if (config.preview.overlap === 'refuse') refuseOverlaps(run, ingresses, situation.dialect, previews);
  const isAccepted = matching === 'regex' || config.preview.overlap === 'accept';
  run.report.line(
    isAccepted
      ? 'The config accepts that the preview may change whom other paths reach (preview: matching, overlap)'
      : 'The preview changes no other path of this namespace; Ingresses of other namespaces were not looked at',
  );
  return { previews, parking: planParking(run, situation, sides, config) };
}

/** Previews of all live routes stand beside each other, so what they change is looked at together. */
function refuseOverlaps(
  run: Run,
  ingresses: readonly Ingress[],
  dialect: Dialect,
  previews: OwnRoutes['previews'],
): void {
  const isApart = (one: Ingress) => previews.every(({ route }) => isServedApart(route.ingress, one));
  const others = ingresses.filter(
    (one) => !isOwnRoute(one, run.inputs.app) && !isCanary(one, dialect) && !isApart(one),
  );
  const added = previews.flatMap(({ preview }) => preview.paths);
  refuseOutranked(added, others, dialect);
}

/** Writes parking and preview, together: a router that takes one change at a time then sees them as one. */
export async function writeOwnRoutes(
  run: Run,
  routes: OwnRoutes,
  tried: ReadonlyMap<string, DryRunResult>,
): Promise<void> {
  const apply = async (object: Ingress) =>
    noteChange(run, tried, await run.api.apply(object, [LABEL_APP, run.inputs.app]));
  await Promise.all([
    apply(routes.parking),
    ...routes.previews.map(({ route, preview }) =>
      preview.form === 'split' ? apply(preview.object) : writeClassic(run, route.ingress, preview.patch),
    ),
  ]);
  run.report.line(`Own routes: preview below ${run.inputs.config.preview.path}, and parking`);
}

/** A guarded patch of a live Ingress that moves nobody. What changes, or nothing. */
export async function patchRoute(
  api: Api,
  route: Ingress,
  operations: readonly PatchOperation[],
): Promise<Change | undefined> {
  if (operations.length === 0) return undefined;
  const { name } = route.metadata;
  const answer = await api.patch<Ingress>({ kind: KIND.Ingress, name }, operations);
  if (answer === 'changed') {
    throw new GreenpathError(
      'route-changed',
      `Ingress ${name} was changed by somebody else since this run read it`,
      'Run the step again.',
    );
  }
  return { object: nameOf(route), action: 'change', diff: diffOf(route, answer) };
}

async function writeClassic(run: Run, route: Ingress, operations: readonly PatchOperation[]): Promise<void> {
  const change = await patchRoute(run.api, route, operations);
  if (change !== undefined) noteWrite(run, change);
}

/** Takes the preview away from `services`; one that shows another revision stays. */
export async function dropPreviewOf(run: Run, situation: Situation, services: readonly string[]): Promise<void> {
  const isTheirs = leadsToOne(services);
  if (await removePreviews(run, situation, (own) => rulesOf(own).every(isTheirs)))
    run.report.serves({ preview: undefined });
  for (const { ingress, preview } of situation.routes) {
    const operations = dropPathsPatch(ingress, preview.filter(isTheirs));
    const change = await patchRoute(run.api, ingress, operations);
    if (change === undefined) continue;
    noteWrite(run, change);
    run.report.serves({ preview: undefined });
  }
}

/** Deletes the preview's own Ingresses that `which` names; whether there were any. */
export async function removePreviews(
  run: Run,
  situation: Pick<Situation, 'app' | 'ingresses'>,
  which: (own: Ingress) => boolean,
): Promise<boolean> {
  const gone = ownPreviews(situation).filter(which);
  for (const own of gone) {
    await removeObject(run, own, isAsRead(own));
  }
  return gone.length > 0;
}
