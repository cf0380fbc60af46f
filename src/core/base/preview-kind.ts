import * as v from 'valibot';
import { byValue, severalForms } from './forms.ts';
import { isObject } from './json.ts';
import { choice, mapOf, settings, text } from './settings.ts';
import { hostForm } from './ways.ts';

/**
 * How the candidate is reached before it is live: below a path of the live hosts, at hosts of its own, or at the live
 * URLs by requests with a header.
 */
export type PreviewKind =
  | { readonly by: 'path'; readonly path: string }
  /** `{host}` in it stands for the live host. */
  | { readonly by: 'host'; readonly host: string }
  | { readonly by: 'header'; readonly name: string; readonly value: string };

/** What a preview is by if the config does not say it. */
export const DEFAULT_KIND = { by: 'path', path: '/green' } as const satisfies PreviewKind;
/** The header of a preview by header if the config does not name it. */
export const DEFAULT_HEADER = { name: 'X-Preview', value: 'green' } as const;
/** What stands for the live host. */
const LIVE_HOST = '{host}';

const SEGMENT = 'expected one segment of letters, digits, - and _, such as /green';
const path = v.pipe(v.string(SEGMENT), v.regex(/^\/[A-Za-z0-9_-]+$/, SEGMENT));

const HOST = `expected the name of a host in lower case, such as green.example.com, or with ${LIVE_HOST} for the live host, such as green.${LIVE_HOST}`;
const host = v.pipe(
  v.string(HOST),
  v.regex(new RegExp(`^${hostForm('([a-z0-9]|\\{host\\})', '([a-z0-9-]|\\{host\\})')}$`), HOST),
);

const NAME = 'expected the name of a header of letters, digits and -, such as X-Preview';
const name = v.pipe(v.string(NAME), v.regex(/^[A-Za-z0-9-]+$/, NAME));
const VALUE = 'expected letters, digits, dots, - and _, such as green';
const value = v.pipe(v.string(VALUE), v.regex(/^[A-Za-z0-9._-]+$/, VALUE));
const header = settings({
  name: v.optional(name, DEFAULT_HEADER.name),
  value: v.optional(value, DEFAULT_HEADER.value),
});

/** The setting `annotations` of what Greenpath adds to the cluster. */
export const annotations = v.optional(mapOf(v.string(), text, 'expected a map of annotations'), {});
const matching = v.optional(choice(['keep', 'regex']), 'keep');
const overlap = v.optional(choice(['refuse', 'accept']), 'refuse');
const unprotected = v.optional(choice(['refuse', 'accept']), 'refuse');

/** The settings of a preview. */
export interface PreviewSettings {
  readonly kind: PreviewKind;
  readonly annotations: Readonly<Record<string, string>>;
  readonly matching: 'keep' | 'regex';
  readonly overlap: 'refuse' | 'accept';
  readonly unprotected: 'refuse' | 'accept';
}

/** The same as the config has it: it may leave the kind to Greenpath. */
export type ConfiguredPreview = Omit<PreviewSettings, 'kind'> & { readonly kind: PreviewKind | undefined };

const byPath = v.pipe(
  settings({ path, annotations, matching, overlap, unprotected }),
  v.transform(({ path: at, ...rest }): ConfiguredPreview => ({ kind: { by: 'path', path: at }, ...rest })),
);
const byHost = v.pipe(
  settings({ host, annotations, overlap, unprotected }),
  v.transform(
    ({ host: at, ...rest }): ConfiguredPreview => ({ kind: { by: 'host', host: at }, matching: 'keep', ...rest }),
  ),
);
const byHeader = v.pipe(
  settings({ header, annotations, unprotected }),
  v.transform(
    ({ header: sent, ...rest }): ConfiguredPreview => ({
      kind: { by: 'header', ...sent },
      matching: 'keep',
      overlap: 'refuse',
      ...rest,
    }),
  ),
);
const KINDS = [
  { key: 'path', schema: byPath },
  { key: 'host', schema: byHost },
  { key: 'header', schema: byHeader },
] as const;
const FURTHER = { annotations, matching, overlap, unprotected };
/** The kinds are there for the messages about what is mistyped. */
const notSaid = v.pipe(
  settings({ path: v.optional(path), host: v.optional(host), header: v.optional(header), ...FURTHER }),
  v.transform(({ path: _, host: __, header: ___, ...rest }): ConfiguredPreview => ({ kind: undefined, ...rest })),
);

/** The setting `preview` of the config. */
export const preview = byValue([...KINDS.map(({ schema }) => schema), settings(FURTHER)], (given) => {
  const kind = isObject(given) ? KINDS.find(({ key }) => Object.hasOwn(given, key)) : undefined;
  return severalForms(given, KINDS, ': a preview is reached in one way') ?? kind?.schema ?? notSaid;
});

const noted = v.variant('by', [
  v.strictObject({ by: v.literal('path'), path }),
  v.strictObject({ by: v.literal('host'), host }),
  v.strictObject({ by: v.literal('header'), name, value }),
]);

/** The kind that a text in JSON says, as an object of the cluster may hold it; undefined if it says none. */
export function readKind(json: string): PreviewKind | undefined {
  try {
    const read = v.safeParse(noted, JSON.parse(json));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a path, which may be a regular expression, begins with the segment `prefix`, in any letter case. */
export function isBelow(path: string, prefix: string): boolean {
  const start = path.slice(0, prefix.length).toLowerCase();
  return start === prefix.toLowerCase() && !/^[A-Za-z0-9_-]/.test(path.slice(prefix.length));
}

/** The host of the preview of a live host that is a name. */
export function previewHost(pattern: string, live: string): string {
  return pattern.replaceAll(LIVE_HOST, live);
}

/** A place beside that of a preview, where no preview is. */
export function besideKind(kind: PreviewKind, unguessable: string): PreviewKind {
  if (kind.by === 'path') return { ...kind, path: `${kind.path}-${unguessable}` };
  if (kind.by === 'host') return { ...kind, host: `${unguessable}-${kind.host}` };
  return { ...kind, value: unguessable };
}

/** Whether the preview of each live host has a host of its own. */
export function isPerHost(pattern: string): boolean {
  return pattern.includes(LIVE_HOST);
}

/** `below /green`, to follow "preview". */
export function kindText(kind: PreviewKind): string {
  if (kind.by === 'path') return `below ${kind.path}`;
  return kind.by === 'host' ? `at ${kind.host}` : `by the header ${headerText(kind)}`;
}

/** `X-Preview: green`; empty for a preview that needs no header. */
export function headerText(kind: PreviewKind): string {
  return kind.by === 'header' ? `${kind.name}: ${kind.value}` : '';
}
