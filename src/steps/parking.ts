import type { Config } from '../core/base/config.ts';
import { diffOf } from '../core/kube/diff.ts';
import { type Ingress, LABEL_APP, label, nameOf } from '../core/kube/objects.ts';
import { baseNameOf, namesText, type Side } from '../core/kube/side.ts';
import { parkingIn } from '../routes/own.ts';
import { type Parked, parkedServices, parkingObject } from '../routes/parking.ts';
import type { Situation } from '../state/app-state.ts';
import { noteWrite, type Run } from '../state/run.ts';
import { isAsRead, removeObject } from './remove-object.ts';

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
  const { services, routes, dialect } = situation;
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
  return parkingObject(
    { app, namespace: run.api.namespace, parked: kept.toSorted(byName), annotations },
    routes[0].ingress,
    parkingIn(run.inputs.app, situation.ingresses),
    dialect,
  );
}

function byName(a: Parked, b: Parked): number {
  return a.service < b.service ? -1 : a.service > b.service ? 1 : 0;
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
  const present = parkingIn(run.inputs.app, situation.ingresses);
  if (present === undefined) return;
  // Nothing is left to park: a first release was rejected.
  await removeObject(run, present, isAsRead(present));
}

/**
 * The Services of both sides must be named by some route besides the live ones before a switch; somebody may have deleted
 * parking. A switch does not wait for it to be seen closed: `lookAtHeld` looks after the proof.
 */
export async function holdParking(run: Run, situation: Situation, candidate: Side, config: Config): Promise<void> {
  const missing = unparked(run, situation, candidate);
  if (missing.length === 0) return;
  const object = planParking(run, situation, [candidate], config);
  await applyParking(run, situation, object);
  run.report.line(
    `Ingress ${object.metadata.name} did not name ${namesText(missing)}; it was applied again, and nobody has looked yet whether it is closed`,
  );
}

/** The live Services and those of `candidate` that parking did not name when it was read. */
export function unparked(run: Run, situation: Situation, candidate: Side): string[] {
  const parked = parkedIn(run, situation);
  const known = new Set(situation.services.map((service) => service.metadata.name));
  const needed = situation.rules.flatMap((rule) => [rule.service, candidate.services[rule.base] ?? []].flat());
  return [...new Set(needed.filter((service) => known.has(service) && !parked.has(service)))];
}

function parkedIn(run: Run, situation: Situation): Set<string> {
  return parkedServices(parkingIn(run.inputs.app, situation.ingresses));
}

async function applyParking(run: Run, situation: Situation, object: Ingress): Promise<void> {
  const { app, dryRun } = run.inputs;
  const present = parkingIn(run.inputs.app, situation.ingresses);
  const answer = await run.api.apply(object, { dryRun, owner: [LABEL_APP, app] });
  const action = present === undefined ? 'create' : 'change';
  noteWrite(run, { object: nameOf(object), action, diff: diffOf(present, present === undefined ? object : answer) });
}
