import { createHmac, hash } from 'node:crypto';

/** 16 hex digits that represent a text, to compare it without storing it. */
export function digest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}

/** The same for texts that must not be guessed: without `key` nobody can test guesses. */
export function keyedDigest(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
}
