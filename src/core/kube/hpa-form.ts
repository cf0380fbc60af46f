import { isObject, type Json, type JsonObject, numberAt, objectAt, objectsAt, textAt } from '../base/json.ts';
import type { KubeObject } from './objects.ts';

/** Annotations of autoscaling/v1 for what it has no field for: more metrics, behaviour, and the state. */
const MORE = 'autoscaling.alpha.kubernetes.io/';

/**
 * An HPA of autoscaling/v1 as the server converts it to autoscaling/v2, in which it is stored.
 * Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/v1/conversion.go
 */
export function currentScaler(object: KubeObject): KubeObject {
  const { annotations = {}, ...metadata } = object.metadata;
  const { targetCPUUtilizationPercentage: _, ...rest } = objectAt(object, 'spec');
  const cpu = numberAt(object, 'spec', 'targetCPUUtilizationPercentage');
  const metrics = [
    ...objectsAt(said(annotations, 'metrics')).map(currentMetric),
    ...(cpu === undefined ? [] : [resourceMetric({ name: 'cpu', targetAverageUtilization: cpu })]),
  ];
  const behavior = said(annotations, 'behavior');
  const others = Object.entries(annotations).filter(([key]) => !key.startsWith(MORE));
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: { ...metadata, ...(others.length > 0 && { annotations: Object.fromEntries(others) }) },
    spec: { ...rest, ...(metrics.length > 0 && { metrics }), ...(isObject(behavior) && { behavior }) },
  };
}

/** What an annotation holds as JSON; what cannot be read does not count, as for the server. */
function said(annotations: Readonly<Record<string, string>>, name: string): Json {
  try {
    return JSON.parse(annotations[MORE + name] ?? 'null');
  } catch {
    return null;
  }
}

function resourceMetric(given: JsonObject): JsonObject {
  return { type: 'Resource', resource: { name: given.name ?? null, target: averageTarget(given) } };
}

/** A metric of autoscaling/v1 in the form of autoscaling/v2. */
function currentMetric(metric: JsonObject): JsonObject {
  switch (metric.type) {
    case 'Resource':
      return resourceMetric(objectAt(metric, 'resource'));
    case 'ContainerResource': {
      const given = objectAt(metric, 'containerResource');
      const { name = null, container = null } = given;
      return { type: 'ContainerResource', containerResource: { name, container, target: averageTarget(given) } };
    }
    case 'Pods': {
      const given = objectAt(metric, 'pods');
      return { type: 'Pods', pods: { metric: metricOf(given, 'selector'), target: averageTarget(given) } };
    }
    case 'Object': {
      const given = objectAt(metric, 'object');
      const target = given.averageValue == null ? valueTarget(given) : average({ averageValue: given.averageValue });
      return {
        type: 'Object',
        object: { describedObject: objectAt(given, 'target'), metric: metricOf(given, 'selector'), target },
      };
    }
    case 'External': {
      const given = objectAt(metric, 'external');
      const target = given.targetAverageValue == null ? valueTarget(given) : averageTarget(given);
      return { type: 'External', external: { metric: metricOf(given, 'metricSelector'), target } };
    }
    default:
      return metric;
  }
}

function metricOf(given: JsonObject, selector: string): JsonObject {
  const labels = given[selector];
  return { name: textAt(given, 'metricName') ?? '', ...(isObject(labels) && { selector: labels }) };
}

function averageTarget({ targetAverageUtilization, targetAverageValue }: JsonObject): JsonObject {
  return targetAverageUtilization == null
    ? average({ averageValue: targetAverageValue ?? null })
    : { type: 'Utilization', averageUtilization: targetAverageUtilization };
}

function average({ averageValue }: JsonObject): JsonObject {
  return { type: 'AverageValue', averageValue: averageValue ?? null };
}

function valueTarget({ targetValue }: JsonObject): JsonObject {
  return { type: 'Value', value: targetValue ?? null };
}
