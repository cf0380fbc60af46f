import * as v from 'valibot';
import { GreenpathError } from './error.ts';
import { oneForm } from './forms.ts';
import { type Filling, filled, takesVariable, VARIABLE_FORM, VARIABLE_PATTERN, variablesIn } from './placeholders.ts';
import { isSecretName } from './secret-names.ts';
import { headerName, mapOf, settings, text } from './settings.ts';

/** Settings for what a request carries. The config is stored in the cluster, so a secret is a variable of the step. */

const SECRET = `expected a variable of the step's environment, such as {env.SMOKE_TOKEN}: the config is stored in the cluster, where others can read it`;
/** Settings in which people may put a secret itself: no sentence about them quotes what is there. */
export const HOLDING_SECRETS: readonly string[] = ['auth', 'headers'];

/** A text of which at least a part comes from the environment of the step. */
const secret = v.pipe(v.string(SECRET), v.regex(new RegExp(VARIABLE_PATTERN), SECRET));

/** Headers that the connection itself needs. */
const OWN = ['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'upgrade'];
/** Names of headers that hold a secret, besides those of anything. */
const CREDENTIALS = /^(proxy-)?authorization$|(^|-)(app|application)-?key$|(^|-)secret$/i;
/** A token against CSRF is no secret. */
const AGAINST_CSRF = /[cx]srf[-_]?token$/i;
const sentName = v.pipe(
  headerName,
  v.check((name) => !OWN.includes(name.toLowerCase()), 'expected another header: Greenpath sets this one itself'),
);
const VALUE = `expected a text of one line; ${VARIABLE_FORM} stands for a variable of the step's environment`;
/** What the value of a header may hold. */
const IN_HEADER = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What a user and a password may hold (RFC 7617): they are encoded, so it is any character but a control character. */
const IN_BASIC = /^[^\x00-\x1f\x7f]*$/;
const sentValue = v.pipe(v.string(VALUE), v.regex(IN_HEADER, VALUE));

function holdsSecret(name: string): boolean {
  return (isSecretName(name) || CREDENTIALS.test(name)) && !AGAINST_CSRF.test(name);
}

/** Headers to send. */
export const sentHeaders = v.pipe(
  mapOf(sentName, sentValue, 'expected a map of headers'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [key, value] of Object.entries(dataset.value)) {
      if (!holdsSecret(key) || takesVariable(value)) continue;
      const path = [{ type: 'object', origin: 'value', input: dataset.value, key, value }] as const;
      addIssue({ message: SECRET, path: [...path] });
    }
  }),
);

const AUTHS = [
  { key: 'basic', schema: settings({ basic: settings({ user: text, password: secret }) }) },
  { key: 'bearer', schema: settings({ bearer: secret }) },
] as const;
/** How a request says who sends it. */
export const auth = oneForm(AUTHS, 'expected basic with user and password, or bearer');
export type Auth = v.InferOutput<typeof auth>;

/** What every request to the application carries. */
export const credentials = settings({ headers: v.optional(sentHeaders, {}), auth: v.optional(auth) });
export type Credentials = v.InferOutput<typeof credentials>;

/** The part of a request's settings that becomes headers; `none` does without the credentials of all requests. */
export interface Carrying {
  readonly headers: Readonly<Record<string, string>>;
  readonly auth?: Auth | 'none' | undefined;
}

/**
 * Says of the first variable whose value cannot be sent where the settings take it that it cannot; undefined if all can.
 * Without this, each request would fail before it is sent, as if nobody answered. No value is changed to make it fit: what
 * is sent is what the secret holds.
 */
export function unsendable(
  { headers, auth = 'none' }: Carrying,
  variable: Filling['variable'],
): GreenpathError | undefined {
  const isBasic = auth !== 'none' && 'basic' in auth;
  const refused = (taking: unknown, fits: RegExp) => variablesIn(taking).find((name) => !fits.test(variable(name)));
  const inHeader = refused(isBasic ? headers : [headers, auth], IN_HEADER);
  if (inHeader !== undefined) return doesNotFit(inHeader, 'a header');
  const inBasic = isBasic ? refused(auth, IN_BASIC) : undefined;
  return inBasic === undefined ? undefined : doesNotFit(inBasic, 'basic auth');
}

function doesNotFit(name: string, place: string): GreenpathError {
  return new GreenpathError(
    'input',
    `the value of {env.${name}} holds a line break or another character that ${place} cannot have`,
    `Store the secret of ${name} again without it, and run the step again. A line break at its end often comes from echo: use printf '%s' instead.`,
  );
}

/**
 * The headers of a request, names in lower case. `hide` is told what must be hidden besides the variables. Throws what
 * `unsendable` says.
 */
export function headersOf(
  { headers, auth }: Carrying,
  filling: Filling,
  hide: (text: string) => void,
): Record<string, string> {
  const refused = unsendable({ headers, auth }, filling.variable);
  if (refused !== undefined) throw refused;
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), filled(value, filling)]);
  if (auth === undefined || auth === 'none') return Object.fromEntries(own);
  return { authorization: authorizationOf(auth, filling, hide), ...Object.fromEntries(own) };
}

function authorizationOf(auth: Auth, filling: Filling, hide: (text: string) => void): string {
  if ('bearer' in auth) return `Bearer ${filled(auth.bearer, filling)}`;
  const { user, password } = auth.basic;
  const encoded = Buffer.from(`${filled(user, filling)}:${filled(password, filling)}`).toString('base64');
  hide(encoded);
  return `Basic ${encoded}`;
}
