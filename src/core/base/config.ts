import * as v from 'valibot';
import { parseDuration } from './duration.ts';
import { LABEL_KEY } from './revision.ts';
import { addresses, ca, hosts } from './ways.ts';

const duration = v.pipe(
  v.string('expected a duration with a unit, such as 500ms, 30s or 2m'),
  v.transform((text) => parseDuration(text)),
  v.number('expected a duration with a unit, such as 500ms, 30s or 2m'),
);
const count = (most: number) =>
  v.pipe(v.number(), v.integer('expected a whole number'), v.minValue(1), v.maxValue(most, `expected at most ${most}`));
const regularExpression = v.pipe(
  v.string(),
  v.check((source) => compiles(source), 'expected a regular expression in JavaScript syntax'),
);
const path = v.pipe(v.string(), v.regex(/^\/[!-~]*$/, 'expected a path that starts with / and has no spaces'));
const annotations = v.record(v.string(), v.string('expected a string: quote the value'));
const headerName = v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'expected the name of a header'));

const request = v.pipe(
  v.string(),
  v.regex(/^GET \/[!-~]*$/, 'expected "GET /path"'),
  v.transform((text) => text.slice('GET '.length)),
);
const status = v.union(
  [v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)), v.pipe(v.string(), v.regex(/^[1-5]xx$/))],
  'expected a status such as 204, or a class such as 2xx',
);
const body = v.strictObject({ contains: v.optional(v.string()), matches: v.optional(regularExpression) });
const expectation = v.strictObject({
  status: v.optional(
    v.union([status, v.array(status)], 'expected a status, a class such as 2xx, or a list of them'),
    '2xx',
  ),
  headers: v.optional(v.record(headerName, v.string('expected a string: quote the value')), {}),
  body: v.optional(body, {}),
});
const check = v.union(
  [
    v.pipe(
      request,
      v.transform((text) => ({ request: text, expect: v.parse(expectation, {}), timeout: 5_000, live: false })),
    ),
    v.strictObject({
      request,
      expect: v.optional(expectation, {}),
      timeout: v.optional(duration, '5s'),
      live: v.optional(v.boolean('expected true or false'), false),
    }),
  ],
  'expected "GET /path", or a map with request, expect, timeout and live',
);

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

const schema = v.strictObject({
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
  router: v.optional(v.picklist(['nginx'], 'expected nginx, the only known annotation dialect')),
  parking: v.optional(v.strictObject({ annotations: v.optional(annotations, {}) }), {}),
  'revision-label': v.optional(v.pipe(v.string(), v.regex(LABEL_KEY)), 'revision'),
  checks: v.optional(v.pipe(v.array(check), v.minLength(1, 'expected at least one check')), ['GET /']),
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
  'retire-applied': v.optional(v.boolean('expected true or false'), false),
});

/** All settings of `config` with defaults filled in; durations in milliseconds. docs/config.md describes the form. */
export type Config = v.InferOutput<typeof schema>;
export type Check = Config['checks'][number];
export type Identity = NonNullable<Config['identity']>;
export type Bake = v.InferOutput<typeof bake>;

/**
 * Reads the config from `value` (parsed YAML; `undefined` and `null` mean all defaults), or returns one sentence for
 * each problem.
 */
export function parseConfig(value: unknown): { config: Config } | { problems: string[] } {
  if (Array.isArray(value)) return { problems: ['the config is a list: expected a map of settings'] };
  const result = v.safeParse(schema, value ?? {});
  if (result.success) return { config: result.output };
  return { problems: result.issues.map(sentence) };
}

function sentence(issue: v.BaseIssue<unknown>): string {
  const where = v.getDotPath(issue) ?? 'the config';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${where}: no such setting`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${where} is missing`;
  return `${where} is ${issue.received}: ${issue.message}`;
}

function compiles(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
