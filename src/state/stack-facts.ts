import { type KubeObject, LABEL_REVISION, label } from '../core/kube/objects.ts';
import type { StackFacts } from '../core/release/retirement.ts';
import { type ReleaseRecord, recordOf } from './records.ts';
import { roleIn } from './role.ts';
import { namedBy, routesNaming } from './route-references.ts';
import type { Situation } from './situation.ts';

/** What is known of each stack of the app, to decide which ones are removed. */
export function stackFacts(
  situation: Situation,
  records: readonly ReleaseRecord[],
  objects: readonly KubeObject[],
  { evenApplied }: { readonly evenApplied: boolean },
): StackFacts[] {
  const revisions = [...new Set(objects.flatMap((object) => label(object, LABEL_REVISION) ?? []))];
  const applied = evenApplied
    ? []
    : routesNaming(situation).flatMap(({ adapter, object }) => adapter.lastApplied(object));
  return revisions.map((revision) => {
    const releaseRecord = recordOf(records, revision);
    const services = objects
      .filter((object) => object.kind === 'Service' && label(object, LABEL_REVISION) === revision)
      .map((object) => object.metadata.name);
    const named = services.flatMap((service) => namedBy(situation, service) ?? []);
    const role = roleIn(situation, revision, releaseRecord);
    const deployedAt =
      releaseRecord?.release.at ??
      objects.find((one) => label(one, LABEL_REVISION) === revision)?.metadata.creationTimestamp ??
      '';
    const seen = releaseRecord?.timeline.filter(({ event }) => event === 'proven' || event === 'switched') ?? [];
    return {
      revision,
      role,
      abandoned: role === 'candidate' && named.length === 0 && deployedAt < (situation.switchNote?.at ?? ''),
      wasLive: role === 'previous' || seen.length > 0,
      liveAt: seen.at(-1)?.at,
      namedBy: role === 'live' || role === 'candidate' ? undefined : named[0],
      applied: services.some((service) => applied.includes(service)),
    };
  });
}
