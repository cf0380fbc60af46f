import { createHash } from 'node:crypto';

/** A label value: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_VALUE = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
/** A label key: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const LABEL_KEY = /^([a-z0-9.-]+\/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/;
/** The name of a live version that existed before Greenpath and does not state its revision. */
export const ADOPTED = 'adopted';
const NAME_LIMIT = 63;
/** The length of the longest slug, so that a base name of usual length still fits in front of it. */
const SLUG_LIMIT = 40;
/** Characters of the hash that replaces what was left out. */
const HASH = 6;

/** Whether `revision` can be a label value, as every revision must. */
export function isRevision(revision: string): boolean {
  return LABEL_VALUE.test(revision) && slugOf(revision) !== '';
}

/**
 * The form of a revision for the name of a Service (RFC 1035 label): `v1.24.0` → `v1-24-0`. A revision that loses
 * something (capitals, `_`, length) gets a hash of the whole, so that two revisions never share a slug by accident.
 * Dots only become dashes, since people write it that way by hand.
 */
export function slugOf(revision: string): string {
  const plain = revision.replaceAll('.', '-');
  const slug = plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (slug === plain && slug.length <= SLUG_LIMIT) return slug;
  return shorten(slug, SLUG_LIMIT, revision);
}

/**
 * The name of a coloured object: base name and slug, at most `limit` characters, shortened with a hash. `others` are
 * the base names of its kind: `web` of revision `api-v1` would have the name of `web-api` of revision `v1`, so it gets
 * a hash too.
 */
export function colouredName(
  baseName: string,
  revision: string,
  others: readonly string[] = [],
  limit = NAME_LIMIT,
): string {
  const suffix = `-${slugOf(revision)}`;
  const room = limit - suffix.length;
  const name = baseName + suffix;
  const ambiguous = others.some((other) => other.startsWith(`${baseName}-`) && name.startsWith(`${other}-`));
  if (baseName.length <= room && !ambiguous) return name;
  return shorten(baseName, ambiguous ? Math.min(room, baseName.length + HASH + 1) : room, baseName) + suffix;
}

/**
 * The base name in a hand-written name: the name without the revision's slug, which is at its end, at its beginning or
 * in the middle; undefined if the name does not contain the revision.
 */
export function baseNameIn(name: string, revision: string): string | undefined {
  for (const part of [slugOf(revision), revision.toLowerCase()]) {
    if (name.endsWith(`-${part}`)) return name.slice(0, -part.length - 1);
    if (name.startsWith(`${part}-`)) return name.slice(part.length + 1);
    const inside = name.indexOf(`-${part}-`);
    if (inside > 0) return name.slice(0, inside) + name.slice(inside + part.length + 1);
  }
  return undefined;
}

function shorten(text: string, limit: number, whole: string): string {
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, HASH);
  const head = text.slice(0, limit - hash.length - 1).replace(/[-.]+$/, '');
  return head === '' ? `r${hash}` : `${head}-${hash}`;
}
