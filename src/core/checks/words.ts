import { escapeRegex } from '../base/escape-regex.ts';

/** A word of a page: letters and digits of any language, and what joins them. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}._-]*/gu;
/** A longer run is no word, but data. */
const LONGEST = 100;
/** Times, and addresses of IPv6. */
const WITH_COLONS = /(?<![\w.:])(?:[\da-f]{0,4}(?:::?[\da-f]{1,4}){2,}|[\da-f]{0,4}::[\da-f]{1,4})(?!\w)/gi;
const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/i;
/** What a Deployment appends to its name for a pod: the characters that Kubernetes draws names from. */
const OF_POD = /-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
/** The place of one of several, such as `web-0`. */
const ORDINAL = /(?<=[a-z])-\d{1,3}$/i;
/** Words before a number that names a version. */
const VERSION = /(?:^|[._-])(?:v|version|revision|release|build|rev|commit)$/i;

/** Words that change by themselves, or differ between pods of one version. */
const NOISE: readonly RegExp[] = [
  /^[\d._-]+$/,
  /^\d{4}-\d{2}/,
  /^(?:\d+(?:\.\d+)?(?:[munµ]?s|secs?|m|mins?|h|hrs?|d|[kmg]?i?b|k|px|am|pm|z|st|nd|rd|th)){1,4}$/i,
  /^(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?$/i,
  /^(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|ember|ober)?$/i,
  UUID,
  /^ip-\d+-\d+-\d+-\d+/,
  /^(?:node|worker|host|zone|server|replica|instance|pod|shard|rack)-?\d*$/i,
  /^(?:us|eu|ap|sa|ca|me|af|il|mx|asia|europe|australia|southamerica|northamerica)-(?:gov-)?(?:north|south|east|west|central)[a-z]*-?\d+(?:-?[a-z])?$/,
  // What proxies tell the application of a request.
  /^x-(?:forwarded|original|replaced|envoy|real)/i,
];
/** `1.24.0`, but neither `29.11.2026` nor an address of IPv4. */
const VERSION_NUMBER = /^(?!\d{4}\.|\d{1,2}\.\d{1,2}\.\d{4}$)\d+\.\d+\.\d+$/;

/**
 * The words of a text that can be of a version: without numbers, times, addresses, names of pods and what else changes
 * by itself, whichever version is there. A number counts if it has three parts, or follows a word such as `build`. One
 * more than `most` at most, so that a text of any size takes little time.
 */
export function wordsOf(text: string, most = Number.POSITIVE_INFINITY): Set<string> {
  const words = new Set<string>();
  let before = '';
  for (const [run] of text.replaceAll(WITH_COLONS, ' ').matchAll(WORD)) {
    if (run.length > LONGEST) continue;
    const word = run.replace(/[._-]+$/, '').replace(OF_POD, '');
    const stem = word.replace(ORDINAL, '');
    const one = VERSION.test(stem) ? word : stem;
    if (VERSION.test(before) && /^\d[\d.]*$/.test(one)) words.add(`${before} ${one}`);
    else if (VERSION_NUMBER.test(one) || !NOISE.some((shape) => shape.test(one))) words.add(one);
    if (words.size > most) break;
    before = one;
  }
  return words;
}

/**
 * A text without what only says where it was requested: the path in front of a preview, its header (`X-Preview: green`)
 * or hosts. Applications print these, and would seem to differ.
 */
export function withoutPlaces(text: string, places: readonly string[]): string {
  return places.reduce((left, place) => left.replaceAll(formsOf(place), ''), text);
}

/** How a place is written in a page, in its links, in JSON and in parameters of URLs. */
function formsOf(place: string): RegExp {
  const [name = '', value] = place.split(': ');
  if (value !== undefined)
    return new RegExp(String.raw`${escapeRegex(name)}["']?[\s:=,\]["']{1,9}${escapeRegex(value)}`, 'gi');
  if (!place.startsWith('/')) return new RegExp(escapeRegex(place), 'gi');
  const parts = place.slice(1).split('/').map(escapeRegex);
  return new RegExp(String.raw`(?:\\?/|%2F)${parts.join(String.raw`(?:\\?/|%2F)`)}(?![\w-])`, 'gi');
}
