import type { Problem } from '../base/error.ts';
import { objectAt, textsOf } from '../base/json.ts';
import { selects } from '../kube/objects.ts';
import { replicasOf } from '../kube/strength.ts';
import { podLabels } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';

/**
 * Deployments of a stack that would never have the pods that a release waits for: those that are paused, and those that
 * ask for none although a Service leads to them alone. A part that is switched off and that nobody calls is fine.
 */
export function podlessFaults(own: readonly Manifest[]): Problem[] {
  const deployments = own.filter(({ object }) => object.kind === 'Deployment');
  const paused = deployments.filter(({ object }) => objectAt(object, 'spec').paused === true);
  const services = own.filter(({ object }) => object.kind === 'Service');
  return [
    ...paused.map(({ given, place }) => ({
      text: `${given} is paused (spec.paused: true), so Kubernetes would start none of its pods: take that out of the manifest`,
      place,
    })),
    ...services.flatMap(({ object: service, given }) => {
      const selector = textsOf(objectAt(service, 'spec').selector);
      const behind = deployments.filter(({ object }) => selects(selector, podLabels(object)));
      const [off] = behind;
      if (off === undefined || behind.some(({ object }) => replicasOf(object) !== 0)) return [];
      return [
        {
          text: `${off.given} asks for 0 replicas, and ${given} leads to its pods, so nobody would answer there: ask for at least 1, or leave both out`,
          place: off.place,
        },
      ];
    }),
  ];
}
