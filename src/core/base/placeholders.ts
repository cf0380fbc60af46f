import { escapeRegex } from './escape-regex.ts';

/** The source of a regular expression for a variable of the step's environment. */
export const VARIABLE_PATTERN = '\\{env\\.([A-Za-z_][A-Za-z0-9_]*)\\}';
const VARIABLE = new RegExp(VARIABLE_PATTERN, 'g');
/** A variable, or another word in braces. */
const PLACEHOLDER = new RegExp(`${VARIABLE_PATTERN}|\\{([a-z]+)\\}`, 'g');
/** How the config names a variable of the step's environment, for messages. */
export const VARIABLE_FORM = '{env.NAME}';

/** What stands for the placeholders of a config. Secrets are never part of a config, since it is stored in the cluster. */
export interface Filling {
  readonly revision: string;
  /** What stands for further words in braces, where there are any. */
  readonly words?: Readonly<Record<string, string>>;
  /** The value of a variable of the step's environment. */
  variable(name: string): string;
}

/** Whether a part of the config takes the revision that it is about, or the one before it. */
export function takesWord(value: unknown, word: 'revision' | 'previous'): boolean {
  return JSON.stringify(value)?.includes(`{${word}}`) === true;
}

/** Whether a text of the config takes something from the environment of the step. */
export function takesVariable(text: string): boolean {
  return text.search(VARIABLE) >= 0;
}

/** A text of the config with `{revision}` and `{env.NAME}` replaced; what is put in is not searched again. */
export function filled(text: string, filling: Filling): string {
  return replaced(text, filling, (value) => value);
}

/** A regular expression of the config in which the same placeholders stand for texts. */
export function filledPattern(source: string, filling: Filling): string {
  return replaced(source, filling, escapeRegex);
}

function replaced(
  text: string,
  { revision, words = {}, variable }: Filling,
  written: (value: string) => string,
): string {
  const own: Readonly<Record<string, string>> = { revision, ...words };
  return text.replaceAll(PLACEHOLDER, (whole, name?: string, word = '') => {
    const value = name === undefined ? (Object.hasOwn(own, word) ? own[word] : undefined) : variable(name);
    return value === undefined ? whole : written(value);
  });
}

/** The same for every text inside of a JSON value. */
export function filledIn(value: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return filled(value, filling);
  if (Array.isArray(value)) return value.map((item) => filledIn(item, filling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, filling)]));
}

/** The names of all variables that a part of the config takes from the environment of the step. */
export function variablesIn(value: unknown): string[] {
  const found = [...(JSON.stringify(value) ?? '').matchAll(VARIABLE)].map(([, name = '']) => name);
  return [...new Set(found)];
}
