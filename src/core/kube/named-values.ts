import { isObject, type Json } from '../base/json.ts';
import { isSecretName } from '../base/secret-names.ts';

/** In an ExternalSecret, the name of a key. */
const NO_NAME = 'secretKey';

/** What takes the place of a value; `name` is what it is called. */
type Change = (text: string, name: string) => string;

/**
 * A copy of `value` in which each text that is called a password or a token is replaced, at any depth: a field, what has
 * fields `name` and `value` (a variable, a header), and the argument of an option. It also looks into texts that are
 * JSON: annotations of kubectl and of other tools repeat a whole object like this.
 */
export function withNamed(value: Json, change: Change): Json {
  if (typeof value === 'string') return inJson(value, change);
  if (Array.isArray(value))
    return value.map((item, index) => withNamed(afterOption(value, index, change) ?? item, change));
  if (!isObject(value)) return value;
  const own = typeof value.name === 'string' ? value.name : '';
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === 'value' && isSecretName(own)) return [key, everyText(item, (text) => change(text, own))];
      const isText = typeof item === 'string' || typeof item === 'number';
      return [
        key,
        isText && isSecretName(key) && key !== NO_NAME ? change(String(item), key) : withNamed(item, change),
      ];
    }),
  );
}

/** The argument `index` of a command if an option names it: `--password=x`, or `--password` before it. */
function afterOption(list: readonly Json[], index: number, change: Change): string | undefined {
  const [before, text] = [list[index - 1], list[index]];
  if (typeof text !== 'string') return undefined;
  const [, option = '', own = ''] = /^(--?[\w.-]{1,100})=(.*)$/s.exec(text) ?? [];
  if (isSecretName(option)) return `${option}=${change(own, option)}`;
  const isArgument = typeof before === 'string' && /^--?[\w.-]{1,100}$/.test(before) && isSecretName(before);
  return isArgument && !text.startsWith('-') ? change(text, before) : undefined;
}

/** The same in a text of JSON, which otherwise stays as it is written. */
function inJson(text: string, change: Change): string {
  if (!/^\s*[{[]/.test(text)) return text;
  const changed = new Map<string, string>();
  try {
    withNamed(JSON.parse(text), (one, name) => {
      const now = change(one, name);
      changed.set(one, now);
      return now;
    });
  } catch (error) {
    // Too deep to be searched, so it may hold anything.
    return error instanceof RangeError ? change(text, '') : text;
  }
  return text.replaceAll(IN_JSON, (whole: string, colon: string | undefined) => {
    if (colon !== undefined) return whole;
    const value = String(JSON.parse(whole));
    const now = changed.get(value) ?? inJson(value, change);
    return now === value ? whole : JSON.stringify(now);
  });
}

/** The strings and numbers of JSON; a key is a string with a colon. */
const IN_JSON = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?\d[\d.eE+-]*/g;

/** A value that should be a text, but may be anything in a manifest. */
function everyText(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'number') return change(String(value));
  if (Array.isArray(value)) return value.map((item) => everyText(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, everyText(item, change)]));
}
