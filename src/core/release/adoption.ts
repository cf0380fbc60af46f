import { ADOPTED, colouredName } from '../base/revision.ts';
import type { Identifiers } from '../colouring/identifiers.ts';
import type { OfferedService } from '../kube/counterpart.ts';
import { isHeadless } from '../kube/exposure.ts';
import { keyOf } from '../kube/identity.ts';
import {
  type KubeObject,
  LABEL_APP,
  LABEL_NAME,
  LABEL_REVISION,
  label,
  plainPorts,
  type Service,
} from '../kube/objects.ts';
import { isAdopted } from '../kube/revision-services.ts';

/**
 * Services with names of their own for those that existed before Greenpath under the plain names of `counterparts`.
 * When the plain ones follow the release, a rollback still has Services of the old version.
 */
export function adoptedServices(
  services: readonly Service[],
  counterparts: readonly OfferedService[],
  { app, namespace, revisionLabel }: Omit<Identifiers, 'revision'>,
): Service[] {
  const bases = new Set(counterparts.map((counterpart) => counterpart.baseName));
  const plain = services.filter(
    (service) =>
      bases.has(service.metadata.name) &&
      isAdopted(service, services, { app, revisionLabel }) &&
      (label(service, LABEL_APP) ?? app) === app &&
      Object.keys(service.spec.selector ?? {}).length > 0,
  );
  return plain.map((service) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: colouredName(service.metadata.name, ADOPTED),
      namespace,
      labels: { [LABEL_APP]: app, [LABEL_REVISION]: ADOPTED, [LABEL_NAME]: service.metadata.name },
    },
    spec: {
      type: 'ClusterIP',
      ...(isHeadless(service) && { clusterIP: 'None' }),
      selector: { ...service.spec.selector },
      ports: plainPorts(service),
    },
  }));
}

/** What existed under a plain name before Greenpath and still exists; `plain` are the keys of those names. */
export function adoptedWorkloads(workloads: readonly KubeObject[], plain: ReadonlySet<string>): KubeObject[] {
  return workloads.filter(
    (one) => plain.has(keyOf(one)) && label(one, LABEL_APP) === undefined && label(one, LABEL_REVISION) === undefined,
  );
}
