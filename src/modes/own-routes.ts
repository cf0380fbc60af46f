import { KIND } from '../cluster/kinds.ts';
import type { Config } from '../core/config.ts';
import { diffOf } from '../core/diff.ts';
import { GreenpathError } from '../core/error.ts';
import type { Change } from '../core/journal.ts';
import { type Ingress, LABEL_APP, label, nameOf } from '../core/objects.ts';
import { parkedServices, parkingName, parkingObject } from '../routes/parking.ts';
import type { PatchOperation } from '../routes/patch.ts';
import { type Preview, planPreview } from '../routes/preview.ts';
import { noteChange, noteWrite, type Planned, type Run } from './run.ts';
import type { Situation } from './situation.ts';

/** The routes that Greenpath makes beside the live one. */
export interface OwnRoutes {
  /** The live one, as it was read. */
  readonly route: Ingress;
  readonly preview: Preview;
  readonly parking: Ingress;
}

/** Plans preview and parking for the candidate's Service; throws the preview's refusals. */
export function planOwnRoutes(run: Run, situation: Situation, candidate: string): OwnRoutes {
  const { app, revision, config } = run.inputs;
  const preview = planPreview(
    {
      app,
      revision,
      namespace: run.api.namespace,
      prefix: config.preview.path,
      annotations: config.preview.annotations,
      service: candidate,
    },
    situation.route,
    situation.live,
    situation.ingresses,
    situation.dialect,
  );
  run.report.line(
    'The preview changes no other path of this namespace; Ingresses of other namespaces were not looked at',
  );
  const { route } = situation;
  return { route, preview, parking: planParking(run, situation, [candidate], config.parking.annotations) };
}

/** Parking that names the live Service, `more`, and the Services of every other stack that still exists, less `less`. */
export function planParking(
  run: Run,
  situation: Situation,
  more: readonly string[],
  annotations: Readonly<Record<string, string>>,
  less: readonly string[] = [],
): Ingress {
  const { app } = run.inputs;
  const stacks = situation.services
    .filter((service) => label(service, LABEL_APP) === app)
    .map((service) => service.metadata.name);
  const named = new Set([situation.live.service, ...stacks, ...more]);
  const services = [...named].filter((name) => !less.includes(name)).toSorted();
  const ports = [...new Set(situation.live.rules.flatMap((rule) => rule.port ?? []))];
  const existing = situation.ingresses.find((ingress) => ingress.metadata.name === parkingName(app));
  return parkingObject(
    { app, namespace: run.api.namespace, services, ports, annotations },
    situation.route,
    existing,
    situation.dialect,
  );
}

/** Writes parking and preview, together: a router that takes one change at a time then sees them as one. */
export async function writeOwnRoutes(
  run: Run,
  routes: OwnRoutes,
  planned: ReadonlyMap<string, Planned>,
): Promise<void> {
  const apply = async (object: Ingress) =>
    noteChange(run, planned, await run.api.apply(object, { dryRun: false, owner: [LABEL_APP, run.inputs.app] }));
  const { preview } = routes;
  await Promise.all([
    apply(routes.parking),
    preview.form === 'split' ? apply(preview.object) : writeClassic(run, routes.route, preview.patch),
  ]);
  run.report.line(`Own routes: preview below ${run.inputs.config.preview.path}, parking closed to everybody`);
}

/** Sets or adds the preview path inside the live Ingress; nothing else in it is touched. What changes, or nothing. */
export async function patchClassic(
  run: Run,
  route: Ingress,
  operations: readonly PatchOperation[],
  dryRun: boolean,
): Promise<Change | undefined> {
  if (operations.length === 0) return undefined;
  const answer = await run.api.patch<Ingress>({ kind: KIND.Ingress, name: run.inputs.route }, operations, dryRun);
  if (answer === 'changed') {
    throw new GreenpathError(
      'route-changed',
      `Ingress ${run.inputs.route} was changed by somebody else since this run read it`,
      'Run the step again.',
    );
  }
  return { object: nameOf(route), action: 'change', diff: diffOf(route, answer) };
}

async function writeClassic(run: Run, route: Ingress, operations: readonly PatchOperation[]): Promise<void> {
  const change = await patchClassic(run, route, operations, false);
  if (change !== undefined) noteWrite(run, change);
}

/** Takes the Services of removed stacks out of parking, which then names what is left. */
export async function unpark(
  run: Run,
  situation: Situation,
  services: readonly string[],
  config: Config,
): Promise<void> {
  const parked = parkedServices(
    situation.ingresses.find((ingress) => ingress.metadata.name === parkingName(run.inputs.app)),
  );
  if (!services.some((service) => parked.has(service))) return;
  const object = planParking(run, situation, [], config.parking.annotations, services);
  await applyParking(run, situation, object);
}

/** Both Services must be named by some route besides the live one before a switch; somebody may have deleted parking. */
export async function holdParking(
  run: Run,
  situation: Situation,
  candidate: string,
  annotations: Readonly<Record<string, string>>,
): Promise<void> {
  const parked = parkedServices(
    situation.ingresses.find((ingress) => ingress.metadata.name === parkingName(run.inputs.app)),
  );
  if (parked.has(situation.live.service) && parked.has(candidate)) return;
  const object = planParking(run, situation, [candidate], annotations);
  await applyParking(run, situation, object);
  run.report.line(`Ingress ${object.metadata.name} did not name both Services; it was applied again`);
}

async function applyParking(run: Run, { ingresses }: Situation, object: Ingress): Promise<void> {
  const { app, dryRun } = run.inputs;
  const present = ingresses.find((ingress) => ingress.metadata.name === object.metadata.name);
  const answer = await run.api.apply(object, { dryRun, owner: [LABEL_APP, app] });
  const action = present === undefined ? 'create' : 'change';
  noteWrite(run, { object: nameOf(object), action, diff: diffOf(present, present === undefined ? object : answer) });
}
