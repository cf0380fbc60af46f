import { KIND } from '../cluster/kinds.ts';
import type { Config } from '../core/config.ts';
import { diffOf } from '../core/diff.ts';
import { GreenpathError } from '../core/error.ts';
import type { Change } from '../core/journal.ts';
import { baseNameOf, namesText, type Side } from '../core/live.ts';
import { type Ingress, LABEL_APP, label, nameOf } from '../core/objects.ts';
import { type Rule, rulesOf } from '../core/rules.ts';
import { refuseOutranked } from '../routes/outranked.ts';
import { type Parked, parkedServices, parkingName, parkingObject } from '../routes/parking.ts';
import { dropPathsPatch, type PatchOperation } from '../routes/patch.ts';
import { isOwnPreview, type Preview, planPreview, previewName } from '../routes/preview.ts';
import { isAsRead, removeObject } from './remove-object.ts';
import { noteChange, noteWrite, type Planned, type Run } from './run.ts';
import { ownPreviews } from './shown.ts';
import type { LiveRoute, Situation } from './situation.ts';

/** The routes that Greenpath makes beside the live ones. */
export interface OwnRoutes {
  /** The preview of each live route. */
  readonly previews: readonly { readonly route: LiveRoute; readonly preview: Preview }[];
  readonly parking: Ingress;
}

/** Plans preview and parking for the first of `sides`, the candidate, and parking for the others; throws the preview's refusals. */
export function planOwnRoutes(run: Run, situation: Situation, sides: readonly [Side, ...Side[]]): OwnRoutes {
  const { app, config } = run.inputs;
  const [candidate] = sides;
  const { path: prefix, annotations, matching, unprotected } = config.preview;
  const { namespace } = run.api;
  const previews = situation.routes.map((route) => {
    const name = previewName(app, route.ingress.metadata.name, situation.routes);
    const request = { app, namespace, prefix, annotations, matching, unprotected, candidate, name };
    const preview = planPreview(request, route.ingress, route, situation.ingresses, situation.dialect);
    if (preview.form === 'split' || route.exists) return { route, preview };
    throw new GreenpathError(
      'route',
      `Ingress ${route.ingress.metadata.name} does not exist, and its manifest rewrites paths itself, so there is nothing to put the preview into`,
      'Create that Ingress with a first version behind it, or let its manifest do without rewrite-target.',
    );
  });
  if (config.preview.overlap === 'refuse') refuseOverlaps(run, situation, previews);
  run.report.line(
    'The preview changes no other path of this namespace; Ingresses of other namespaces were not looked at',
  );
  return { previews, parking: planParking(run, situation, sides, config) };
}

/** Previews of all live routes stand beside each other, so what they change is looked at together. */
function refuseOverlaps(run: Run, { ingresses, routes, dialect }: Situation, previews: OwnRoutes['previews']): void {
  const planned = routes.flatMap(({ ingress, exists }) => (exists ? [] : [ingress]));
  const others = ingresses.filter((one) => !isOwnPreview(one, run.inputs.app));
  refuseOutranked(
    previews.flatMap(({ preview }) => preview.paths),
    [...others, ...planned],
    dialect,
  );
}

/** Parking that names the live Services, those of `more`, and of every other stack that still exists, less `less`. */
export function planParking(
  run: Run,
  situation: Situation,
  more: readonly Side[],
  config: Config,
  less: readonly string[] = [],
): Ingress {
  const { app } = run.inputs;
  const { annotations } = config.parking;
  const { services, ingresses, routes, dialect } = situation;
  const bases = new Map<string, string>();
  for (const service of services.filter((one) => label(one, LABEL_APP) === app)) {
    const { name } = service.metadata;
    bases.set(name, baseNameOf(name, service, config['revision-label']));
  }
  for (const side of more) for (const [base, name] of Object.entries(side.services)) bases.set(name, base);
  const present = new Set(services.map((service) => service.metadata.name));
  const parked = routes.flatMap(({ rules, exists }) =>
    rules.flatMap(({ service, base, port }): Parked[] => {
      const twins = [...bases].filter(([, own]) => own === base).map(([name]) => name);
      const live = exists && present.has(service) ? [service] : [];
      return [...live, ...twins].map((name) => ({ service: name, port }));
    }),
  );
  const unique = new Map(parked.map((one) => [`${one.service}:${one.port}`, one]));
  const kept = [...unique.values()].filter(({ service }) => !less.includes(service));
  const existing = ingresses.find((ingress) => ingress.metadata.name === parkingName(app));
  return parkingObject(
    { app, namespace: run.api.namespace, parked: kept.toSorted(byName), annotations },
    routes[0].ingress,
    existing,
    dialect,
  );
}

