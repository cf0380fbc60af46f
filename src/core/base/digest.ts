import { createHash, createHmac } from 'node:crypto';

/** 16 hex digits that stand for a text: to compare what is not kept. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The same for what must not be guessed: without `key` nobody can try what gives it. */
export function keyedDigest(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
}
