import { bounded } from './bounded.ts';

/** Whether a text matches a pattern of others, in JavaScript syntax; `slow` if that takes too long to find out. */
export function search(source: string, text: string, flags = ''): 'yes' | 'no' | 'slow' {
  const found = bounded(source, () => new RegExp(source, flags).test(text));
  return found === undefined ? 'slow' : found.value ? 'yes' : 'no';
}
