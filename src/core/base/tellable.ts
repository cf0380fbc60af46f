import { isNetworkAddress } from './masking.ts';

/** The runner hides a text inside any other text, so it gets none shorter than this, in characters. */
const SHORTEST = 8;
/** From this length on, a run of often changing letters and digits is no name. */
const LONG = 16;

/** One word, or a word that ends with a number: `production`, `postgres14`. */
const WORD = /^[A-Za-z]+\d{0,4}$/;
/** Regions and zones of clouds, and of clocks: `us-east-1`, `europe-west1-b`, `Europe/Berlin`. */
const PLACE = /^(?:[a-z]{2,20}(?:-[a-z]{2,20}){0,3}-?\d{1,2}(?:-?[a-z])?|[A-Z]\w{1,30}(?:\/[A-Z][\w-]{1,30}){1,2})$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const URL = /^[a-z][a-z\d+.-]{1,30}:\/\//i;
/** Signs that passwords contain, but neither names nor paths. */
const SIGN = /[!#$%^&*~?]/;

/**
 * Whether the runner may hide `text` in the whole job. It drops job outputs that contain such a text, so it must be
 * unmistakable. `isNamed`: whether it is called a password, a token or a key.
 */
export function isTellable(text: string, isNamed: boolean): boolean {
  const value = text.trim();
  if (value.length < SHORTEST || isPlain(value)) return false;
  return isNamed || UUID.test(value) || isPassword(value) || hasRandom(value);
}

function isPlain(value: string): boolean {
  if (WORD.test(value) || PLACE.test(value)) return true;
  if (value.split(',').every(isNetworkAddress)) return true;
  return URL.test(value) && !value.includes('@') && !hasRandom(value);
}

/** No spaces, and letters, digits and such a sign. */
function isPassword(value: string): boolean {
  return !URL.test(value) && /^\S+$/.test(value) && /[A-Za-z]/.test(value) && /\d/.test(value) && SIGN.test(value);
}

function hasRandom(value: string): boolean {
  return value.split(/[^A-Za-z0-9+=_]/).some(isRandom);
}

/**
 * Letters of both cases and digits, or a long run in which letters and digits change often, as in hexadecimal numbers.
 */
function isRandom(run: string): boolean {
  if (run.length >= SHORTEST && /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)) return !isCamel(run);
  return run.length >= LONG && (run.match(/[A-Za-z]\d|\d[A-Za-z]/g) ?? []).length >= 4;
}

/** `WebShop2024`. */
function isCamel(run: string): boolean {
  return /^[A-Z]?[a-z]+(?:[A-Z][a-z]+){0,5}\d{0,4}$/.test(run);
}
