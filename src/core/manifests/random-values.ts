import { escapeRegex } from '../base/escape-regex.ts';
import { certificateGroups } from './random-certificates.ts';
import { isUnchanged, isWhollyRandom, withPartsOf } from './random-text.ts';

const UNSEEN = 'it holds a random value of an object that the account may not read';
/** Shorter values may appear in another text by chance. */
const UNMISTAKABLE = 6;

/**
 * Where a present value was found: in the object that exists once, in the revision's own, in that of the live version,
 * or under the plain name, from before Greenpath.
 */
export type Source = 'once' | 'own' | 'live' | 'plain';

/** A value that a cluster has at the place of a random one. */
export interface PresentValue {
  readonly text: string;
  readonly source: Source;
  /** The object that has it. */
  readonly of: string;
}

/** A random value of the manifests, in two renderings, and what the cluster has in its place. */
export interface RandomValue {
  /** `Secret web`. */
  readonly object: string;
  /** `data.password`. */
  readonly path: string;
  readonly one: string;
  readonly other: string;
  /** Whether it is no text, so that it is kept as a whole or not at all. */
  readonly isOpaque: boolean;
  /** The best first. */
  readonly present: readonly PresentValue[];
  /** `written`: the release writes the object. `left`: the object exists and stays as it is. `unseen`: nobody may look. */
  readonly use: 'written' | 'left' | 'unseen';
}

/** The value to use: `of` is where it is from, undefined if it is new; or why there is none. */
export type KeptValue = { readonly text: string; readonly of: string | undefined } | { readonly refusal: string };

/** One random value of the chart that several places share. */
interface Shared {
  readonly one: string;
  readonly other: string;
  /** Undefined if the account may not read it. */
  readonly kept: PresentValue | undefined;
}

/**
 * Finds for each random value the one that the cluster has, so that rendering again changes nothing. Values that are
 * equal in the renderings become equal. What belongs to one set of certificates comes from one place. Where a text
 * differs in other parts too, only its random parts are kept, and if it is not clear which these are, it is refused.
 */
export function keptValues(values: readonly RandomValue[]): Map<RandomValue, KeptValue> {
  const kept = new Map<RandomValue, KeptValue>();
  for (const group of certificateGroups(values)) for (const [value, one] of keptTogether(group)) kept.set(value, one);
  const rest = values.filter((value) => !kept.has(value));
  const [whole, partial] = [rest.filter(isWhole), rest.filter((value) => !isWhole(value))];
  const shared = sharedAmong(whole);
  for (const value of whole) kept.set(value, keptWhole(value, shared));
  for (const value of partial) kept.set(value, keptPartly(value, shared));
  return kept;
}

/** The places that have one value in the renderings, and several in the cluster. */
export function dividedValues(values: readonly RandomValue[]): RandomValue[][] {
  const groups = Map.groupBy(values.filter(isWhole), ({ one, other }) => JSON.stringify([one, other]));
  return [...groups.values()].filter(
    (group) => new Set(group.flatMap(({ present: [first] }) => first?.text ?? [])).size > 1,
  );
}

function isWhole({ one, other, isOpaque }: RandomValue): boolean {
  return isOpaque || isWhollyRandom(one, other);
}

/** One choice for all keys and certificates that fit each other only: what the cluster has, or all new. */
function keptTogether(group: readonly RandomValue[]): [RandomValue, KeptValue][] {
  for (const source of ['own', 'live', 'plain'] as const) {
    const found = group.map((value) => {
      const is = (wanted: Source) =>
        value.present.find(
          (one) => one.source === wanted && (isWhole(value) || isUnchanged(value.one, value.other, one.text)),
        );
      return is('once') ?? is(source);
    });
    if (found.every((one) => one !== undefined))
      return group.map((value, index) => [value, found[index] ?? newValue(value)]);
  }
  const once = group.find(({ present, use }) => use === 'unseen' || present.some(({ source }) => source === 'once'));
  if (once === undefined) return group.map((value) => [value, newValue(value)]);
  const refusal = `it fits the keys and certificates of ${once.object}, which exists already, but the cluster lacks some of them`;
  return group.map((value) => [value, value.use === 'written' ? { refusal } : newValue(value)]);
}

function newValue({ one }: Pick<RandomValue, 'one'>): KeptValue {
  return { text: one, of: undefined };
}

/** What exists once has been used by what has state, so its value counts before the others. */
function sharedAmong(whole: readonly RandomValue[]): Shared[] {
  const isOnce = ({ present: [first], use }: RandomValue) => first?.source === 'once' || use === 'unseen';
  const known = whole.filter(({ present, use }) => present.length > 0 || use === 'unseen');
  const ordered = [...known.filter(isOnce), ...known.filter((value) => !isOnce(value))];
  return ordered.map(({ one, other, present: [first] }) => ({ one, other, kept: first }));
}

function keptWhole(value: RandomValue, shared: readonly Shared[]): KeptValue {
  const [first] = value.present;
  if (first !== undefined) return first;
  const same = shared.find(({ one, other }) => one === value.one && other === value.other);
  if (same === undefined || value.use === 'unseen') return newValue(value);
  return same.kept ?? { refusal: UNSEEN };
}

function keptPartly(value: RandomValue, shared: readonly Shared[]): KeptValue {
  const same = value.present.find(({ text }) => isUnchanged(value.one, value.other, text));
  if (same !== undefined) return same;
  const within = shared.filter(({ one }) => one.length >= UNMISTAKABLE && value.one.includes(one));
  const one = withShared(value.one, within, 'one');
  const other = withShared(value.other, within, 'other');
  const [first] = value.present;
  if (first === undefined && value.use === 'written' && within.some(({ kept }) => kept === undefined))
    return { refusal: UNSEEN };
  if (one === other) return { text: one, of: (first ?? within[0]?.kept)?.of };
  if (first === undefined || value.use !== 'written') return newValue({ one });
  for (const { text, of } of value.present) {
    const spliced = withPartsOf(one, other, text);
    if (spliced !== undefined) return { text: spliced, of };
  }
  return {
    refusal: `only a part of it is random, and the rest differs from ${first.of}, so it is not clear which part to keep`,
  };
}

/** A rendering in which values that are known from elsewhere have been replaced by those to keep. */
function withShared(text: string, shared: readonly Shared[], side: 'one' | 'other'): string {
  const known = new Map<string, string>();
  for (const { kept, [side]: value } of shared)
    if (kept !== undefined && !known.has(value)) known.set(value, kept.text);
  if (known.size === 0) return text;
  const longest = [...known.keys()].toSorted((a, b) => b.length - a.length);
  return text.replaceAll(new RegExp(longest.map(escapeRegex).join('|'), 'g'), (found) => known.get(found) ?? found);
}
