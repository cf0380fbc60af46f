import { numberAt, objectAt } from './json.ts';
import type { KubeObject } from './objects.ts';

/** In annotations of this kind autoscaling/v1 keeps what it has no field for: more metrics, and behaviour. */
const MORE = 'autoscaling.alpha.kubernetes.io/';

/**
 * An HPA of autoscaling/v1 as autoscaling/v2 has it, in which it is read and written from then on; anything else, and
 * one whose annotations say more than its fields, as it is.
 * Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/v1/conversion.go
 */
export function currentScaler(object: KubeObject): KubeObject {
  if (object.kind !== 'HorizontalPodAutoscaler' || object.apiVersion !== 'autoscaling/v1') return object;
  if (Object.keys(object.metadata.annotations ?? {}).some((key) => key.startsWith(MORE))) return object;
  const { targetCPUUtilizationPercentage: _, ...spec } = objectAt(object, 'spec');
  const averageUtilization = numberAt(object, 'spec', 'targetCPUUtilizationPercentage');
  const target = { type: 'Utilization', averageUtilization };
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    spec: averageUtilization === undefined ? spec : { ...spec, metrics },
  };
}
