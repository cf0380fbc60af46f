import { namedIn } from '../base/credential-shapes.ts';
import { canonical, type Json, jsonIn, objectAt, textsOf } from '../base/json.ts';
import { withoutCertificates } from '../base/pem.ts';
import { isSecretName } from '../base/secret-names.ts';
import { isTellable } from '../base/tellable.ts';
import { withNamed } from './named-values.ts';
import type { KubeObject } from './objects.ts';

/** The shortest part of a longer text that counts as a secret: a file contains many plain words. */
const PART = 8;

/** A text to hide, and its name. */
interface Named {
  readonly name: string;
  readonly text: string;
}

/**
 * Everything in these objects that must be hidden, in the forms in which programs and servers print it: the content of
 * Secrets, and what is called a password or a token elsewhere, such as a literal variable of a container.
 */
export function secretTexts(objects: readonly KubeObject[]): string[] {
  return [...new Set(objects.flatMap(namedTexts).flatMap(({ text }) => formsOf(text)))];
}

/** The texts that the runner can safely hide within any other text in the rest of the job. */
export function jobSecrets(objects: readonly KubeObject[]): string[] {
  const told = objects.flatMap(namedTexts).filter(({ name, text }) => isTellable(text, isSecretName(name)));
  return [...new Set(told.flatMap(({ text }) => formsOf(text)))];
}

/** Secret texts and what a program may print of them; certificates are public. */
function namedTexts(object: KubeObject): Named[] {
  const all = object.kind === 'Secret' ? contents(object) : namedOutside(object);
  return all
    .filter(({ text }) => withoutCertificates(text).trim() !== '')
    .flatMap((one) => [...partsOf(withoutCertificates(one.text)), one]);
}

/** The rest of these objects, as one text: what appears there is public. */
export function clearText(objects: readonly KubeObject[]): string {
  const clear = objects.map((object) =>
    object.kind === 'Secret'
      ? canonical([object.metadata.name, ...keysOf(object)])
      : // Without what is called a password, even if the same word appears elsewhere.
        JSON.stringify(withNamed(object as unknown as Json, () => '')),
  );
  // Without JSON's escape for a line end: it would be the first letter of the next word.
  return clear.join('\n').replaceAll(/\\[nrt]/g, '\n');
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

/** What is called a password or a token in anything but a Secret. */
function namedOutside(object: KubeObject): Named[] {
  const found: Named[] = [];
  withNamed(object as unknown as Json, (text, name) => {
    found.push({ name, text });
    return text;
  });
  return found;
}

/** Parts of a text that a program may print alone: a line, a value in it, the password of a URL. */
function partsOf(text: string): Named[] {
  const urls = [...text.matchAll(IN_URL)].map(([, password = '']) => password);
  const json = /^\s{0,99}[{[]/.test(text) ? leavesOf(jsonIn(text)) : [];
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
