import * as v from 'valibot';
import { LABEL_KEY } from './revision.ts';
import { count, duration, flag, headerName, path, regularExpression, text } from './settings.ts';
import { addresses, ca, hosts } from './ways.ts';

const annotations = v.record(v.string(), text);
const identity = v.union(
  [
    v.strictObject({ header: headerName, path: v.optional(path, '/') }),
    v.strictObject({ json: v.pipe(v.string(), v.regex(/^[\w.-]+$/)), path: v.optional(path, '/') }),
    v.strictObject({
      matches: v.pipe(regularExpression, v.includes('{revision}', 'expected {revision} in the pattern')),
      path: v.optional(path, '/'),
    }),
  ],
  'expected one of header, json or matches (with {revision}), and a path',
);

const proofSettings = v.strictObject({
  answers: v.optional(count(1_000), 20),
  settle: v.optional(duration),
  within: v.optional(duration, '60s'),
  lagging: v.optional(v.picklist(['back', 'stay'], 'expected back or stay'), 'back'),
});

const percent = v.pipe(
  v.string('expected a share in percent, such as 1%'),
  v.regex(/^\d{1,2}(\.\d+)?%$/, 'expected a share in percent, such as 1%'),
  v.transform((text) => Number(text.slice(0, -1)) / 100),
);
const bake = v.strictObject({
  for: duration,
  every: v.optional(duration, '1s'),
  errors: v.optional(percent, '1%'),
});

const previewPath = v.pipe(
  v.string(),
  v.regex(/^\/[A-Za-z0-9_-]+$/, 'expected one segment of letters, digits, - and _, such as /green'),
);

/** Which answers of the application to a path are right, as a check says it. */
export interface ExpectedAnswer {
  readonly path: string;
  /** Statuses such as 204, and classes such as `2xx`. */
  readonly statuses: readonly (number | string)[];
  /** How long an answer may take, in milliseconds. */
  readonly timeout: number;
}

/** A check as the config says it: what it does is the matter of its kind, src/checks/check.ts. */
export interface CheckSettings {
  readonly kind: string;
  readonly expects: readonly ExpectedAnswer[];
}

/** The schema of `checks`, which the kinds of checks make. */
type ChecksSchema = v.GenericSchema<unknown, CheckSettings[]>;

function configSchema(checks: ChecksSchema, routers: readonly string[]) {
  return v.strictObject({
    preview: v.optional(
      v.strictObject({
        path: v.optional(previewPath, '/green'),
        annotations: v.optional(annotations, {}),
        matching: v.optional(v.picklist(['keep', 'regex'], 'expected keep or regex'), 'keep'),
        overlap: v.optional(v.picklist(['refuse', 'accept'], 'expected refuse or accept'), 'refuse'),
        unprotected: v.optional(v.picklist(['refuse', 'accept'], 'expected refuse or accept'), 'refuse'),
      }),
      {},
    ),
    router: v.optional(v.picklist(routers, `expected ${routers.join(' or ')}`)),
    parking: v.optional(v.strictObject({ annotations: v.optional(annotations, {}) }), {}),
    'revision-label': v.optional(v.pipe(v.string(), v.regex(LABEL_KEY)), 'revision'),
    checks,
    verify: v.optional(
      v.strictObject({
        passes: v.optional(count(100), 3),
        interval: v.optional(duration, '250ms'),
        within: v.optional(duration, '60s'),
      }),
      {},
    ),
    identity: v.optional(identity),
    proof: v.optional(
      v.union([v.literal('off'), proofSettings], 'expected off, or a map with answers, settle, within and lagging'),
      {},
    ),
    bake: v.optional(bake),
    hosts: v.optional(hosts, []),
    addresses: v.optional(addresses),
    ca: v.optional(ca),
    keep: v.optional(v.pipe(v.number(), v.integer('expected a whole number'), v.minValue(0), v.maxValue(100)), 1),
    drain: v.optional(duration, '5m'),
    'retire-applied': v.optional(flag, false),
  });
}

/** All settings of `config` with defaults filled in; durations in milliseconds. docs/config.md describes the form. */
export type Config = v.InferOutput<ReturnType<typeof configSchema>>;
export type Identity = NonNullable<Config['identity']>;
export type Bake = v.InferOutput<typeof bake>;
export type ParsedConfig = { readonly config: Config } | { readonly problems: string[] };

/**
 * Reads the config from `value` (parsed YAML; `undefined` and `null` mean all defaults), or returns one sentence for
 * each problem. `routers` are the names that the setting `router` may have.
 */
export function parseConfigWith(checks: ChecksSchema, value: unknown, routers: readonly string[] = []): ParsedConfig {
  if (Array.isArray(value)) return { problems: ['the config is a list: expected a map of settings'] };
  const result = v.safeParse(configSchema(checks, routers), value ?? {});
  if (result.success) return { config: result.output };
  return { problems: result.issues.map(sentence) };
}

function sentence(issue: v.BaseIssue<unknown>): string {
  const where = v.getDotPath(issue) ?? 'the config';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${where}: no such setting`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${where} is missing`;
  return `${where} is ${issue.received}: ${issue.message}`;
}
