import { objectAt, textsOf } from '../base/json.ts';
import { commonSelector, type KubeObject, LABEL_REVISION, type Service, selectorText } from '../kube/objects.ts';

/** Label selectors by which what a wait for a stack looks at is watched. */
export interface WatchSelectors {
  readonly deployments: string;
  readonly pods: string;
  readonly slices: string;
}

/**
 * How to watch these Deployments, their pods and the EndpointSlices of these Services, each by one watch that shows as
 * little else as can be. `labelled` is the value of the Deployments' revision label, or undefined if they have none.
 */
export function watchSelectors(
  deployments: readonly KubeObject[],
  services: readonly Service[],
  labelled: string | undefined,
): WatchSelectors {
  const selectors = deployments.map((one) => textsOf(objectAt(one, 'spec', 'selector').matchLabels));
  const ofRevision = labelled === undefined ? '' : selectorText({ [LABEL_REVISION]: labelled });
  const names = services.map(({ metadata }) => metadata.name).join(',');
  // A slice carries the labels of its Service: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
  const byName = `kubernetes.io/service-name in (${names})`;
  return {
    deployments: ofRevision,
    pods: selectorText(commonSelector(selectors)),
    slices: services.length > 1 && ofRevision !== '' ? ofRevision : byName,
  };
}
