import * as v from 'valibot';
import { number } from '../base/settings.ts';

const limit = number('expected a number');

/** How a number should compare. */
export const ORDER = {
  above: v.optional(limit),
  below: v.optional(limit),
  'at-least': v.optional(limit),
  'at-most': v.optional(limit),
};
export type Order = { readonly [K in keyof typeof ORDER]?: number | undefined };

const RULES: readonly (readonly [keyof Order, string, (one: number, other: number) => boolean])[] = [
  ['above', 'more than', (one, other) => one > other],
  ['below', 'less than', (one, other) => one < other],
  ['at-least', 'at least', (one, other) => one >= other],
  ['at-most', 'at most', (one, other) => one <= other],
];

/** The first comparison that does not hold, such as `at most 3`; undefined if all do. No value but a number compares. */
export function brokenOrder(order: Order, value: unknown): string | undefined {
  for (const [key, words, holds] of RULES) {
    const limit = order[key];
    if (limit !== undefined && !(typeof value === 'number' && holds(value, limit))) return `${words} ${limit}`;
  }
  return undefined;
}
