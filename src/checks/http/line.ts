import * as v from 'valibot';

/** Methods that change nothing, so that they may be sent again and again: RFC 9110 section 9.2.1. */
const SAFE = ['GET', 'HEAD', 'OPTIONS'];
const METHODS = [...SAFE, 'POST', 'PUT', 'PATCH', 'DELETE'];
const FORM = 'expected a method and a path, such as "GET /healthz"';
const SHORT_FORM = 'expected a method and a path, such as "GET /healthz" or "POST /login 303"';

/** What is said of a check that looks like no request. */
const OTHERWISE = '; all other kinds of checks are maps';

const STATUS_FORM = 'expected a status such as 204, a class such as 2xx, or a range such as 200-299';
const CLASS = '[1-5]xx|[1-5]\\d\\d-[1-5]\\d\\d';
/** A status, a class of them, or a range. */
const status = v.union(
  [
    v.pipe(v.number(STATUS_FORM), v.integer(STATUS_FORM), v.minValue(100, STATUS_FORM), v.maxValue(599, STATUS_FORM)),
    v.pipe(v.string(STATUS_FORM), v.regex(new RegExp(`^(${CLASS})$`), STATUS_FORM), v.check(isInOrder, STATUS_FORM)),
  ],
  STATUS_FORM,
);
/** Which statuses are right. */
export const statuses = v.union(
  [status, v.pipe(v.array(status), v.minLength(1, STATUS_FORM))],
  'expected a status, a class such as 2xx, a range such as 200-299, or a list of them',
);

/** What is requested: a method and a path. */
interface Line {
  readonly method: string;
  readonly path: string;
}

const LINE = `^(?<method>${METHODS.join('|')}) (?<path>/[!-~]*)`;
const REQUEST = new RegExp(`${LINE}$`);
const SHORT = new RegExp(`${LINE}( (?<status>[1-5]\\d\\d|${CLASS}))?$`);
/** The same with anything in place of the status that begins like one. */
const WITH_STATUS = new RegExp(`${LINE} \\d\\S*$`);
/** A path with a space in it. */
const WITH_SPACE = new RegExp(`${LINE} `);
const NO_SECRET = 'expected no {env.NAME} in the path, which is shown in reports: use query, headers or auth';
const hasNoSecret = v.check((given: string) => !given.includes('{env.'), NO_SECRET);

/** `METHOD /path`. */
export const requestLine = v.pipe(
  v.string(FORM),
  v.regex(
    REQUEST,
    ({ input }) => `${FORM}${WITH_STATUS.test(input) ? '; the status belongs to expect' : meantBy(input)}`,
  ),
  hasNoSecret,
  v.transform((given) => lineIn(REQUEST, given)),
);

/** `METHOD /path` or `METHOD /path STATUS`, which is a whole check. */
export const shortForm = v.pipe(
  v.string(SHORT_FORM),
  v.regex(SHORT, ({ input }) => (WITH_STATUS.test(input) ? STATUS_FORM : `${SHORT_FORM}${meantBy(input, OTHERWISE)}`)),
  v.check((given) => isInOrder(given.split(' ').at(-1) ?? ''), STATUS_FORM),
  hasNoSecret,
  v.transform((given) => {
    const status = SHORT.exec(given)?.groups?.status ?? '2xx';
    return { ...lineIn(SHORT, given), status: /^\d{3}$/.test(status) ? Number(status) : status };
  }),
);

function lineIn(form: RegExp, given: string): Line {
  const { method = 'GET', path = '/' } = form.exec(given)?.groups ?? {};
  return { method, path };
}

/** The end of a sentence about a text that is no request: what was probably meant, or `otherwise`. */
function meantBy(given: string, otherwise = ''): string {
  if (WITH_SPACE.test(given)) return '; a path has no spaces';
  const [, word, origin, slash, rest] = /^(?:([a-z]+) +)?(https?:\/\/[^/\s]+)?(\/)?([!-~]*)$/i.exec(given.trim()) ?? [];
  const method = word === undefined ? 'GET' : METHODS.find((one) => one === word.toUpperCase());
  if (rest === undefined || (word ?? origin ?? slash) === undefined) return otherwise;
  if (method !== undefined) return `; did you mean "${method} /${rest}"?`;
  return slash === undefined ? otherwise : `; the method is one of ${METHODS.join(', ')}`;
}

/** Whether requests with a method may be sent again and again. */
export function isSafe(method: string): boolean {
  return SAFE.includes(method);
}

/** Whether a text is no range, or one whose first status is not the higher one. */
function isInOrder(given: string): boolean {
  const [, from = '', to = ''] = /^([1-5]\d\d)-([1-5]\d\d)$/.exec(given) ?? [];
  return from <= to;
}
