import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { faultsIn } from '../../../src/routes/registry.ts';

const object = (apiVersion: string, kind: string, rest: string) =>
  ({ apiVersion, kind, metadata: { name: 'web' }, ...(load(rest) as object) }) as KubeObject;
const service = (spec: string) => object('v1', 'Service', `spec: ${spec}`);
const ingress = (spec: string) => object('networking.k8s.io/v1', 'Ingress', `spec: ${spec}`);
const path = (rest: string) => ingress(`{rules: [{http: {paths: [{path: /, ${rest}}]}}]}`);

describe('each fault names object and field, and the type, but no value', () => {
  test.each<[string, KubeObject, string]>([
    [
      'a label',
      object('v1', 'Foo', 'metadata: {name: web, labels: {v: 1.2}}'),
      'Foo web: metadata.labels.v is a number, but must be a string: put it in quotation marks',
    ],
    [
      'an annotation',
      object('v1', 'Foo', 'metadata: {name: web, annotations: {a: true}}'),
      'Foo web: metadata.annotations.a is a boolean, but must be a string: put it in quotation marks',
    ],
    [
      'labels',
      object('v1', 'Foo', 'metadata: {name: web, labels: [a]}'),
      'Foo web: metadata.labels is a list, but must be a map',
    ],
    ['a port', service('{ports: [{port: "80"}]}'), 'Service web: spec.ports[0].port is a string, but must be a number'],
    [
      'a port that is empty',
      service('{ports: [{port: }]}'),
      'Service web: spec.ports[0].port is missing: it must be a number',
    ],
    ['an item that is empty', service('{ports: [ ~ ]}'), 'Service web: spec.ports[0] is empty, but must be a map'],
    ['a list', ingress('{rules: {host: a.test}}'), 'Ingress web: spec.rules is a map, but must be a list'],
    [
      'a backend',
      path('pathType: Prefix'),
      'Ingress web: spec.rules[0].http.paths[0].backend is missing: it must be a map',
    ],
    [
      "a backend's port",
      path('backend: {service: {name: web, port: {number: }}}'),
      'Ingress web: spec.rules[0].http.paths[0].backend.service.port must have a name or a number',
    ],
  ])('%s', (_, found, fault) => {
    expect(faultsIn(found)).toEqual([fault]);
  });
});

describe('what is empty is what Kubernetes takes it for', () => {
  test.each<[string, KubeObject, unknown]>([
    [
      'a list',
      ingress('{rules: , defaultBackend: {service: {name: web, port: {number: 80}}}}'),
      { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    ],
    ['a map of strings', service('{selector: }'), {}],
    ['a text in such a map', service('{selector: {app: }}'), { selector: { app: '' } }],
    ['a spec', object('v1', 'Service', '{}'), {}],
    ['a field that is not read stays', service('{sessionAffinityConfig: }'), { sessionAffinityConfig: null }],
  ])('%s', (_, found, spec) => {
    expect(faultsIn(found)).toEqual([]);
    expect(found.spec).toEqual(spec);
  });

  test('of a custom resource nothing but its metadata is judged', () => {
    const custom = object('example.com/v1', 'Service', 'spec: {ports: 7, selector: }');
    expect(faultsIn(custom)).toEqual([]);
    expect(custom.spec).toEqual({ ports: 7, selector: null });
  });
});
