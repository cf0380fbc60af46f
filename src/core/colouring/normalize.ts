import type { Problem } from '../base/error.ts';
import { objectAt, textsOf } from '../base/json.ts';
import { withoutExposure } from '../kube/exposure.ts';
import { hookFaults } from '../kube/hooks.ts';
import { setImages } from '../kube/images.ts';
import { ANNOTATION_SHARED, annotation, LABEL_NAME, label, type Service, selects } from '../kube/objects.ts';
import { stackKindOf } from '../kube/turns.ts';
import { podLabels, podSpecOf } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';

/** A Service of the manifests, and its place. */
export interface ServiceManifest extends Manifest {
  readonly object: Service;
}

/** Sets an object's namespace to the release's; another namespace is a problem. */
export function normalizeNamespace({ object, place, given: name }: Manifest, namespace: string): Problem[] {
  const given = object.metadata.namespace;
  object.metadata.namespace = namespace;
  if (given === undefined || given === namespace) return [];
  return [{ text: `${name} is for namespace ${given}, and this release is for namespace ${namespace}`, place }];
}

/** Sets the images of the input `images`; a name that no container uses is a problem. */
export function normalizeImages(manifests: readonly Manifest[], images: ReadonlyMap<string, string>): Problem[] {
  const used = new Set(manifests.flatMap(({ object }) => setImages(podSpecOf(object) ?? null, images)));
  return [...images.keys()]
    .filter((name) => !used.has(name))
    .map((name) => ({ text: `input images: no container has an image named exactly ${name}` }));
}

/** Turns a Service into one that every revision can have a copy of, and refuses what cannot have a second copy. */
export function normalizeKind({ object, place, given }: Manifest): Problem[] {
  if (annotation(object, ANNOTATION_SHARED) === 'true') return [];
  if (object.kind === 'Service') return settleService({ object, place, given });
  if (object.kind === 'Job') return hookFaults(object).map((fault) => ({ text: `${given} ${fault}`, place }));
  if (object.kind !== 'Deployment') return [];
  const labels = podLabels(object);
  const selector = textsOf(objectAt(object, 'spec', 'selector').matchLabels);
  if (!selects(selector, labels)) {
    return [{ text: `${given}: spec.selector.matchLabels must match the labels of its pod template`, place }];
  }
  return [];
}

function settleService({ object, place, given }: Manifest): Problem[] {
  if (objectAt(object, 'spec').type === 'ExternalName') {
    return [{ text: `${given} is an ExternalName: it has no pods that could be released${CURE}`, place }];
  }
  withoutExposure(object);
  return [];
}

const CURE = `; leave it out of \`manifests\`, or annotate it ${ANNOTATION_SHARED}: "true" to have it created once and never changed`;

/** What a stack lacks, or contains twice. */
export function structureFaults(own: readonly Manifest[], services: readonly ServiceManifest[]): Problem[] {
  const deployments = own.filter(({ object }) => object.kind === 'Deployment');
  if (deployments.length === 0)
    return [{ text: 'input manifests: there is no Deployment of this revision to release' }];
  if (services.length === 0) return [{ text: 'input manifests: there is no Service that the live route could name' }];
  const jobs = own.filter(({ object }) => object.kind !== 'Deployment' && stackKindOf(object).makesPods);
  const bases = services.map(({ object }) => baseOf(object));
  return services.flatMap(({ object, place, given }, index) => {
    const selector = textsOf(objectAt(object, 'spec').selector);
    const job = jobs.find((one) => selects(selector, podLabels(one.object)));
    const first = services[bases.indexOf(bases[index] ?? '')];
    return [
      ...(deployments.some((deployment) => selects(selector, podLabels(deployment.object)))
        ? []
        : [{ text: `${given} selects the pods of no Deployment in the manifests${CURE}`, place }]),
      ...(job === undefined
        ? []
        : [
            {
              text: `${given} selects the pods of ${job.given}, which answer no requests: give them other labels`,
              place: job.place,
            },
          ]),
      ...(first === undefined || first.object === object
        ? []
        : [
            {
              text: `${given} and ${first.given} differ only in the revision in their names, so it is not clear to which of them a path moves: rename one of them`,
              place,
            },
          ]),
    ];
  });
}

/** A Service's name without the revision. */
export function baseOf(service: Service): string {
  return label(service, LABEL_NAME) ?? service.metadata.name;
}
