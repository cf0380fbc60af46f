import { createHash } from 'node:crypto';

/** 16 hex digits that stand for a text: to compare what is not kept. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
