import { type OfferedService, offeredService } from '../core/kube/counterpart.ts';
import { isOfKind } from '../core/kube/identity.ts';
import { KIND } from '../core/kube/kinds.ts';
import {
  ANNOTATION_CONTENT,
  annotation,
  isOfRevision,
  isOwn,
  type KubeObject,
  LABEL_APP,
  LABEL_NAME,
  label,
  nameOf,
  type Service,
  stackSelector,
} from '../core/kube/objects.ts';
import { baseNameOf } from '../core/kube/revision-services.ts';
import { type RecordedObject, type Release, recordedObject, recordObject } from '../core/release/record.ts';
import { listOwned } from './owned-objects.ts';
import { noteWrite, type Run } from './run.ts';
import { unknownRevision } from './unknown-revision.ts';

/**
 * Writes the record of a revision again that somebody deleted, by the labels of the stack's objects. Its stamp and its
 * config are lost. Throws `no-candidate` if there is no such stack.
 */
export async function rebuildRecord(run: Run, revision: string): Promise<{ object: KubeObject; release: Release }> {
  const { app, routes, config, rawConfig } = run.inputs;
  const labels = stackSelector(app, revision);
  const [owned, services] = await Promise.all([listOwned(run, revision), run.api.list<Service>(KIND.Service, labels)]);
  const [service] = services;
  if (service === undefined) throw await unknownRevision(run, revision);
  const release: Release = {
    version: 2,
    app,
    revision,
    routes,
    counterparts: counterpartsIn(run, services, revision, config['revision-label']),
    plain: services.every((one) => label(one, LABEL_NAME) !== undefined && isOwn(one)),
    digest: annotation(service, ANNOTATION_CONTENT) ?? '',
    config: rawConfig,
    objects: owned.map(rebuiltObject),
    at: service.metadata.creationTimestamp ?? '',
    run: run.url,
  };
  run.report.warning(
    `The record of ${revision} was deleted. It is rebuilt from the labels of ${owned.map(nameOf).join(', ')}; its stamp and its config are lost, so set the input config if the defaults do not fit`,
  );
  const object = recordObject(release, run.api.namespace);
  const written = await run.api.apply(object, [LABEL_APP, app]);
  noteWrite(run, { object: nameOf(object), action: 'create', diff: '' });
  return { object: written, release };
}

/**
 * A Service has no uid here: it may have been created again since its address was given to the pods. Without a uid,
 * the addresses are compared (`core/release/lost-addresses.ts`).
 */
function rebuiltObject(object: KubeObject): RecordedObject {
  const recorded = recordedObject(object, { created: isOwn(object) });
  return isOfKind(recorded, KIND.Service) ? { ...recorded, uid: '' } : recorded;
}

/** What the Services of one revision offer to routes, as far as they show it themselves. */
export function counterpartsIn(
  run: Run,
  services: readonly Service[],
  revision: string,
  revisionLabel: string,
): OfferedService[] {
  const { app } = run.inputs;
  return services
    .filter((one) => isOfRevision(one, app, revision))
    .map((service) => offeredService(service, baseNameOf(service.metadata.name, service, revisionLabel)));
}
