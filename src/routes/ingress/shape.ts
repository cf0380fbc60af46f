import type { Json } from '../../core/base/json.ts';
import { isObject } from '../../core/base/json.ts';
import { fields, type KindShape, list, map, number, text } from '../../core/kube/shape.ts';

const PORT = fields({ name: text, number });
const BACKEND = fields({
  service: fields(
    { name: text, port: { ...PORT, check: (value, at) => [...PORT.check(value, at), ...unnamed(value, at)] } },
    ['name', 'port'],
  ),
  resource: map,
});

function unnamed(port: Json, at: string): string[] {
  return isObject(port) && !('name' in port) && !('number' in port) ? [`${at} must have a name or a number`] : [];
}

/** The fields of an Ingress that are read as what the API reference says they are. */
export const SHAPE: KindShape = {
  spec: fields({
    ingressClassName: text,
    defaultBackend: BACKEND,
    tls: list(fields({ hosts: list(text), secretName: text })),
    rules: list(
      fields({
        host: text,
        http: fields({ paths: list(fields({ path: text, pathType: text, backend: BACKEND }, ['backend'])) }, ['paths']),
      }),
    ),
  }),
};
