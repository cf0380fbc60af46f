import { isObject, type Json, type JsonObject, objectAt, objectsAt, textAt } from '../base/json.ts';
import { baseNameIn } from '../base/revision.ts';
import { differenceOf } from './diff.ts';
import { asGiven } from './differing-fields.ts';
import { isMark } from './exposure.ts';
import { withoutOwnNames } from './host-aliases.ts';
import { keyAt, keyOf, kindOf } from './identity.ts';
import { KIND } from './kinds.ts';
import { type KubeObject, LABEL_NAME, label, nameOf, VARIABLE_SUFFIX } from './objects.ts';
import { WORKLOAD_KINDS } from './turns.ts';
import { podSpecOf } from './workload.ts';

/** Objects of one revision. */
export interface Side {
  readonly revision: string;
  readonly objects: readonly KubeObject[];
}

/** An object of the candidate beside its counterpart in the live stack. */
export interface Twin {
  /** `Deployment web-v1`; empty if the live stack has no such object. */
  readonly before: string;
  /** `Deployment web-v2`; empty if the candidate has none. */
  readonly after: string;
  /** A unified diff of what manifests say; empty if nothing differs. */
  readonly diff: string;
}

/** The image of one container on both sides; empty where there is no such container. */
export interface ImagePair {
  /**
   * The workload's base name, with the container's if that is another one: `web`, `web/proxy`. With the kind where two
   * workloads have one name.
   */
  readonly of: string;
  readonly before: string;
  readonly after: string;
}

/** Fields of a Service that the server chooses. */
const CHOSEN = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'];
/** Maps in which the revision itself appears as a value. */
const LABELS = ['labels', 'matchLabels', 'selector'];

/**
 * Every object that both sides have, workloads first, and each workload that only the live side has. What only tells
 * the revisions apart is left out: names, labels, and what a release itself changes. Secrets are left out too, since no
 * value of them may be shown.
 */
export function twinsOf(live: Side, candidate: Side): Twin[] {
  const known = byBaseName(live);
  const own = byBaseName(candidate);
  const [neutralLive, neutralOwn] = [neutraliser(live), neutraliser(candidate)];
  const both = [...own].flatMap(([key, after]) => {
    const before = known.get(key);
    return before === undefined || after.kind === 'Secret' ? [] : [{ before, after }];
  });
  const gone = [...known].filter(([key, object]) => isWorkload(object) && !own.has(key));
  return [
    ...both
      .toSorted((a, b) => Number(isWorkload(b.after)) - Number(isWorkload(a.after)))
      .map(({ before, after }) => ({
        before: nameOf(before),
        after: nameOf(after),
        diff: differenceOf(neutralLive(before), neutralOwn(after)),
      })),
    ...gone.map(([, object]) => ({ before: nameOf(object), after: '', diff: '' })),
  ];
}

/** The images of all containers of both sides' workloads. */
export function imagePairs(live: Side, candidate: Side): ImagePair[] {
  const [before, after] = [imagesIn(live), imagesIn(candidate)];
  const all = new Map([...after, ...before]);
  return [...all].map(([key, one]) => ({
    of: placeText(one, [...all.values()]),
    before: before.get(key)?.image ?? '',
    after: after.get(key)?.image ?? '',
  }));
}

/** The image of one container, and where it is. */
interface Image {
  readonly kind: string;
  readonly workload: string;
  readonly container: string;
  readonly image: string;
}

/** `web`, or as much more as tells it from the other images: `web/proxy`, `CronJob web`. */
function placeText({ kind, workload, container }: Image, all: readonly Image[]): string {
  const beside = all.filter((one) => one.workload === workload);
  const own = beside.filter((one) => one.kind === kind);
  const name = own.length === 1 || container === workload ? workload : `${workload}/${container}`;
  return own.length === beside.length ? name : `${kind} ${name}`;
}

/** Images by kind, workload and container. */
function imagesIn(side: Side): Map<string, Image> {
  const images = side.objects.filter(isWorkload).flatMap((object) => {
    const spec = podSpecOf(object);
    const [kind, workload] = [object.kind, baseNameFor(object, side)];
    return [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')].map((one) => {
      const container = textAt(one, 'name') ?? '';
      const image = textAt(one, 'image') ?? '';
      return [`${kind}/${workload}/${container}`, { kind, workload, container, image }] as const;
    });
  });
  return new Map(images);
}

function isWorkload(object: KubeObject): boolean {
  return WORKLOAD_KINDS.some((kind) => kind === kindOf(object));
}

function byBaseName(side: Side): Map<string, KubeObject> {
  return new Map(
    side.objects.map((object) => {
      const kind = kindOf(object);
      return [kind === undefined ? keyOf(object) : keyAt(kind, baseNameFor(object, side)), object];
    }),
  );
}

function baseNameFor(object: KubeObject, { revision }: Side): string {
  const { name } = object.metadata;
  return label(object, LABEL_NAME) ?? baseNameIn(name, revision) ?? name;
}

/** Makes an object's manifest have base names in place of the names of one side. */
function neutraliser(side: Side): (object: KubeObject) => JsonObject {
  const names = new Map(side.objects.map((one) => [one.metadata.name, baseNameFor(one, side)]));
  const services = side.objects.filter((one) => kindOf(one) === KIND.Service);
  return (object) => {
    const given = asGiven(withoutOwnNames(object, services));
    if (kindOf(object) === KIND.Service) {
      const spec = objectAt(given, 'spec');
      for (const field of CHOSEN) delete spec[field];
      for (const port of objectsAt(spec, 'ports')) delete port.nodePort;
    }
    return neutral(given, names, side.revision) as JsonObject;
  };
}

function neutral(value: Json, names: ReadonlyMap<string, string>, revision: string): Json {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value))
    return value
      .filter((item) => textAt(item, 'name') !== VARIABLE_SUFFIX)
      .map((item) => neutral(item, names, revision));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const inner = neutral(
      LABELS.includes(key) && isObject(item) ? ofAnyRevision(item, revision) : item,
      names,
      revision,
    );
    // The server treats an empty map or list like a missing one.
    const isEmpty = typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0;
    return isEmpty ? [] : [[key, inner] as const];
  });
  return Object.fromEntries(entries);
}

/** Labels without those that name the revision, or that only a release sets. */
function ofAnyRevision(labels: JsonObject, revision: string): JsonObject {
  return Object.fromEntries(Object.entries(labels).filter(([key, value]) => value !== revision && !isMark(key)));
}
