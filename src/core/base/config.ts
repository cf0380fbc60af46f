import * as v from 'valibot';
import { type ConfigFault, faultsOf } from './config-faults.ts';
import { type BrokenRule, brokenRules, type InBake } from './config-rules.ts';
import { credentials } from './credentials.ts';
import { byValue, oneForm } from './forms.ts';
import { annotations, preview } from './preview-kind.ts';
import { LABEL_KEY } from './revision.ts';
import { choice, count, duration, flag, headerName, meant, path, regularExpression, settings } from './settings.ts';
import { addresses, ca, hosts } from './ways.ts';

const JSON_PATH = 'expected where the revision is in a JSON body, such as build.revision';
const IDENTITIES = [
  { key: 'header', schema: settings({ header: headerName, path: v.optional(path, '/') }) },
  {
    key: 'json',
    schema: settings({
      json: v.pipe(v.string(JSON_PATH), v.regex(/^[\w.-]+$/, JSON_PATH)),
      path: v.optional(path, '/'),
    }),
  },
  {
    key: 'matches',
    schema: settings({
      matches: v.pipe(regularExpression, v.regex(/\{revision\}/, 'expected {revision} in the pattern')),
      path: v.optional(path, '/'),
    }),
  },
] as const;
/** The header of answers by which a router names the revision that it sends a request to. */
export const ROUTER_HEADER = 'X-Greenpath-Revision';
const IDENTITY = 'expected router, or a map with one of header, json or matches (with {revision}), and a path';
const byRouter = v.literal('router', IDENTITY);
const byItself = oneForm(IDENTITIES, IDENTITY);
const routerHeader = v.pipe(
  byRouter,
  v.transform(() => ({ router: true as const, header: ROUTER_HEADER, path: undefined })),
);
const identity = byValue([byRouter, byItself], (given) => (typeof given === 'string' ? routerHeader : byItself));

const proofSettings = settings({
  answers: v.optional(count(1, 1_000), 20),
  settle: v.optional(duration),
  within: v.optional(duration, '60s'),
  lagging: v.optional(choice(['back', 'stay']), 'back'),
});

const OFF = 'off';
const proof = v.union(
  [v.literal(OFF), proofSettings],
  ({ input }) => `expected off, or a map with answers, settle, within or lagging${meant(input, [OFF])}`,
);

const SHARE = 'expected a share in percent below 100%, such as 1%';
const SHARE_FORM = /^\d{1,2}(\.\d+)?%$/;
const shareFault = ({ input }: v.BaseIssue<unknown>) => {
  const near = `${String(input).replaceAll(/\s|%/g, '')}%`;
  return `${SHARE}${SHARE_FORM.test(near) && Number.parseFloat(near) >= 1 ? `; did you mean ${near}?` : ''}`;
};
const percent = v.pipe(
  v.string(shareFault),
  v.regex(SHARE_FORM, shareFault),
  v.transform((share) => Number(share.slice(0, -1)) / 100),
);
const bake = settings({
  for: duration,
  every: v.optional(duration, '1s'),
  errors: v.optional(percent, '1%'),
});

const DOMAIN = 'expected the prefix without its slash, such as routers.example.com';

const LABEL = 'expected the key of a label, such as revision or example.com/revision';

/** Which answers of the application to a path are right, as a check says it. */
export interface ExpectedAnswer {
  readonly path: string;
  /** Statuses such as 204, classes such as `2xx`, and ranges such as `200-299`. */
  readonly statuses: readonly (number | string)[];
  /** How long an answer may take, in milliseconds. */
  readonly timeout: number;
}

/** A check as the config says it: what it does is the matter of its kind, src/checks/check-kind.ts. */
export interface CheckSettings {
  readonly kind: string;
  readonly expects: readonly ExpectedAnswer[];
  readonly inBake: InBake;
  /** Rules that it breaks and that a record of an earlier version may break. */
  readonly broken: readonly BrokenRule[];
}

/** The schema of `checks`, which the kinds of checks make. */
type ChecksSchema = v.GenericSchema<unknown, CheckSettings[]>;

/** The schema of the whole config. `routers` are the names that the setting `router` may have. */
export function configSchema(checks: ChecksSchema, routers: readonly string[]) {
  return settings({
    preview: v.optional(preview, {}),
    router: v.optional(choice(routers, ' (docs/config.md#router)')),
    'annotations-prefix': v.optional(v.pipe(v.string(DOMAIN), v.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, DOMAIN))),
    parking: v.optional(settings({ annotations }), {}),
    backing: v.optional(choice(['keep', 'apply']), 'keep'),
    others: v.optional(choice(['leave', 'refuse']), 'leave'),
    'revision-label': v.optional(v.pipe(v.string(LABEL), v.regex(LABEL_KEY, LABEL)), 'revision'),
    'plain-names': v.optional(choice(['own', 'live']), 'own'),
    checks,
    verify: v.optional(
      settings({
        passes: v.optional(count(1, 100), 3),
        interval: v.optional(duration, '250ms'),
        within: v.optional(duration, '60s'),
        parallel: v.optional(count(1, 50), 1),
      }),
      {},
    ),
    requests: v.optional(credentials, {}),
    identity: v.optional(identity),
    proof: v.optional(proof, {}),
    bake: v.optional(bake),
    hosts: v.optional(hosts, []),
    addresses: v.optional(addresses),
    ca: v.optional(ca),
    keep: v.optional(count(0, 100), 1),
    drain: v.optional(duration, '5m'),
    'retire-applied': v.optional(flag, false),
  });
}

/** All settings of `config` with defaults filled in; durations in milliseconds. docs/config.md describes the form. */
export type Config = v.InferOutput<ReturnType<typeof configSchema>>;
export type Identity = NonNullable<Config['identity']>;
export type Bake = v.InferOutput<typeof bake>;
/**
 * With `places`: the path of the setting that each problem is about. `tolerable` is the config if nothing but rules of
 * config-rules.ts is broken.
 */
export type ParsedConfig =
  | { readonly config: Config }
  | { readonly problems: string[]; readonly places: readonly (readonly string[])[]; readonly tolerable?: Config };

/**
 * Reads the config from `value` (parsed YAML; `undefined` and `null` mean all defaults), or returns one sentence for
 * each thing that is wrong with it. `routers` are the names that the setting `router` may have.
 */
export function parseConfigWith(checks: ChecksSchema, value: unknown, routers: readonly string[] = []): ParsedConfig {
  const parsed = parseRecordedWith(checks, value, routers);
  if ('problems' in parsed) return parsed;
  const faults = brokenRules(parsed.config, value);
  return faults.length === 0 ? parsed : { ...problemsOf(faults), tolerable: parsed.config };
}

/**
 * The same for a config that a record holds, without the rules of config-rules.ts: an earlier version may have accepted
 * what they refuse by now, and its release must go on.
 */
export function parseRecordedWith(checks: ChecksSchema, value: unknown, routers: readonly string[] = []): ParsedConfig {
  const result = v.safeParse(configSchema(checks, routers), value ?? {});
  return result.success ? { config: result.output } : problemsOf(faultsOf(result.issues));
}

function problemsOf(faults: readonly ConfigFault[]) {
  return { problems: faults.map(({ text }) => text), places: faults.map(({ path }) => path) };
}
