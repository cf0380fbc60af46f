import * as v from 'valibot';
import type { CheckSettings, Config, ExpectedAnswer } from '../core/base/config.ts';
import type { BrokenRule, InBake } from '../core/base/config-rules.ts';
import { byValue, formOf, severalForms } from '../core/base/forms.ts';
import { isObject, type Json } from '../core/base/json.ts';
import { listed } from '../core/base/plural.ts';
import type { Check, CheckPoint } from './check.ts';
import type { CheckKind, ReadFile } from './check-kind.ts';
import { command } from './kinds/command.ts';
import { job } from './kinds/job.ts';
import { metric } from './kinds/metric.ts';
import { prometheus } from './kinds/prometheus.ts';
import { request } from './kinds/request.ts';
import type { CheckTools } from './tools.ts';

/** Every kind of check, in the order in which messages and docs name them. */
export const CHECK_KINDS: readonly RegisteredKind[] = [
  registered(request),
  registered(command),
  registered(job),
  registered(prometheus),
  registered(metric),
];

/** The checks of a config that names none. */
const DEFAULT = ['GET /'];

/** A kind of check, with settings that only the kind understands. */
export interface RegisteredKind
  extends Pick<CheckKind<unknown>, 'key' | 'form' | 'about' | 'example' | 'written' | 'withFiles'> {
  readonly schema: v.GenericSchema<unknown, CheckSettings>;
}

/** A check of the config, from which its kind makes one that runs. */
class ConfiguredCheck implements CheckSettings {
  readonly kind: string;
  readonly expects: readonly ExpectedAnswer[];
  readonly inBake: InBake;
  readonly broken: readonly BrokenRule[];
  readonly make: (tools: CheckTools) => Check;

  constructor({ kind, expects, inBake, broken }: CheckSettings, make: (tools: CheckTools) => Check) {
    this.kind = kind;
    this.expects = expects;
    this.inBake = inBake;
    this.broken = broken;
    this.make = make;
  }
}

/** `kind` as the registry holds it. */
export function registered<S>(kind: CheckKind<S>): RegisteredKind {
  const { key, form, about, example, written, withFiles } = kind;
  const configured = (settings: S) => {
    const [expects, inBake] = [kind.expects?.(settings) ?? [], kind.inBake?.(settings) ?? { runs: true }];
    const broken = kind.broken?.(settings) ?? [];
    return new ConfiguredCheck({ kind: key, expects, inBake, broken }, (tools) => kind.make(settings, tools));
  };
  return {
    key,
    form,
    about,
    example,
    ...(written && { written }),
    ...(withFiles && { withFiles }),
    schema: v.pipe(kind.schema, v.transform(configured)),
  };
}

/** How the config says that a status of a path is right, or any success, for advice. */
export function writtenCheck(path: string, status?: number): string | undefined {
  return CHECK_KINDS.find(({ written }) => written !== undefined)?.written?.(path, status);
}

/** The checks as the config has them, with the content of the files that they name. */
export function withFiles(
  checks: Json,
  read: (check: number, ...given: Parameters<ReadFile>) => Buffer | undefined,
): Json {
  if (!Array.isArray(checks)) return checks;
  return checks.map((given, index) => {
    const kind = isObject(given) ? CHECK_KINDS.find(({ key }) => Object.hasOwn(given, key)) : undefined;
    return kind?.withFiles?.(given, (...file) => read(index, ...file)) ?? given;
  });
}

/**
 * The schema of `checks`. A map is of the kind whose setting it has, also if that is mistyped; a text may be of any kind.
 */
export function checksSchema(kinds: readonly RegisteredKind[]): v.GenericSchema<unknown, CheckSettings[]> {
  const none = v.never(
    `expected ${listed(
      kinds.map(({ form }) => form),
      'or',
    )}`,
  );
  // With one kind only, valibot would use the message of that kind: `none` makes it use that of the union.
  const any = v.union([...kinds.map(({ schema }) => schema), none], none.message);
  const one = byValue(
    kinds.map(({ schema }) => schema),
    (given) => severalForms(given, kinds) ?? formOf(given, kinds) ?? (isObject(given) ? none : any),
  );
  const list = v.array(one, 'expected a list of checks');
  return v.optional(v.pipe(list, v.minLength(1, 'expected at least one check')), DEFAULT);
}

/** The checks of a config that run at a point. */
export function checksAt(point: CheckPoint, { checks }: Pick<Config, 'checks'>, tools: CheckTools): Check[] {
  return checks.map((one) => made(one, tools)).filter(({ points }) => points.includes(point));
}

function made(check: CheckSettings, tools: CheckTools): Check {
  if (check instanceof ConfiguredCheck) return check.make(tools);
  throw new Error(`no registered kind made this check of kind ${check.kind}`);
}
