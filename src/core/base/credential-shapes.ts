import { pemParts } from './pem.ts';
import { SECRET_KEY, SECRET_WORD } from './secret-names.ts';

/** Replaces something that must not be seen. */
export const HIDDEN = '***';

/**
 * Shapes of credentials, wherever they appear. A hostile text must not cost time: every repetition is bounded, or
 * begins where the one before it ended.
 */
const SHAPES: readonly RegExp[] = [
  // JSON Web Tokens, and the tokens of EKS.
  /\b(?:eyJ|k8s-aws-v1\.)[\w.+/=-]{10,}/g,
  // Keys with a recognisable prefix: AWS, GitHub, GitLab, Google, npm, Slack, Stripe, Vault.
  /\b(?:(?:AKIA|ASIA)[0-9A-Z]{16,}|gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|AIza[\w-]{30,}|ya29\.[\w.-]{16,}|npm_\w{30,}|xox[abeprs]-[\w-]{10,}|[rs]k_(?:live|test)_\w{16,}|hv[bs]\.[\w-]{16,})/g,
  // Headers outside of their context; the plain words "bearer token" and "basic auth" stay.
  /(?<=\bbearer\s{1,9})(?=\S{0,200}(?:\d|[._-]\w))[\w.~+/=-]{8,}/gi,
  /(?<=\b[Bb]asic\s{1,9})(?=[\w+/]{0,200}(?:[a-z\d][A-Z]|\d[a-z]|=))[\w+/]{6,}={0,2}/g,
  // Data source names of Go: user:password@tcp(host:3306)/name
  /(?<![\w.-])[\w.-]{1,100}:[^\s"']{1,200}(?=@(?:tcp|unix|udp)\()/g,
  // A value that the API server did not expect, as quoted in its answer to an apply.
  /(?<=valueUnstructured\{Value:).*/g,
];

/** `user:password@` and `token@` in a URL; a port is no password. */
const IN_URL: readonly RegExp[] = [
  /(?<=:\/\/)[^\s/:@"'<>]{0,200}:(?!\d{1,5}(?:[/?#]|$))[^\s"'<>]{1,500}(?=@)/g,
  /(?<=:\/\/)[^\s/@"'<>]{1,500}(?=@)/g,
  // Cut before its end; a port is followed by no other sign.
  /(?<=:\/\/)[^\s/:@"'<>]{0,200}:(?!\d{0,5}…)[^\s/"'<>]{1,500}(?=…)/g,
];

/** A run of letters and digits shorter than this, in characters, is no key. */
const KEY = 32;
/** `clusters`, `V2`, `k8s`, `eu1`, `README`, `WebShop`. */
const IN_PATH =
  /^(?:[A-Za-z]?[a-z]*\d{0,4}|[A-Z]+\d{0,4}|\d+|[a-z]\d{1,2}[a-z]|[A-Z]?[a-z]+(?:[A-Z][a-z]+){1,3}\d{0,4})$/;
/** A run of the characters of keys, which paths and names may consist of, too. */
const RUN = /(?<![\w+/=.@-])[\w+/=.@-]{32,}/g;
/** Long runs of letters and digits: only programs that log in print those, and names of objects are shorter. */
const RANDOM = /(?<![\w+/=-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{24,}/g;

const QUOTED = String.raw`"(?:[^"\\\n]|\\.){0,500}"|'[^'\n]{0,500}'|["']?[^\s"'&;]+`;
const NAME = String.raw`(?:${SECRET_WORD}|secret|\bpwd|${SECRET_KEY}(?:[-_ ]?id)?)\d?`;
/** `password: x`, `"client_secret":"x"`, `TOKEN=x`: the name stays, the value is hidden. */
const NAMED = new RegExp(String.raw`(${NAME}\\?["']?[ \t]{0,9}[:=][ \t]{0,9}\\?)(${QUOTED})`, 'gi');
/** `--api-key x`, but no name of an object that ends like this. */
const OPTION = new RegExp(
  String.raw`(?<![\w-])(--?[\w-]{0,60}(?:token|secret|password|api-?key)[ \t]{1,9})(${QUOTED})`,
  'gi',
);
const HEADER = new RegExp(
  String.raw`(authorization\\?["']?[ \t]{0,9}[:=][ \t]{0,9}\\?)(?:(?:bearer|basic|token|digest|negotiate)[ \t]{1,9})?(?:${QUOTED})`,
  'gi',
);
/** Values that are no credential and that a sentence may contain after such a name. */
const NO_VALUE = /^["']?(?:true|false|null|nil|none|yes|no|\d{1,3}|\*+)["']?,?$/i;

/** How far before it the name of an object and its kind may begin, in characters. */
const BEFORE = 200;
/** Words before the name of an object in a sentence; after any other word there may be a password. */
const KIND =
  /^(?:ingress|service|deployment|statefulset|daemonset|replicaset|pod|job|cronjob|secret|configmap|persistentvolumeclaim|serviceaccount|horizontalpodautoscaler|poddisruptionbudget|networkpolicy|httproute|stack)(?:e?s)?$/i;
/** `not`, `unavailable,`, `stringData.PIN`. */
const PLAIN = /^[A-Za-z]+(?:\.[A-Za-z]+)*,?$/;

/** `text` without everything that looks like a credential. */
export function withoutShapes(text: string): string {
  return pemParts(text)
    .map((part) => (part.is === 'words' ? withoutWords(part.text) : part.is === 'secret' ? HIDDEN : part.text))
    .join('');
}

function withoutWords(text: string): string {
  let result = text;
  for (const shape of SHAPES) result = result.replaceAll(shape, HIDDEN);
  return withoutNamed(result).replaceAll(RUN, withoutKey);
}

/** `text` without the values that it calls a password, a token or a key, and without the credentials in URLs. */
export function withoutNamed(text: string): string {
  let result = text;
  for (const shape of IN_URL) result = result.replaceAll(shape, HIDDEN);
  return result
    .replaceAll(HEADER, `$1${HIDDEN}`)
    .replaceAll(OPTION, (whole, name: string, value: string) => (NO_VALUE.test(value) ? whole : `${name}${HIDDEN}`))
    .replaceAll(NAMED, (whole, name: string, value: string, at: number, all: string) =>
      NO_VALUE.test(value) || isSentence(name, value, at, all) ? whole : `${name}${HIDDEN}`,
    );
}

/** What a text calls a password, a token or a key. */
export function namedIn(text: string): string[] {
  return [OPTION, NAMED].flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(([, , value = '']) =>
      NO_VALUE.test(value) ? [] : [value.replaceAll(/^["']|["']$/g, '')],
    ),
  );
}

/** The same without long runs of letters and digits, for the output of a program that logs in or renders. */
export function withoutRandom(text: string): string {
  return withoutShapes(text).replaceAll(RANDOM, HIDDEN);
}

/** Whether a sentence about an object whose name ends like this continues: `Ingress web-token: not found`. */
function isSentence(name: string, value: string, at: number, all: string): boolean {
  if (!name.endsWith(': ')) return false;
  const before = all.slice(Math.max(0, at - BEFORE), at);
  // As kubelets report a missing key.
  if (/^secret key: $/i.test(name)) return before.endsWith('non-existent ');
  if (!PLAIN.test(value)) return false;
  const [kind = '', head = ''] = before
    .slice(before.lastIndexOf('\n') + 1)
    .split(/[ \t]+/)
    .slice(-2);
  if (kind === 'volume' && head.startsWith('"')) return true;
  return KIND.test(kind) && /^[\w.-]*-$/.test(head);
}

/** A run of letters, digits and the signs between them, without the keys in it. */
function withoutKey(run: string): string {
  const [, name = '', text = '', end = ''] = /^([\w.-]{1,60}=)?(.*?)(\.?)$/.exec(run) ?? [];
  return isKey(text) ? `${name}${HIDDEN}${end}` : run;
}

/**
 * Long runs of letters of both cases and digits: keys are like this, words and digests are not. A `/` separates names,
 * unless most of the parts are none.
 */
function isKey(text: string): boolean {
  if (text.length < KEY || !/^[A-Za-z0-9+/=]+$/.test(text)) return false;
  if (!(/\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text))) return false;
  if (!text.includes('/')) return true;
  const names = text.split('/').filter((part) => IN_PATH.test(part));
  return names.join('/').length * 2 < text.length;
}
