import type { Problem } from '../base/error.ts';
import { objectAt, textsOf } from '../base/json.ts';
import { selects } from '../kube/objects.ts';
import { replicasOf } from '../kube/strength.ts';
import { podLabels } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';

/**
 * Deployments of a stack that would never have the pods that a release waits for: paused ones, and those with 0
 * replicas although a Service selects only their pods. A Deployment that is switched off and that nothing calls is
 * accepted.
 */
export function podlessFaults(own: readonly Manifest[]): Problem[] {
  const deployments = own.filter(({ object }) => object.kind === 'Deployment');
  const paused = deployments.filter(({ object }) => objectAt(object, 'spec').paused === true);
  const services = own.filter(({ object }) => object.kind === 'Service');
  return [
    ...paused.map(({ given, place }) => ({
      text: `${given} is paused (spec.paused: true), so Kubernetes would start none of its pods: remove that from the manifest`,
      place,
    })),
    ...services.flatMap(({ object: service, given }) => {
      const selector = textsOf(objectAt(service, 'spec').selector);
      const behind = deployments.filter(({ object }) => selects(selector, podLabels(object)));
      const [off] = behind;
      if (off === undefined || behind.some(({ object }) => replicasOf(object) !== 0)) return [];
      return [
        {
          text: `${off.given} has 0 replicas, and ${given} selects its pods, so nothing would answer there: set at least 1, or leave both out`,
          place: off.place,
        },
      ];
    }),
  ];
}
