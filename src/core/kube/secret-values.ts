import { canonical, type Json, objectAt, objectsAt, textAt, textsOf } from '../base/json.ts';
import { namedIn } from '../base/masking.ts';
import type { KubeObject } from './objects.ts';
import { podSpecOf } from './workload.ts';

/** A part of a longer text is taken for a secret only from this length on: a file holds many plain words. */
const PART = 8;
/** The names of variables and fields whose value is a secret wherever it stands. */
const NAMES = /(?:passw(?:or)?d|passphrase|token|(?:api|access|secret|private)[-_]?key)$/i;

/**
 * Everything in these objects that nobody may see, in the forms in which programs and servers print it: the content of
 * Secrets, and literal variables of containers that are called a password or a token.
 */
export function secretTexts(objects: readonly KubeObject[]): string[] {
  const plain = objects.flatMap((object) => (object.kind === 'Secret' ? contents(object) : namedVariables(object)));
  return [...new Set(plain.flatMap((text) => [...partsOf(text), text]).flatMap(formsOf))];
}

/** The rest of these objects, as one text: what stands there is in the clear. */
export function clearText(objects: readonly KubeObject[]): string {
  const clear = objects.map((object) =>
    object.kind === 'Secret' ? canonical([object.metadata.name, ...keysOf(object)]) : JSON.stringify(object, unnamed),
  );
  return clear.join('\n');
}

/** Leaves out the value of what is called a password, wherever else the same word stands. */
function unnamed(this: unknown, key: string, value: Json): Json {
  const name = key === 'value' ? (textAt(this, 'name') ?? '') : key;
  return typeof value === 'string' && NAMES.test(name) ? '' : value;
}

function keysOf(secret: KubeObject): string[] {
  return ['data', 'stringData'].flatMap((field) => Object.keys(objectAt(secret, field)));
}

function contents(secret: KubeObject): string[] {
  const decoded = Object.values(textsOf(secret.data)).flatMap((value) => {
    const bytes = Buffer.from(value, 'base64');
    const text = bytes.toString('utf8');
    return [value, ...(bytes.equals(Buffer.from(text)) ? [text] : [])];
  });
  return [...decoded, ...Object.values(textsOf(secret.stringData))];
}

/** Variables of containers, in whatever makes pods, and keys of ConfigMaps. */
function namedVariables(object: KubeObject): string[] {
  const named = Object.entries(textsOf(object.data)).flatMap(([key, value]) => (NAMES.test(key) ? [value] : []));
  const spec = podSpecOf(object);
  const containers = ['containers', 'initContainers'].flatMap((list) => objectsAt(spec, list));
  return containers
    .flatMap((container) => objectsAt(container, 'env'))
    .flatMap((one) => (NAMES.test(textAt(one, 'name') ?? '') ? leavesOf(one.value) : []))
    .concat(named);
}

/** What a program may print of a text by itself: a line, a value in it, the password of a URL. */
function partsOf(text: string): string[] {
  const lines = text.includes('\n') ? text.split('\n').map((line) => line.trim()) : [];
  const values = lines.map((line) =>
    (/^[\w.-]+\s*[:=]\s*(.+)$/.exec(line)?.[1] ?? line).replaceAll(/^["']|["',]+$/g, ''),
  );
  const urls = [...text.matchAll(/:\/\/([^\s/:@]*):([^\s"']+)@/g)].map(([, , password = '']) => password);
  const json = /^\s*[{[]/.test(text) ? leavesOf(parsed(text)) : [];
  return [
    ...[...values, ...json].filter((part) => part.length >= PART),
    ...namedIn(text),
    ...urls,
    ...urls.map(decoded),
  ];
}

function formsOf(text: string): string[] {
  const trimmed = text.trim();
  const forms = [text, trimmed, JSON.stringify(text).slice(1, -1), encoded(trimmed)];
  return [...forms, ...[text, trimmed].map((one) => Buffer.from(one).toString('base64'))];
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function encoded(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
