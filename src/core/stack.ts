import { createHash } from 'node:crypto';
import { colour } from './colour.ts';
import type { Problem } from './error.ts';
import { hookFaults, waitingHook } from './hooks.ts';
import { setImages } from './images.ts';
import { canonical, type Json, numberAt, objectAt, objectsAt, textAt, textsOf } from './json.ts';
import { treatmentOf } from './kinds.ts';
import { type Twin, twinOf } from './live.ts';
import type { Manifest } from './manifests.ts';
import {
  ANNOTATION_SHARED,
  annotation,
  type KubeObject,
  LABEL_NAME,
  label,
  nameOf,
  type Service,
  selects,
} from './objects.ts';
import { pairOf } from './pair.ts';
import { referencesIn } from './references.ts';
import { idleWorker } from './workers.ts';

/** What identifies the objects of one release. */
export interface Identifiers {
  readonly app: string;
  readonly revision: string;
  readonly namespace: string;
  /** The label key whose value tells one revision's pods from another's. */
  readonly revisionLabel: string;
}

/** The objects of one revision of one app, as they will be sent. */
export interface Stack {
  /** `pair`: the manifests carry the revision themselves; `coloured`: Greenpath added it. */
  readonly form: 'pair' | 'coloured';
  /** In the order in which they are applied: what pods read, then Services, then Deployments and what acts on them. */
  readonly own: readonly Manifest[];
  readonly shared: readonly Manifest[];
  /** Ingresses of the manifests: created at the first promote if they do not exist, never applied while they do. */
  readonly routes: readonly Manifest[];
  readonly services: readonly Service[];
  /** What each of the Services offers to live routes. */
  readonly twins: readonly Twin[];
  /** Digest of `own` less the content of Secrets, which must not become readable anywhere. */
  readonly digest: string;
  readonly notices: readonly string[];
}

/** The order in which the kinds of a stack are applied: nobody waits for what comes later. */
export const ORDER = [
  'ConfigMap',
  'Secret',
  'Job',
  'Service',
  'PodDisruptionBudget',
  'Deployment',
  'HorizontalPodAutoscaler',
];

/**
 * Turns manifests into the stack of one revision, or says everything that stands in the way. Nothing is read but the
 * arguments; the manifests are not changed.
 */
export function buildStack(
  manifests: readonly Manifest[],
  images: ReadonlyMap<string, string>,
  ids: Identifiers,
): { stack: Stack } | { problems: Problem[] } {
  const copies = manifests.map(({ object, place }) => ({ object: structuredClone(object), place }));
  const problems: Problem[] = [];
  const kept = copies.filter(({ object, place }) => {
    const treatment = treatmentOf(object);
    if (typeof treatment !== 'string') problems.push({ text: treatment.refusal, place });
    return typeof treatment === 'string';
  });
  for (const manifest of kept) problems.push(...settleNamespace(manifest, ids.namespace));
  problems.push(...settleImages(kept, images));

  const fixed = namedByShared(kept);
  const of = (treatment: string) =>
    kept.filter(({ object }) => (fixed.has(nameOf(object)) ? 'shared' : treatmentOf(object)) === treatment);
  const pair = pairOf(of('coloured'), ids);
  const divided = pair ?? { own: of('coloured'), shared: [], skipped: [], problems: [] };
  const own = pair ? divided.own : colour(divided.own, ids);
  problems.push(...divided.problems, ...own.flatMap((manifest) => settleKind(manifest)));

  const services = own.filter(({ object }) => object.kind === 'Service') as ServiceManifest[];
  problems.push(...structure(own, services));
  if (problems.length > 0) return { problems };
  const started = own.map(({ object, place }) => ({ object: startedLater(object, services), place }));
  const ordered = started.toSorted((a, b) => ORDER.indexOf(a.object.kind) - ORDER.indexOf(b.object.kind));
  const stack = {
    form: pair ? ('pair' as const) : ('coloured' as const),
    own: ordered,
    shared: [...of('shared'), ...divided.shared],
    routes: of('route'),
    services: services.map(({ object }) => object),
    twins: services.map(({ object }) => stackTwin(object)),
    digest: digestOf(ordered),
    notices: divided.skipped.map(({ object }) => `${nameOf(object)} belongs to another revision and is left alone`),
  };
  return { stack };
}

/** Secrets that a route or a ServiceAccount names: those are not coloured, so the Secrets keep the names. */
function namedByShared(manifests: readonly Manifest[]): Set<string> {
  const names = manifests.flatMap(({ object }) => {
    if (object.kind === 'Ingress') return objectsAt(object, 'spec', 'tls').map((entry) => textAt(entry, 'secretName'));
    if (object.kind !== 'ServiceAccount') return [];
    return [...objectsAt(object, 'imagePullSecrets'), ...objectsAt(object, 'secrets')].map((one) =>
      textAt(one, 'name'),
    );
  });
  return new Set(names.flatMap((name) => (name === undefined ? [] : [nameOf({ kind: 'Secret', metadata: { name } })])));
}

interface ServiceManifest {
  readonly object: Service;
  readonly place: Manifest['place'];
}

/** Pods that a workload's template makes: their labels. */
export function podLabels(workload: KubeObject): Record<string, string> {
  return textsOf(objectAt(workload, 'spec', 'template', 'metadata').labels);
}

