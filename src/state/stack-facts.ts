import { type Ingress, type KubeObject, LABEL_REVISION, label } from '../core/kube/objects.ts';
import type { StackFacts } from '../core/release/retirement.ts';
import { rulesOf } from '../core/release/rules.ts';
import { lastAppliedServices } from '../core/release/standing.ts';
import { parkingName } from '../routes/own.ts';
import type { Situation } from './app-state.ts';
import { type Recorded, recordOf } from './records.ts';
import { standsOf } from './role.ts';
import type { Run } from './run.ts';

/** What is known of each stack of the app, to decide which go. */
export function stackFacts(
  run: Run,
  situation: Situation,
  records: readonly Recorded[],
  objects: readonly KubeObject[],
  evenApplied: boolean,
): StackFacts[] {
  const revisions = [...new Set(objects.flatMap((object) => label(object, LABEL_REVISION) ?? []))];
  const applied = evenApplied ? [] : situation.ingresses.flatMap(lastAppliedServices);
  return revisions.map((revision) => {
    const recorded = recordOf(records, revision);
    const services = objects
      .filter((object) => object.kind === 'Service' && label(object, LABEL_REVISION) === revision)
      .map((object) => object.metadata.name);
    const named = services.flatMap((service) => namedBy(run, situation.ingresses, service) ?? []);
    const stands = standsOf(run, situation, revision, recorded);
    const deployedAt =
      recorded?.release.at ??
      objects.find((one) => label(one, LABEL_REVISION) === revision)?.metadata.creationTimestamp ??
      '';
    const seen = recorded?.timeline.filter(({ event }) => event === 'proven' || event === 'switched') ?? [];
    return {
      revision,
      stands,
      abandoned: stands === 'candidate' && named.length === 0 && deployedAt < (situation.phase?.at ?? ''),
      wasLive: stands === 'previous' || seen.length > 0,
      liveAt: seen.at(-1)?.at,
      namedBy: stands === 'live' || stands === 'candidate' ? undefined : named[0],
      applied: services.some((service) => applied.includes(service)),
    };
  });
}

/** The Ingress, other than parking, that names a Service. */
export function namedBy(run: Run, ingresses: readonly Ingress[], service: string): string | undefined {
  const other = ingresses.find(
    (ingress) =>
      ingress.metadata.name !== parkingName(run.inputs.app) &&
      rulesOf(ingress).some((rule) => rule.service === service),
  );
  return other?.metadata.name;
}
