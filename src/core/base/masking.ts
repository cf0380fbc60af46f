import { ClearText } from './clear-text.ts';
import { HIDDEN, withoutNamed, withoutRandom, withoutShapes } from './credential-shapes.ts';
import { KnownValues } from './known-values.ts';

/** A shorter value is no secret but a word that would be hidden everywhere. */
const SHORTEST = 4;
/** How much of the end of a text may be part of a secret, in characters. */
const UNSURE = 200;
/** The longest text that is shown, in characters: longer ones are cut before they are masked. */
export const LONGEST = 128 * 1024;

/** How much of a text is kept until it is masked, in characters: far more than is shown of it then. */
const KEPT = 4_000;

/** A text that was cut after `limit` bytes, without its end: half a secret would not be recognised. */
export function withoutCut(text: string, limit: number): string {
  return Buffer.byteLength(text) < limit ? text : withoutEnd(text);
}

/** As much of a text as is kept until it is masked. Whoever shows it cuts it again, after that. */
export function keptForMask(text: string): string {
  return text.length <= KEPT ? text : withoutEnd(text.slice(0, KEPT));
}

function withoutEnd(text: string): string {
  return `${text.slice(0, -UNSURE)}…`;
}

/**
 * The output of a program that logs in or renders, without `secrets` (exact values) and anything that looks like a
 * credential.
 */
export function masked(text: string, secrets: readonly string[]): string {
  const mask = new Mask();
  mask.learn(secrets);
  return withoutRandom(mask.hide(text));
}

/**
 * What one run must hide: the values that it learned, and everything that looks like a credential. A value that is also
 * public, such as the name of a database, is no secret: it would be hidden everywhere.
 */
export class Mask {
  readonly #values = new Set<string>();
  readonly #allowed = new Set<string>();
  readonly #clear = new ClearText();
  #hidden: { readonly values: ReadonlySet<string>; readonly known: KnownValues } | undefined;

  /** Hides these from now on, except what cannot be a secret and what is public. */
  learn(values: readonly string[]): void {
    const before = this.#values.size;
    for (const value of values) if (canBeSecret(value)) this.#values.add(value);
    if (this.#values.size > before) this.#hidden = undefined;
  }

  /** These words are public already, even if a Secret holds them. */
  allow(text: string): void {
    if (this.#allowed.has(text)) return;
    this.#allowed.add(text);
    this.#clear.add(withoutNamed(text));
    this.#hidden = undefined;
  }

  /** Whether `value` would be hidden if it were learned. */
  canHide(value: string): boolean {
    return canBeSecret(value) && !this.#clear.among([value]).has(value);
  }

  /** Whether `value` is hidden. */
  hides(value: string): boolean {
    return this.#now().values.has(value);
  }

  hide(text: string): string {
    const spans = this.#now().known.spansIn(text, LONGEST);
    let result = '';
    let done = 0;
    for (const { from, to } of spans) {
      result += `${text.slice(done, from)}${HIDDEN}`;
      done = to;
    }
    if (text.length <= LONGEST) return withoutShapes(result + text.slice(done));
    // The cut may have halved something that looks like a credential.
    const kept = withoutShapes(result + text.slice(done, Math.max(done, LONGEST)));
    return `${kept.slice(0, -UNSURE)}… (${text.length - LONGEST} more characters)`;
  }

  #now(): { readonly values: ReadonlySet<string>; readonly known: KnownValues } {
    if (this.#hidden === undefined) {
      const clear = this.#clear.among(this.#values);
      const values = new Set([...this.#values].filter((value) => !clear.has(value)));
      this.#hidden = { values, known: new KnownValues(values) };
    }
    return this.#hidden;
  }
}

/** Switches, names of environments and levels, ports and counts. */
const NO_SECRET =
  /^(?:true|false|null|none|enabled|disabled|test|prod|live|blue|green|debug|info|warn(?:ing)?|error|\d{1,5})$/i;
/** An address that consists of nothing but a host. */
const ADDRESS =
  /^(?:https?:\/\/[^\s/@?]+\/?|(?:(?:\*\.)?(?:[a-z\d][a-z\d-]{0,62}\.){1,10}[a-z]{2,30}|(?:\d{1,3}\.){3}\d{1,3}|localhost)(?::\d{1,5})?)$/;

function canBeSecret(value: string): boolean {
  if (value.trim().length < SHORTEST || NO_SECRET.test(value)) return false;
  return !value
    .trim()
    .split(/[,\s]+/)
    .every(isNetworkAddress);
}

/** Whether `text` is the bare address of a host. */
export function isNetworkAddress(text: string): boolean {
  return ADDRESS.test(text);
}
