import { namedIn } from '../base/credential-shapes.ts';
import { canonical, type Json, objectAt, objectsAt, textAt, textsOf } from '../base/json.ts';
import { withoutCertificates } from '../base/pem.ts';
import { isTellable } from '../base/tellable.ts';
import type { KubeObject } from './objects.ts';
import { podSpecOf } from './workload.ts';

/** The shortest part of a longer text that counts as a secret: a file contains many plain words. */
const PART = 8;
/** Names of variables and fields whose value is a secret wherever it appears. */
const NAMES = /(?:passw(?:or)?d|passphrase|token|(?:api|access|secret|private)[-_]?key)$/i;

/** A text to hide, and its name. */
interface Named {
  readonly name: string;
  readonly text: string;
}

/**
 * Everything in these objects that must be hidden, in the forms in which programs and servers print it: the content of
 * Secrets, and literal variables of containers that are called a password or a token.
 */
export function secretTexts(objects: readonly KubeObject[]): string[] {
  return [...new Set(objects.flatMap(namedTexts).flatMap(({ text }) => formsOf(text)))];
}

/** The texts that the runner can safely hide within any other text in the rest of the job. */
export function jobSecrets(objects: readonly KubeObject[]): string[] {
  const told = objects.flatMap(namedTexts).filter(({ name, text }) => isTellable(text, NAMES.test(name)));
  return [...new Set(told.flatMap(({ text }) => formsOf(text)))];
}

/** Secret texts and what a program may print of them; certificates are public. */
function namedTexts(object: KubeObject): Named[] {
  const all = object.kind === 'Secret' ? contents(object) : namedVariables(object);
  return all
    .filter(({ text }) => withoutCertificates(text).trim() !== '')
    .flatMap((one) => [...partsOf(withoutCertificates(one.text)), one]);
}

/** The rest of these objects, as one text: what appears there is public. */
export function clearText(objects: readonly KubeObject[]): string {
  const clear = objects.map((object) =>
    object.kind === 'Secret' ? canonical([object.metadata.name, ...keysOf(object)]) : JSON.stringify(object, unnamed),
  );
  // Without JSON's escape for a line end: it would be the first letter of the next word.
  return clear.join('\n').replaceAll(/\\[nrt]/g, '\n');
}

/** Leaves out the value of anything called a password, even if the same word appears elsewhere. */
function unnamed(this: unknown, key: string, value: Json): Json {
  const name = key === 'value' ? (textAt(this, 'name') ?? '') : key;
  return typeof value === 'string' && NAMES.test(name) ? '' : value;
}

function keysOf(secret: KubeObject): string[] {
  return ['data', 'stringData'].flatMap((field) => Object.keys(objectAt(secret, field)));
}

function contents(secret: KubeObject): Named[] {
  const decoded = Object.entries(textsOf(secret.data)).flatMap(([name, value]) => {
    const bytes = Buffer.from(value, 'base64');
    const text = bytes.toString('utf8');
    return { name, text: bytes.equals(Buffer.from(text)) ? text : value };
  });
  return [...decoded, ...Object.entries(textsOf(secret.stringData)).map(([name, text]) => ({ name, text }))];
}

/** Variables of containers, in anything that creates pods, and keys of ConfigMaps. */
function namedVariables(object: KubeObject): Named[] {
  const spec = podSpecOf(object);
  const containers = ['containers', 'initContainers'].flatMap((list) => objectsAt(spec, list));
  return containers
    .flatMap((container) => objectsAt(container, 'env'))
    .flatMap((one) => leavesOf(one.value).map((text) => ({ name: textAt(one, 'name') ?? '', text })))
    .concat(Object.entries(textsOf(object.data)).map(([name, text]) => ({ name, text })))
    .filter(({ name }) => NAMES.test(name));
}

/** Parts of a text that a program may print alone: a line, a value in it, the password of a URL. */
function partsOf(text: string): Named[] {
  const urls = [...text.matchAll(IN_URL)].map(([, password = '']) => password);
  const json = /^\s{0,99}[{[]/.test(text) ? leavesOf(parsed(text)) : [];
  return [
    ...(text.includes('\n') ? text.split('\n').map(valueIn) : []).filter((part) => part.text.length >= PART),
    ...json.filter((part) => part.length >= PART).map((part) => ({ name: '', text: part })),
    ...[...namedIn(text), ...urls, ...urls.map(decoded)].map((part) => ({ name: 'password', text: part })),
  ];
}

const IN_URL = /:\/\/[^\s/:@]{0,200}:([^\s"']{1,500})@/g;

/** The value in a line such as `key: "value",`, or the whole line. */
function valueIn(line: string): Named {
  const [, name = '', value] = /^([\w.-]{1,200})\s{0,9}[:=]\s{0,9}(.+)$/.exec(line.trim()) ?? [];
  return { name, text: trimmed(value ?? line.trim()) };
}

/** Without a quotation mark at the beginning, and without quotation marks and commas at the end. */
function trimmed(value: string): string {
  const from = /^["']/.test(value) ? 1 : 0;
  let to = value.length;
  while (to > from && `"',`.includes(value.charAt(to - 1))) to -= 1;
  return value.slice(from, to);
}

function formsOf(text: string): string[] {
  const bare = text.trim();
  const forms = [text, bare, JSON.stringify(text).slice(1, -1), encoded(bare)];
  return [...forms, ...[text, bare].map((one) => Buffer.from(one).toString('base64'))];
}

/** All strings and numbers in a value, at any depth. */
function leavesOf(value: unknown): string[] {
  const leaves: string[] = [];
  const rest = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next === 'string') leaves.push(next);
    else if (typeof next === 'number') leaves.push(String(next));
    else if (typeof next === 'object' && next !== null) for (const one of Object.values(next)) rest.push(one);
  }
  return leaves;
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
