import { fields, type KindShape, list, map, number, text } from '../../core/kube/shape.ts';

const VALUES = list(fields({ type: text, name: text, value: text }, ['name', 'value']));
const HEADERS = list(fields({ name: text, value: text }, ['name', 'value']));
const FILTERS = list(
  fields(
    {
      type: text,
      urlRewrite: fields({
        hostname: text,
        path: fields({ type: text, replaceFullPath: text, replacePrefixMatch: text }, ['type']),
      }),
      extensionRef: fields({ group: text, kind: text, name: text }, ['kind', 'name']),
      responseHeaderModifier: fields({ set: HEADERS, add: HEADERS, remove: list(text) }),
    },
    ['type'],
  ),
);
const BACKENDS = list(
  fields({ group: text, kind: text, namespace: text, name: text, port: number, weight: number, filters: FILTERS }, [
    'name',
  ]),
);
const PARENT = fields({ group: text, kind: text, namespace: text, name: text, sectionName: text, port: number }, [
  'name',
]);
const CONDITION = fields({ type: text, status: text, reason: text, message: text, observedGeneration: number }, [
  'type',
  'status',
]);

/** The fields of an HTTPRoute that are read as what the API reference says they are. */
export const SHAPE: KindShape = {
  spec: fields({
    parentRefs: list(PARENT),
    hostnames: list(text),
    rules: list(
      fields({
        matches: list(
          fields({ path: fields({ type: text, value: text }), headers: VALUES, queryParams: VALUES, method: text }),
        ),
        filters: FILTERS,
        backendRefs: BACKENDS,
        timeouts: map,
        retry: map,
        sessionPersistence: map,
      }),
    ),
  }),
  status: fields({
    parents: list(
      fields({ parentRef: PARENT, controllerName: text, conditions: list(CONDITION) }, ['parentRef', 'controllerName']),
    ),
  }),
};

/** The fields of a Gateway that are read. */
export const GATEWAY_SHAPE: KindShape = {
  spec: fields({
    gatewayClassName: text,
    listeners: list(
      fields(
        {
          name: text,
          hostname: text,
          port: number,
          protocol: text,
          allowedRoutes: fields({ namespaces: fields({ from: text }), kinds: list(fields({ kind: text }, ['kind'])) }),
        },
        ['name', 'port', 'protocol'],
      ),
    ),
  }),
  status: fields({ addresses: list(fields({ type: text, value: text }, ['value'])) }),
};
