/** Whether a sentence begins with the path of something in `value`, or of what is missing there. */
export function namesPlace(sentence: string, value: unknown): boolean {
  if (sentence.startsWith('the config is ')) return true;
  if (typeof value !== 'object' || value === null) return /^( is|:)/.test(sentence);
  const missing = /^[\w-]+ is missing: /.test(sentence);
  return (
    missing ||
    Object.entries(value).some(([key, inner]) => {
      if (!sentence.startsWith(key)) return false;
      const rest = sentence.slice(key.length);
      return (
        /^( is | has the key |: no such setting)/.test(rest) ||
        (rest.startsWith('.') && namesPlace(rest.slice(1), inner))
      );
    })
  );
}
