import { boolYaml11Tag, CORE_SCHEMA, intCoreTag, load, mergeTag, YAMLException } from 'js-yaml';

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

/** The value of one YAML document as kubectl reads it: a tree, like JSON. Throws a YAMLException. */
export function readYaml(text: string): unknown {
  return asTree(load(text, { schema: AS_KUBECTL }));
}

/** More than any manifests need: aliases of aliases can expand to any number of values. */
const MOST = 1_000_000;

/** Copies the value of an alias to each of its places, so that a change in one place does not affect the others. */
function asTree(root: unknown): unknown {
  let left = MOST;
  const copy = (value: unknown, above: readonly unknown[]): unknown => {
    if (left-- <= 0) throw new YAMLException('its aliases expand to too many values');
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) throw new YAMLException('an alias refers to a value that contains it');
    const inside = [...above, value];
    if (Array.isArray(value)) return value.map((item) => copy(item, inside));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item, inside)]));
  };
  return copy(root, []);
}
