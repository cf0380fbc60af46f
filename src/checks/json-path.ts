import { JSONPathEnvironment } from 'json-p3';
import * as v from 'valibot';
import { bounded } from '../core/base/bounded.ts';
import { messageOf } from '../core/base/error.ts';
import type { Json } from '../core/base/json.ts';

/** JSONPath, RFC 9535. */

const QUERIES: { environment?: JSONPathEnvironment } = {};

const PATH = 'expected a JSONPath (RFC 9535), such as $.items[0].name';
/** A query for values in JSON. */
export const jsonPath = v.pipe(
  v.string(PATH),
  v.rawCheck(({ dataset, addIssue }) => {
    const fault = dataset.typed ? faultOf(dataset.value) : undefined;
    if (fault !== undefined) addIssue({ message: `${PATH}: ${fault}` });
  }),
);

/** What a path selects, or why that cannot be said. */
export function selected(path: string, value: Json): Json[] | string {
  try {
    const found = bounded(path, () => environment().query(path, value as never));
    return (found?.value.values() as Json[] | undefined) ?? `${path} takes too long to evaluate`;
  } catch (error) {
    return `${path} cannot be evaluated: ${messageOf(error)}`;
  }
}

/** What is wrong with a JSONPath, as a part of a sentence. */
function faultOf(path: string): string | undefined {
  try {
    environment().compile(path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Loaded when a check needs it. */
function environment(): JSONPathEnvironment {
  QUERIES.environment ??= new JSONPathEnvironment();
  return QUERIES.environment;
}
