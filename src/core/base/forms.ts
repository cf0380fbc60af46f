import * as v from 'valibot';
import { isObject } from './json.ts';
import { nearest } from './nearest.ts';
import { listed } from './plural.ts';

/** Schemas of which the value decides which one it is. */

/**
 * A schema that `choose` takes by the value. `forms` are all that people may write, for the JSON Schema of the config:
 * scripts/config-schema.ts.
 */
export function byValue<const S extends v.GenericSchema>(
  forms: readonly v.GenericSchema[],
  choose: (given: unknown) => S,
) {
  return Object.assign(v.lazy(choose), { forms });
}

/** One form of a map, which is recognised by a setting that the other forms do not have. */
interface MapForm {
  readonly key: string;
  readonly schema: v.GenericSchema;
}

/** A map in one of these forms; `none` is said of what has none of them. `written` are those that people may write. */
export function oneForm<const F extends readonly MapForm[]>(
  forms: F,
  none: string,
  written: readonly MapForm[] = forms,
) {
  const refused = v.never(none);
  return byValue(
    written.map(({ schema }) => schema),
    (given): F[number]['schema'] | typeof refused => severalForms(given, forms) ?? formOf(given, forms) ?? refused,
  );
}

/** A refusal of a map that has several of these forms at once; undefined if it does not. */
export function severalForms(given: unknown, forms: readonly MapForm[], why = '') {
  const keys = forms.map(({ key }) => key).filter((key) => isObject(given) && Object.hasOwn(given, key));
  return keys.length > 1 ? v.never(`expected only one of ${listed(keys, 'and')}${why}`) : undefined;
}

/** The form that `given` has, also if the setting that says so is mistyped; undefined if it has none. */
export function formOf<F extends MapForm>(given: unknown, forms: readonly F[]): F['schema'] | undefined {
  if (!isObject(given)) return undefined;
  const isMeant = (key: string) => Object.keys(given).some((one) => nearest(one, [key]) !== undefined);
  return (forms.find(({ key }) => Object.hasOwn(given, key)) ?? forms.find(({ key }) => isMeant(key)))?.schema;
}
