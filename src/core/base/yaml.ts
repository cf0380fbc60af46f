import { boolYaml11Tag, CORE_SCHEMA, intCoreTag, load, mergeTag, YAMLException } from 'js-yaml';
import type { Json } from './json.ts';

/**
 * kubectl and Helm read YAML 1.1 in part: `0400` is octal, `yes` and `n` are booleans, `1_000` is a number, `<<` merges.
 * Source: https://github.com/kubernetes-sigs/yaml, resolve.go of its YAML parser
 */
const AS_KUBECTL = CORE_SCHEMA.withTags(mergeTag, boolYaml11Tag, {
  ...intCoreTag,
  resolve: (source, isExplicit, tagName) => {
    const text = source.replaceAll('_', '');
    const [, sign, octal, binary] = /^([-+]?)0(?:([0-7]+)|b([01]+))$/.exec(text) ?? [];
    if (octal === undefined && binary === undefined) return intCoreTag.resolve(text, isExplicit, tagName);
    const value = octal === undefined ? Number.parseInt(binary ?? '', 2) : Number.parseInt(octal, 8);
    return sign === '-' ? -value : value;
  },
});

/** One YAML document. */
export interface YamlDocument {
  /** A tree, like JSON. */
  readonly value: unknown;
  /** Whether a map in it has one key twice: the later value counts. */
  readonly hasRepeatedKey: boolean;
}

/** Reads one YAML document as kubectl reads it. Throws a YAMLException. */
export function readYaml(text: string): YamlDocument {
  try {
    return { value: parsed(text, false), hasRepeatedKey: false };
  } catch (error) {
    if (!isOf(error, 'duplicated mapping key')) throw error;
    return { value: parsed(text, true), hasRepeatedKey: true };
  }
}

/** More lines than a file has that somebody indented by hand: each costs one more reading. */
const MOST_INDENTED = 200;
/** More than any line of a map or list needs. */
const INDENTATION = ' '.repeat(100);

/** kubectl reads lines in brackets and in quotes whatever their indentation; js-yaml wants them deeper than the key. */
function parsed(text: string, json: boolean): unknown {
  const lines = text.split('\n');
  for (let left = MOST_INDENTED; ; left -= 1) {
    try {
      return asTree(load(lines.join('\n'), { schema: AS_KUBECTL, json }));
    } catch (error) {
      const at = isOf(error, 'deficient indentation') ? error.mark?.line : undefined;
      const line = at === undefined ? undefined : lines[at];
      if (at === undefined || line === undefined || left === 0 || line.startsWith(INDENTATION)) throw error;
      lines[at] = INDENTATION + line;
    }
  }
}

function isOf(error: unknown, reason: string): error is YAMLException {
  return error instanceof YAMLException && error.reason === reason;
}

/**
 * Reads the text of a config as js-yaml does, which is YAML 1.2. Throws a YAMLException, also for aliases that cannot be
 * stored as JSON.
 */
export function readConfigYaml(text: string): Json {
  return asTree(load(text)) as Json;
}

/** More than any manifests need: aliases of aliases can expand to any number of values. */
const MOST = 1_000_000;
/** How deep aliases in aliases may lead. */
const DEEPEST = 200;

/** Copies the value of an alias to each of its places, so that a change in one place does not affect the others. */
function asTree(root: unknown): unknown {
  let left = MOST;
  const copy = (value: unknown, above: readonly unknown[]): unknown => {
    if (left-- <= 0) throw new YAMLException('its aliases expand to too many values');
    if (typeof value !== 'object' || value === null) return value;
    if (above.length > DEEPEST) throw new YAMLException('its aliases lead too deep');
    if (above.includes(value)) throw new YAMLException('an alias refers to a value that contains it');
    const inside = [...above, value];
    if (Array.isArray(value)) return value.map((item) => copy(item, inside));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item, inside)]));
  };
  return copy(root, []);
}
