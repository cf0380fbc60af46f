import type { Config } from '../core/base/config.ts';
import { diffOf } from '../core/kube/diff.ts';
import { type Ingress, LABEL_APP, nameOf } from '../core/kube/objects.ts';
import { namesText, type RevisionServices } from '../core/kube/revision-services.ts';
import { parkedBy } from '../core/release/parked-services.ts';
import { parkingIn } from '../routes/own.ts';
import { parkedServices, parkingObject } from '../routes/parking.ts';
import type { Situation } from '../state/app-state.ts';
import { noteWrite, type Run } from '../state/run.ts';
import { isAsRead, removeObject } from './remove-object.ts';

/** Parking that names the live Services, those of `more`, and of every other stack that still exists, less `less`. */
export function planParking(
  run: Run,
  situation: Situation,
  more: readonly RevisionServices[],
  config: Config,
  less: readonly string[] = [],
): Ingress {
  const { app } = run.inputs;
  const { services, routes, dialect } = situation;
  const reading = { app, revisionLabel: config['revision-label'] };
  const parked = parkedBy({ services, routes, sides: more, without: less }, reading);
  return parkingObject(
    { app, namespace: run.api.namespace, parked, annotations: config.parking.annotations },
    routes[0].ingress,
    parkingIn(app, situation.ingresses),
    dialect,
  );
}

/** Takes the Services of removed stacks out of parking, which then names what is left. */
export async function unpark(
  run: Run,
  situation: Situation,
  services: readonly string[],
  config: Config,
): Promise<void> {
  const parked = parkedIn(situation);
  if (!services.some((service) => parked.has(service))) return;
  const object = planParking(run, situation, [], config, services);
  if ((object.spec.rules?.[0]?.http?.paths.length ?? 0) > 0) return applyParking(run, situation, object);
  const present = parkingIn(run.inputs.app, situation.ingresses);
  if (present === undefined) return;
  // Nothing is left to park: a first release was rejected.
  await removeObject(run, present, isAsRead(present));
}

/**
 * The Services of both sides must be named by some route besides the live ones before a switch; somebody may have deleted
 * parking. A switch does not wait for it to be seen closed: `lookAtHeld` looks after the proof.
 */
export async function holdParking(
  run: Run,
  situation: Situation,
  candidate: RevisionServices,
  config: Config,
): Promise<void> {
  const missing = unparked(situation, candidate);
  if (missing.length === 0) return;
  const object = planParking(run, situation, [candidate], config);
  await applyParking(run, situation, object);
  run.report.line(
    `Ingress ${object.metadata.name} did not name ${namesText(missing)}; it ${run.report.wording('was applied again, and nobody has looked yet whether it is closed', 'would be applied again')}`,
  );
}

/** The live Services and those of `candidate` that parking did not name when it was read. */
export function unparked(situation: Situation, candidate: RevisionServices): string[] {
  const parked = parkedIn(situation);
  const known = new Set(situation.services.map((service) => service.metadata.name));
  const needed = situation.rules.flatMap((rule) => [rule.service, candidate.services[rule.baseName] ?? []].flat());
  return [...new Set(needed.filter((service) => known.has(service) && !parked.has(service)))];
}

function parkedIn({ app, ingresses }: Situation): Set<string> {
  return parkedServices(parkingIn(app, ingresses));
}

async function applyParking(run: Run, situation: Situation, object: Ingress): Promise<void> {
  const present = parkingIn(run.inputs.app, situation.ingresses);
  const answer = await run.api.apply(object, [LABEL_APP, run.inputs.app]);
  const action = present === undefined ? 'create' : 'change';
  noteWrite(run, { object: nameOf(object), action, diff: diffOf(present, present === undefined ? object : answer) });
}