function byName(a: Parked, b: Parked): number {
  return a.service < b.service ? -1 : a.service > b.service ? 1 : 0;
}

/** Writes parking and preview, together: a router that takes one change at a time then sees them as one. */
export async function writeOwnRoutes(
  run: Run,
  routes: OwnRoutes,
  planned: ReadonlyMap<string, Planned>,
): Promise<void> {
  const apply = async (object: Ingress) =>
    noteChange(run, planned, await run.api.apply(object, { dryRun: false, owner: [LABEL_APP, run.inputs.app] }));
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
  run: Run,
  route: Ingress,
  operations: readonly PatchOperation[],
  dryRun: boolean,
): Promise<Change | undefined> {
  if (operations.length === 0) return undefined;
  const { name } = route.metadata;
  const answer = await run.api.patch<Ingress>({ kind: KIND.Ingress, name }, operations, dryRun);
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
  const change = await patchRoute(run, route, operations, false);
  if (change !== undefined) noteWrite(run, change);
}

/** Whether a path goes to one of `services`. */
export function leadsToOne(services: readonly string[]): (rule: Pick<Rule, 'service'>) => boolean {
  return ({ service }) => service !== undefined && services.includes(service);
}

/** Takes the preview away from `services`; one that shows another revision stays. */
export async function dropPreviewOf(run: Run, situation: Situation, services: readonly string[]): Promise<void> {
  const isTheirs = leadsToOne(services);
  if (await removePreviews(run, situation, (own) => rulesOf(own).every(isTheirs)))
    run.report.serves({ preview: undefined });
  for (const { ingress, preview } of situation.routes) {
    const operations = dropPathsPatch(ingress, preview.filter(isTheirs));
    const change = await patchRoute(run, ingress, operations, run.inputs.dryRun);
    if (change === undefined) continue;
    noteWrite(run, change);
    run.report.serves({ preview: undefined });
  }
}

/** Deletes the preview's own Ingresses that `which` names; whether there were any. */
export async function removePreviews(
  run: Run,
  { ingresses }: Pick<Situation, 'ingresses'>,
  which: (own: Ingress) => boolean,
): Promise<boolean> {
  const gone = ownPreviews(run, ingresses).filter(which);
  for (const own of gone) {
    await removeObject(run, own, isAsRead(own));
  }
  return gone.length > 0;
}

/** Takes the Services of removed stacks out of parking, which then names what is left. */
export async function unpark(
  run: Run,
  situation: Situation,
  services: readonly string[],
  config: Config,
): Promise<void> {
  const parked = parkedIn(run, situation);
  if (!services.some((service) => parked.has(service))) return;
  const object = planParking(run, situation, [], config, services);
  if ((object.spec.rules?.[0]?.http?.paths.length ?? 0) > 0) return applyParking(run, situation, object);
  const present = situation.ingresses.find((one) => one.metadata.name === object.metadata.name);
  if (present === undefined) return;
  // Nothing is left to park: a first release was rejected.
  await removeObject(run, present, isAsRead(present));
}

/** The Services of both sides must be named by some route besides the live ones before a switch; somebody may have deleted parking. */
export async function holdParking(run: Run, situation: Situation, candidate: Side, config: Config): Promise<void> {
  const parked = parkedIn(run, situation);
  const known = new Set(situation.services.map((service) => service.metadata.name));
  const needed = situation.rules.flatMap((rule) => [rule.service, candidate.services[rule.base] ?? []].flat());
  const missing = needed.filter((service) => known.has(service) && !parked.has(service));
  if (missing.length === 0) return;
  const object = planParking(run, situation, [candidate], config);
  await applyParking(run, situation, object);
  run.report.line(
    `Ingress ${object.metadata.name} did not name ${namesText([...new Set(missing)])}; it was applied again`,
  );
}

function parkedIn(run: Run, { ingresses }: Situation): Set<string> {
  return parkedServices(ingresses.find((ingress) => ingress.metadata.name === parkingName(run.inputs.app)));
}

async function applyParking(run: Run, { ingresses }: Situation, object: Ingress): Promise<void> {
  const { app, dryRun } = run.inputs;
  const present = ingresses.find((ingress) => ingress.metadata.name === object.metadata.name);
  const answer = await run.api.apply(object, { dryRun, owner: [LABEL_APP, app] });
  const action = present === undefined ? 'create' : 'change';
  noteWrite(run, { object: nameOf(object), action, diff: diffOf(present, present === undefined ? object : answer) });
}
