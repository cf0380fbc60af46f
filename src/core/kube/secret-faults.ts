import { isObject, typeText } from '../base/json.ts';
import { type KubeObject, nameOf } from './objects.ts';

/** As the API server reads it: https://pkg.go.dev/encoding/base64#StdEncoding, which ignores line ends. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * What is wrong with the values of a Secret. It is checked before the server is asked, since the server's answer would
 * contain the value; this text never does. A key may be `null`, which means empty.
 */
export function secretFaults(object: KubeObject): string[] {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return [];
  return [
    ...faultsIn(object, 'data', (value) =>
      BASE64.test(value.replaceAll(/[\r\n]/g, ''))
        ? undefined
        : 'is not base64: encode the value, or put it unencoded under stringData',
    ),
    ...faultsIn(object, 'stringData', () => undefined),
  ];
}

function faultsIn(secret: KubeObject, field: string, fault: (value: string) => string | undefined): string[] {
  const values = secret[field] ?? {};
  if (!isObject(values)) return [`${nameOf(secret)}: ${field} is ${typeText(values)}, but must be a map of strings`];
  return Object.entries(values).flatMap(([key, value]) => {
    const wrong =
      typeof value === 'string'
        ? fault(value)
        : `is ${typeText(value)}, but must be a string: put the value in quotation marks`;
    return value === null || wrong === undefined ? [] : [`${nameOf(secret)}: ${field}.${key} ${wrong}`];
  });
}