/** Names that the stack's pods read and that neither the stack nor its shared objects hold. */
export function outsideReferences(stack: Stack): { manifest: Manifest; kind: string; name: string }[] {
  const held = new Set([...stack.own, ...stack.shared].map(({ object }) => nameOf(object)));
  const found = stack.own.flatMap((manifest) =>
    referencesIn(podSpecOf(manifest.object)).flatMap(({ kind, name, optional }) =>
      optional || held.has(`${kind} ${name}`) || (kind === 'ServiceAccount' && name === 'default')
        ? []
        : [{ manifest, kind, name }],
    ),
  );
  return found.filter(
    (one, index) => found.findIndex((other) => other.kind === one.kind && other.name === one.name) === index,
  );
}

/** The pod spec in a workload's template, or undefined. */
export function podSpecOf(workload: KubeObject): Json | undefined {
  return objectAt(workload, 'spec', 'template').spec;
}

function baseOf(service: Service): string {
  return label(service, LABEL_NAME) ?? service.metadata.name;
}

function stackTwin(service: Service): Twin {
  return twinOf(service, baseOf(service));
}

/** A hook waits until its point comes; a worker until visitors have arrived. */
function startedLater(object: KubeObject, services: readonly ServiceManifest[]): KubeObject {
  if (object.kind === 'Job') return waitingHook(object);
  const selected = services.some(({ object: service }) => selects(service.spec.selector ?? {}, podLabels(object)));
  return object.kind === 'Deployment' && !selected ? idleWorker(object) : object;
}

function settleNamespace({ object, place }: Manifest, namespace: string): Problem[] {
  const given = object.metadata.namespace;
  object.metadata.namespace = namespace;
  if (given === undefined || given === namespace) return [];
  return [
    { text: `${nameOf(object)} is for namespace ${given}, and this release is for namespace ${namespace}`, place },
  ];
}

function settleImages(manifests: readonly Manifest[], images: ReadonlyMap<string, string>): Problem[] {
  const used = new Set(manifests.flatMap(({ object }) => setImages(podSpecOf(object) ?? null, images)));
  return [...images.keys()]
    .filter((name) => !used.has(name))
    .map((name) => ({ text: `input images: no container has an image named exactly ${name}` }));
}

/** Makes Services plain ClusterIP ones and refuses what cannot have a second copy. */
function settleKind({ object, place }: Manifest): Problem[] {
  if (annotation(object, ANNOTATION_SHARED) === 'true') return [];
  if (object.kind === 'Service') return settleService(object, place);
  if (object.kind === 'Job') return hookFaults(object).map((text) => ({ text, place }));
  if (object.kind !== 'Deployment') return [];
  const labels = podLabels(object);
  const selector = textsOf(objectAt(object, 'spec', 'selector').matchLabels);
  if (!selects(selector, labels)) {
    return [{ text: `${nameOf(object)}: spec.selector.matchLabels must match the labels of its pod template`, place }];
  }
  if (numberAt(object, 'spec', 'replicas') === 0) {
    return [{ text: `${nameOf(object)} asks for 0 replicas, and nothing without pods can be verified`, place }];
  }
  return [];
}

function settleService(object: KubeObject, place: Manifest['place']): Problem[] {
  const spec = objectAt(object, 'spec');
  if (spec.clusterIP === 'None') {
    return [{ text: `${nameOf(object)} is headless: an Ingress sends visitors to Services with an address`, place }];
  }
  if (spec.type === 'ExternalName') {
    return [{ text: `${nameOf(object)} is an ExternalName: it has no pods that could be released`, place }];
  }
  for (const port of objectsAt(spec, 'ports')) delete port.nodePort;
  for (const field of PER_SERVICE) delete spec[field];
  spec.type = 'ClusterIP';
  return [];
}

/** Fields that hold an address, a node port or a load balancer, none of which two Services can share. */
const PER_SERVICE = [
  'clusterIP',
  'clusterIPs',
  'externalIPs',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'loadBalancerIP',
  'loadBalancerClass',
  'loadBalancerSourceRanges',
  'allocateLoadBalancerNodePorts',
];

function structure(own: readonly Manifest[], services: readonly ServiceManifest[]): Problem[] {
  const deployments = own.filter(({ object }) => object.kind === 'Deployment');
  if (deployments.length === 0)
    return [{ text: 'input manifests: there is no Deployment of this revision to release' }];
  if (services.length === 0) return [{ text: 'input manifests: there is no Service that the live route could name' }];
  const jobs = own.filter(({ object }) => object.kind === 'Job');
  const bases = services.map(({ object }) => baseOf(object));
  return services.flatMap(({ object, place }, index) => {
    const selector = textsOf(objectAt(object, 'spec').selector);
    const job = jobs.find((one) => selects(selector, podLabels(one.object)));
    const first = services[bases.indexOf(bases[index] ?? '')]?.object;
    return [
      ...(deployments.some((deployment) => selects(selector, podLabels(deployment.object)))
        ? []
        : [{ text: `${nameOf(object)} selects the pods of no Deployment in the manifests`, place }]),
      ...(job === undefined
        ? []
        : [
            {
              text: `${nameOf(object)} selects the pods of ${nameOf(job.object)}, which serve nobody: give them other labels`,
              place: job.place,
            },
          ]),
      ...(first === undefined || first === object
        ? []
        : [
            {
              text: `${nameOf(object)} and ${nameOf(first)} have one base name, ${bases[index]}, so nobody knows which is whose twin`,
              place,
            },
          ]),
    ];
  });
}

function digestOf(own: readonly Manifest[]): string {
  const plain = own.map(({ object }) =>
    object.kind === 'Secret' ? { kind: object.kind, name: object.metadata.name } : object,
  );
  return createHash('sha256').update(canonical(plain)).digest('hex').slice(0, 16);
}
