import { isObject } from '../base/json.ts';
import { currentScaler } from './hpa-form.ts';
import type { KubeObject } from './objects.ts';
import { withoutRepeatedEntries } from './repeated-entries.ts';

/**
 * An object in the form in which the server stores it, if a manifest may use another form that could not be kept up to
 * date.
 */
export function storedForm(object: KubeObject): KubeObject {
  if (object.kind === 'HorizontalPodAutoscaler' && object.apiVersion === 'autoscaling/v1') return currentScaler(object);
  if (object.kind === 'Secret' && object.apiVersion === 'v1') return encodedSecret(object);
  return withoutRepeatedEntries(object);
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
