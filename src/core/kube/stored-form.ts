import { isObject, numberAt, objectAt } from '../base/json.ts';
import type { KubeObject } from './objects.ts';

/** Annotations of autoscaling/v1 for what it has no field for: more metrics, and behaviour. */
const MORE = 'autoscaling.alpha.kubernetes.io/';

/**
 * An object in the form in which the server stores it, if a manifest may use another form that could not be kept up to
 * date.
 */
export function storedForm(object: KubeObject): KubeObject {
  if (object.kind === 'HorizontalPodAutoscaler' && object.apiVersion === 'autoscaling/v1') return currentScaler(object);
  if (object.kind === 'Secret' && object.apiVersion === 'v1') return encodedSecret(object);
  return object;
}

/**
 * An HPA of autoscaling/v1 as autoscaling/v2; unchanged if its annotations say more than its fields.
 * Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/v1/conversion.go
 */
function currentScaler(object: KubeObject): KubeObject {
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

/**
 * Moves `stringData` to `data`, over its present values. The server does so too, but a key that is later removed from
 * `stringData` would stay in `data`, where nobody put it.
 * Source: https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data
 */
function encodedSecret({ stringData, ...secret }: KubeObject): KubeObject {
  // A key without a value is empty.
  const encoded = (texts: unknown, encoding: BufferEncoding) =>
    Object.entries(isObject(texts) ? texts : {}).map(([key, text]) => [
      key,
      Buffer.from(String(text ?? ''), encoding).toString('base64'),
    ]);
  const data = [...encoded(secret.data, 'base64'), ...encoded(stringData, 'utf8')];
  return data.length === 0 ? secret : { ...secret, data: Object.fromEntries(data) };
}
