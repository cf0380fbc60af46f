/** `1 path`, `3 paths`, `2 patches`: a count for a sentence. */
export function counted(count: number, noun: string): string {
  const plural = /(ch|sh|s|x)$/.test(noun) ? `${noun}es` : `${noun}s`;
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Letters whose names begin with a vowel: `an HTTPRoute`. */
const SPELT_WITH_VOWEL = /^[AEFHILMNORSX]/;

/** `an Ingress`, `a Service`: a noun with the article that its sound requires. An acronym is spelled out. */
export function withArticle(noun: string): string {
  const isAcronym = /^[A-Z][A-Z\d]/.test(noun);
  const isVowel = isAcronym ? SPELT_WITH_VOWEL.test(noun) : /^[aeiou]/i.test(noun) && !/^(eu|one|uni|us)/i.test(noun);
  return `${isVowel ? 'an' : 'a'} ${noun}`;
}

/** `a, b or c`. */
export function listed(words: readonly string[], conjunction: 'and' | 'or'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** The most names that a sentence lists. */
const MOST = 20;

/** `(there: web, api)`: what exists, where a sentence is about something that does not. */
export function there(names: readonly string[], word = 'there'): string {
  const more = names.length > MOST ? `, and ${names.length - MOST} more` : '';
  return `(${word}: ${names.slice(0, MOST).join(', ') || 'none'}${more})`;
}
