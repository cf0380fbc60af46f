import { type Problem, placeText } from '../base/error.ts';
import { objectAt, textsOf } from '../base/json.ts';
import { nearest } from '../base/nearest.ts';
import { listed } from '../base/plural.ts';
import { withoutExposure } from '../kube/exposure.ts';
import { hookFaults } from '../kube/hooks.ts';
import { kindOf } from '../kube/identity.ts';
import { imageName, setImages } from '../kube/images.ts';
import type { KindRow } from '../kube/kind-row.ts';
import { KIND } from '../kube/kinds.ts';
import { ANNOTATION_SHARED, annotation, LABEL_NAME, label, type Service, selects } from '../kube/objects.ts';
import { stackKindOf } from '../kube/turns.ts';
import { podLabels, podSpecOf } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { isElsewhere } from './apart.ts';
import type { Identifiers } from './identifiers.ts';
import type { Verdict } from './verdicts.ts';

/** A Service of the manifests, and its place. */
export interface ServiceManifest extends Manifest {
  readonly object: Service;
}

/** Sets the images of the input `images`; a name that no container uses is a problem. */
export function normalizeImages(manifests: readonly Manifest[], images: ReadonlyMap<string, string>): Problem[] {
  const used = new Set(manifests.flatMap(({ object }) => setImages(podSpecOf(object) ?? null, images)));
  return [...images.keys()]
    .filter((name) => !used.has(name))
    .map((name) => {
      const bare = imageName(name);
      const advice = bare === name ? '' : `: names are without tag and digest (${bare})`;
      return { text: `input images: no container has an image named exactly ${name}${advice}` };
    });
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
export function structureFaults(
  own: readonly Manifest[],
  services: readonly ServiceManifest[],
  verdicts: readonly Verdict[],
  ids: Identifiers,
): Problem[] {
  const deployments = own.filter(({ object }) => object.kind === 'Deployment');
  if (deployments.length === 0) return nothingToRelease(verdicts, ids);
  if (services.length === 0)
    return [
      {
        text: `input manifests: there is no Service that the live route could name${nearMisses('Service', verdicts, ids)}`,
      },
    ];
  const jobs = own.filter(({ object }) => object.kind !== 'Deployment' && stackKindOf(object).makesPods);
  const refused = verdicts.flatMap(({ word, manifest }) => (word === 'refused' ? [manifest] : []));
  const bases = services.map(({ object }) => baseOf(object));
  return services.flatMap(({ object, place, given }, index) => {
    const selector = textsOf(objectAt(object, 'spec').selector);
    const job = jobs.find((one) => selects(selector, podLabels(one.object)));
    const first = services[bases.indexOf(bases[index] ?? '')];
    return [
      ...([...deployments, ...refused].some((deployment) => selects(selector, podLabels(deployment.object)))
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

/** Why there is no Deployment to release: each one may be refused already, or exist once. */
function nothingToRelease(verdicts: readonly Verdict[], ids: Identifiers): Problem[] {
  if (verdicts.some(({ word }) => word === 'refused')) return [];
  const text = 'input manifests: there is no Deployment of this revision to release';
  const isWorkload = (kind: KindRow | undefined) => kind === KIND.Deployment || kind?.treatment === 'backing';
  const first = verdicts.find(({ word, manifest }) => word === 'backing' && isWorkload(kindOf(manifest.object)));
  if (first === undefined) return [{ text: `${text}${nearMisses('Deployment', verdicts, ids)}` }];
  const { place, given } = first.manifest;
  return [
    {
      text: `${text}: ${given} ${first.why}, so it exists once for all revisions. If it is the application, let its data be where two versions may write at once (a claim with ReadWriteMany, or an external store), in a Deployment with strategy RollingUpdate; or let only a worker write`,
      place,
    },
  ];
}

/** What is there instead of an object of this kind: it may be misspelled, or for another namespace. */
function nearMisses(wanted: 'Deployment' | 'Service', verdicts: readonly Verdict[], ids: Identifiers): string {
  const left = verdicts.filter(({ word, manifest: { object } }) => {
    const isMeant = object.kind === wanted || nearest(object.kind, [wanted]) !== undefined;
    return word === 'left' && (isMeant || (wanted === 'Deployment' && podSpecOf(object) !== undefined));
  });
  if (left.length === 0) return '';
  const each = left.map(({ manifest: { given, place }, why }) => `${given} (${placeText(place)}): ${why}`);
  const isForOther = left.some(({ manifest: { object } }) => isElsewhere(object, ids));
  const here = isForOther ? `. This release is for namespace ${ids.namespace} (input namespace)` : '';
  return `. Left alone: ${listed(each, 'and')}${here}`;
}

/** A Service's name without the revision. */
export function baseOf(service: Service): string {
  return label(service, LABEL_NAME) ?? service.metadata.name;
}
