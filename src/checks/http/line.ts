import * as v from 'valibot';

/** Methods that change nothing, so that they may be sent again and again: RFC 9110 section 9.2.1. */
const SAFE = ['GET', 'HEAD', 'OPTIONS'];
const METHODS = [...SAFE, 'POST', 'PUT', 'PATCH', 'DELETE'];
const FORM = 'expected a method and a path, such as "GET /healthz"';
const SHORT_FORM = 'expected a method and a path, such as "GET /healthz" or "POST /login 303"';

const STATUS_FORM = 'expected a status such as 204, a class such as 2xx, or a range such as 200-299';
/** A status, a class of them, or a range. */
const status = v.pipe(v.union([v.number(), v.string()], STATUS_FORM), v.check(isStatus, STATUS_FORM));
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

const LINE = new RegExp(`^(?<method>${METHODS.join('|')}) (?<path>/[!-~]*)(?: (?<status>\\S+))?$`);
const NO_SECRET = 'expected no {env.NAME} in the path, which is shown in reports: use query, headers or auth';
const line = (form: string) =>
  v.pipe(
    v.string(form),
    v.regex(LINE, form),
    v.check((given) => !given.includes('{env.'), NO_SECRET),
    v.transform((given): Line & { readonly status: string | undefined } => {
      const { method = 'GET', path = '/', status } = LINE.exec(given)?.groups ?? {};
      return { method, path, status };
    }),
  );

/** `METHOD /path`. */
export const requestLine = v.pipe(
  line(FORM),
  v.check(({ status }) => status === undefined, `${FORM}; the status belongs to expect`),
  v.transform(({ method, path }): Line => ({ method, path })),
);

/** `METHOD /path` or `METHOD /path STATUS`, which is a whole check. */
export const shortForm = v.pipe(
  line(SHORT_FORM),
  v.transform(({ status, ...rest }) => ({ ...rest, status: status === undefined ? '2xx' : numbered(status) })),
  v.check(({ status }) => isStatus(status), `${SHORT_FORM}; ${STATUS_FORM}`),
);

/** Whether requests with a method may be sent again and again. */
export function isSafe(method: string): boolean {
  return SAFE.includes(method);
}

function numbered(status: string): number | string {
  return /^\d{3}$/.test(status) ? Number(status) : status;
}

/** Whether a number is a status, or a text a class or a range of them. */
function isStatus(given: number | string): boolean {
  if (typeof given === 'number') return /^[1-5]\d\d$/.test(`${given}`);
  const [, from = '', to = ''] = /^([1-5]\d\d)-([1-5]\d\d)$/.exec(given) ?? [];
  return /^[1-5]xx$/.test(given) || (from !== '' && from <= to);
}
