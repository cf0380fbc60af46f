import { isObject, type Json, type JsonObject, objectsAt, textAt } from '../base/json.ts';
import type { KubeObject } from './objects.ts';
import { containersIn } from './references.ts';
import { podSpecOf } from './workload.ts';

/**
 * An object without entries of lists that a later entry of the same key replaces, such as a variable that a container has
 * twice. Kubernetes accepts them, but a server-side apply refuses them. The last one counts, where `repetitionFault` finds
 * nothing. The argument is not changed.
 */
export function withoutRepeatedEntries(object: KubeObject): KubeObject {
  if (!listsIn(podSpecOf(object)).some(({ holder, field, keys }) => unique(holder, field, keys) !== undefined))
    return object;
  const copy = structuredClone(object);
  for (const { holder, field, keys } of listsIn(podSpecOf(copy))) {
    const entries = unique(holder, field, keys);
    if (entries !== undefined) holder[field] = entries;
  }
  return copy;
}

const PORT_KEYS = ['containerPort', 'protocol'];

/** A list in an object, and the fields by which a server-side apply tells its entries apart. */
interface KeyedList {
  readonly holder: JsonObject;
  readonly field: string;
  readonly keys: readonly string[];
}

function listsIn(podSpec: Json | undefined): KeyedList[] {
  const ofContainers = containersIn(podSpec).flatMap((holder) => [
    { holder, field: 'env', keys: ['name'] },
    { holder, field: 'ports', keys: PORT_KEYS },
  ]);
  return isObject(podSpec)
    ? [...ofContainers, { holder: podSpec, field: 'imagePullSecrets', keys: ['name'] }]
    : ofContainers;
}

/** The entries of a list without those that are repeated later; undefined if none is. */
function unique(holder: JsonObject, field: string, keys: readonly string[]): JsonObject[] | undefined {
  const entries = objectsAt(holder, field);
  const last = new Map(entries.map((entry) => [keys.map((key) => entry[key] ?? 'TCP').join('/'), entry]));
  return last.size === entries.length ? undefined : entries.filter((entry) => [...last.values()].includes(entry));
}

/**
 * What would change if a container had an entry only once, as a predicate: a variable whose first value another one
 * takes, or the name of a port that something uses. `others`: objects that may name ports of its pods.
 */
export function repetitionFault(object: KubeObject, others: readonly KubeObject[]): string | undefined {
  const containers = containersIn(podSpecOf(object));
  const variable = containers.flatMap(takenVariables)[0];
  if (variable !== undefined)
    return `has the variable ${variable} twice in one container, and what is between them takes the first value: write it once`;
  const lost = containers.flatMap(lostPorts);
  if (lost.length === 0) return undefined;
  const used = new Set([object, ...others].flatMap((one) => portNames(one as unknown as Json)));
  const port = lost.find(({ name }) => used.has(name));
  return (
    port &&
    `has port ${port.number} twice in one container, under two names, and ${port.name} is used as one: write the port once, and use its number or that name everywhere`
  );
}

/** Variables of a container that it has again later, and that `$(NAME)` takes in between. */
function takenVariables(container: JsonObject): string[] {
  const entries = objectsAt(container, 'env');
  return entries.flatMap((entry, index) => {
    const name = textAt(entry, 'name') ?? '';
    const last = entries.findLastIndex((one) => one.name === name);
    const between = entries.slice(index + 1, last + 1);
    return between.some((one) => textAt(one, 'value')?.includes(`$(${name})`)) ? [name] : [];
  });
}

/** Names of ports that a later port of the same number, under another name, replaces. */
function lostPorts(container: JsonObject): { readonly name: string; readonly number: string }[] {
  const kept = unique(container, 'ports', PORT_KEYS) ?? [];
  return objectsAt(container, 'ports').flatMap((port) => {
    const name = textAt(port, 'name');
    const isLost = kept.length > 0 && name !== undefined && !kept.some((one) => one.name === name);
    return isLost ? [{ name, number: String(port.containerPort) }] : [];
  });
}

/** The names by which an object uses ports of pods: in probes, Services, policies and monitors. */
function portNames(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(portNames);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    typeof one === 'string' && (key === 'port' || key === 'targetPort') ? [one] : portNames(one),
  );
}
