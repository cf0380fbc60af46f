import type { Problem } from '../base/error.ts';
import { isObject, objectAt } from '../base/json.ts';
import { slugOf } from '../base/revision.ts';
import { type KubeObject, nameOf } from '../kube/objects.ts';
import type { Manifest } from './manifests.ts';

/**
 * The faults of the classic blue/green example, which people copy, each with the corrected lines. See
 * docs/classic-form.md.
 */
export function manifestFaults(manifests: readonly Manifest[]): Problem[] {
  return manifests.flatMap(({ object, place }) =>
    [
      ...(object.kind === 'Service' ? dottedName(object) : []),
      ...(object.kind === 'Deployment' ? strayFields(object) : []),
    ].map((text) => ({ text, place })),
  );
}

/** Which object the pods of `workload` need and that does not exist, as a sentence without its full stop. */
export function neededText(workload: string, kind: string, name: string): string {
  return `${workload} needs ${kind} ${name}, which is neither in the manifests nor in the namespace`;
}

/** The same with the lines that add it to the manifests. */
export function missingText(workload: string, kind: string, name: string): string {
  const data = kind === 'ConfigMap' ? '\n  data: {}   # the keys that the pods read' : '';
  return `${neededText(workload, kind, name)}. Add\n  apiVersion: v1\n  kind: ${kind}\n  metadata: {name: ${name}}${data}`;
}

function dottedName(service: KubeObject): string[] {
  const { name } = service.metadata;
  if (!name.includes('.')) return [];
  return [
    `Service ${name}: a Service's name is a DNS label and cannot contain a dot (labels can). Write\n  name: ${corrected(name)}`,
  ];
}

/**
 * `volumeMounts` belongs to a container and `volumes` to the pod's spec; with the wrong indentation the server drops or
 * refuses them.
 */
function strayFields(deployment: KubeObject): string[] {
  const spec = objectAt(deployment, 'spec');
  const template = objectAt(spec, 'template');
  const podSpec = objectAt(template, 'spec');
  const outside = [deployment, spec, template].filter(isObject);
  const mounts = [...outside, podSpec].some((holder) => 'volumeMounts' in holder);
  const volumes = outside.some((holder) => 'volumes' in holder);
  return [
    ...(mounts
      ? [
          `${nameOf(deployment)}: volumeMounts is outside of the container. Indent it like the container's image:\n  containers:\n  - name: …\n    image: …\n    volumeMounts: […]`,
        ]
      : []),
    ...(volumes
      ? [
          `${nameOf(deployment)}: volumes is outside of the pod's spec. Indent it like containers:\n  template:\n    spec:\n      containers: […]\n      volumes: […]`,
        ]
      : []),
  ];
}

function corrected(name: string): string {
  return slugOf(name);
}
