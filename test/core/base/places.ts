/** Whether a sentence begins with the path of something in `value`, or of what is missing in a map there. */
export function namesPlace(sentence: string, value: unknown): boolean {
  if (sentence.startsWith('the config is ')) return true;
  if (typeof value !== 'object' || value === null) return /^( is|:)/.test(sentence);
  const [, missing] = /^([\w-]+) is missing: expected /.exec(sentence) ?? [];
  const isMap = !Array.isArray(value);
  if (isMap && missing !== undefined && !Object.hasOwn(value, missing)) return true;
  return Object.entries(value).some(([key, inner]) => {
    if (!sentence.startsWith(key)) return false;
    const rest = sentence.slice(key.length);
    return (
      /^( is (?!missing: )| has the key |: no such setting)/.test(rest) ||
      (rest.startsWith('.') && namesPlace(rest.slice(1), inner))
    );
  });
}
