import * as v from 'valibot';
import { auth, sentHeaders } from '../../core/base/credentials.ts';
import { takesWord } from '../../core/base/placeholders.ts';
import { choice, duration } from '../../core/base/settings.ts';
import { ORDER, type Order } from '../../core/checks/order.ts';
import { at, group } from '../points.ts';
import { tls } from '../tls.ts';

const FLOOR = 'expected a number above 0';

/** What every check of a metric has, wherever its value comes from. */
export const MEASURING = {
  ...ORDER,
  compare: v.optional(choice(['previous'])),
  floor: v.optional(v.pipe(v.number(FLOOR), v.gtValue(0, FLOOR))),
  'no-data': v.optional(choice(['fail', 'pass']), 'fail'),
  group,
  at: v.optional(at, ['verify', 'bake']),
  window: v.optional(duration, '1m'),
  every: v.optional(duration, '15s'),
  timeout: v.optional(duration, '10s'),
  headers: v.optional(sentHeaders, {}),
  auth: v.optional(auth),
  tls,
};
const MEASURED = v.object(MEASURING);
export type Measuring = v.InferOutput<typeof MEASURED>;

const NO_THRESHOLD = 'expected a threshold: above, below, at-least or at-most';
const SAME = 'expected {revision} in what is asked: otherwise both versions have the same value (compare: previous)';
const NO_TLS = 'expected an address with https beside tls, which says what certificate is there';
const NOTHING_COMPARED = 'expected compare: previous beside floor, which applies to the two values that are compared';

/** The rule that a metric has a threshold, as JSON Schema says it. */
export const THRESHOLD = { anyOf: Object.keys(ORDER).map((key) => ({ required: [key] })) };

/** What the settings of a metric must be besides each by itself; `asked` is what of them is sent, and `url` to whom. */
export function fitting<M extends Measuring>(sent: (given: M) => { readonly asked: unknown; readonly url: URL }) {
  return v.rawCheck<M>(({ dataset, addIssue }) => {
    const message = dataset.typed ? misfit(dataset.value, sent(dataset.value)) : undefined;
    if (message !== undefined) addIssue({ message });
  });
}

function misfit(
  { compare, floor, tls: wanted, ...order }: Measuring,
  { asked, url }: { readonly asked: unknown; readonly url: URL },
): string | undefined {
  if (!hasThreshold(order)) return NO_THRESHOLD;
  if (url.protocol === 'http:' && (wanted.name ?? wanted.ca) !== undefined) return NO_TLS;
  if (compare !== undefined && !takesWord(asked, 'revision')) return SAME;
  return floor !== undefined && compare === undefined ? NOTHING_COMPARED : undefined;
}

/** Whether there is a value that does not pass. */
function hasThreshold(order: Order): boolean {
  return Object.keys(ORDER).some((key) => order[key as keyof Order] !== undefined);
}

export const ADDRESS = 'expected an address such as https://prometheus.example.com, without a query or credentials';

/** An address of HTTP. */
export const address = v.pipe(
  v.string(ADDRESS),
  v.regex(/^[Hh][Tt]{2}[Pp][Ss]?:\/\/[^?#{]+\??#?$/, ADDRESS),
  v.check(isAddress, ADDRESS),
  v.transform((text) => new URL(text)),
);

/** Whether a text is such an address. */
export function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === '') && !text.includes('{');
}
