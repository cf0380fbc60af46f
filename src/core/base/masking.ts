/** What stands in the place of something that must not be seen. */
const HIDDEN = '***';
/** Shorter than this, a value is no secret but a word that would be hidden everywhere. */
const SHORTEST = 4;
/** Shorter than this, a value is hidden only where it is a word of its own. */
const UNMISTAKABLE = 8;

/** How much of a text's end may be a part of a secret, in characters. */
const UNSURE = 200;

/** What looks like a credential, wherever it stands. Every repetition is bounded: hostile text must not take time. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [^-]{1,100}-----[\s\S]*?(?:-----END [^-]{1,100}-----|$)/g,
  // JSON Web Tokens, and the tokens of EKS.
  /\b(?:eyJ|k8s-aws-v1\.)[\w.+/=-]{10,}/g,
  // Keys that say whose they are: AWS, GitHub, GitLab, Google, npm, Slack, Stripe, Vault.
  /\b(?:(?:AKIA|ASIA)[0-9A-Z]{16,}|gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|AIza[\w-]{30,}|ya29\.[\w.-]{16,}|npm_\w{30,}|xox[abeprs]-[\w-]{10,}|[rs]k_(?:live|test)_\w{16,}|hv[bs]\.[\w-]{16,})/g,
  // Headers out of their context; the plain words "bearer token" and "basic auth" stay.
  /(?<=\bbearer\s{1,9})(?=\S{0,200}(?:\d|[._-]\w))[\w.~+/=-]{8,}/gi,
  /(?<=\b[Bb]asic\s{1,9})(?=[\w+/]{0,200}(?:[a-z\d][A-Z]|\d[a-z]|=))[\w+/]{6,}={0,2}/g,
  // `user:password@` and `token@` in a URL; a port is no password.
  /(?<=:\/\/)[^\s/:@"'<>]{0,200}:(?!\d{1,5}(?:[/?#]|$))[^\s"'<>]{1,500}(?=@)/g,
  /(?<=:\/\/)[^\s/@"'<>]{1,500}(?=@)/g,
  // The same in data source names of Go: user:password@tcp(host:3306)/name
  /(?<![\w.-])[\w.-]{1,100}:[^\s"']{1,200}(?=@(?:tcp|unix|udp)\()/g,
  // A value that the API server did not expect, as it quotes it in its answer to an apply.
  /(?<=valueUnstructured\{Value:).*/g,
  // Long runs of letters of both cases and digits, as keys are and neither words, digests nor paths from the root.
  /(?<![\w+/=.@-])(?=[A-Za-z0-9+/=]{0,500}\d)(?=[A-Za-z0-9+/=]{0,500}[a-z])(?=[A-Za-z0-9+/=]{0,500}[A-Z])[A-Za-z0-9+][A-Za-z0-9+/=]{31,}(?![\w.-])/g,
];

/** Long runs that hold letters and digits: only programs that log in print those, and no names of objects. */
const RANDOM = /(?<![\w+/=-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{24,}/g;

const QUOTED = String.raw`"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"'&;]+`;
/** `password: x`, `"client_secret":"x"`, `TOKEN=x`, `--api-key x`: the name stays, the value goes. */
const NAMED = new RegExp(
  String.raw`((?:token|secret|passw(?:or)?d|passphrase|\bpwd|(?:api|access|secret|private)[-_ ]?key(?:[-_ ]?id)?)\d?\\?["']?(?:[ \t]*[:=][ \t]*)\\?|--?[\w-]*(?:token|secret|password|api-?key)[ \t]+)(${QUOTED})`,
  'gi',
);
const HEADER = new RegExp(
  String.raw`(authorization\\?["']?[ \t]*[:=][ \t]*\\?)(?:(?:bearer|basic|token|digest|negotiate)[ \t]+)?(?:${QUOTED})`,
  'gi',
);
/** What no credential is, and what a sentence may well say after such a name. */
const NO_VALUE = /^["']?(?:true|false|null|nil|none|yes|no|\d{1,3}|\*+)["']?,?$/i;

/** `text` without everything that looks like a credential. */
export function withoutShapes(text: string): string {
  let result = text.replaceAll(HEADER, `$1${HIDDEN}`);
  for (const shape of SHAPES) result = result.replaceAll(shape, HIDDEN);
  return result.replaceAll(NAMED, (whole, name: string, value: string) =>
    NO_VALUE.test(value) ? whole : `${name}${HIDDEN}`,
  );
}

/** A text that was cut after `limit` bytes, without its end: half a secret would not be known for one. */
export function withoutCut(text: string, limit: number): string {
  return Buffer.byteLength(text) < limit ? text : `${text.slice(0, -UNSURE)}…`;
}

/** What a text calls a password, a token or a key. */
export function namedIn(text: string): string[] {
  return [...text.matchAll(NAMED)].flatMap(([, , value = '']) =>
    NO_VALUE.test(value) ? [] : [value.replaceAll(/^["']|["']$/g, '')],
  );
}

/** What a program that logs in or renders said, without `secrets` (exact values) and all that looks like a credential. */
export function masked(text: string, secrets: readonly string[]): string {
  const mask = new Mask();
  mask.learn(secrets);
  return mask.hide(text).replaceAll(RANDOM, HIDDEN);
}

/**
 * What one run must not show: the values that it learned, and everything that looks like a credential. What stands in the
 * clear beside a Secret, such as the name of a database, is none: it would be hidden everywhere.
 */
export class Mask {
  readonly #values = new Set<string>();
  #clear = '';
  #hidden: readonly string[] | undefined;

  /** From now on these are hidden, less what can't be a secret and what is in the clear. */
  learn(values: readonly string[]): void {
    for (const value of values) if (canBeSecret(value)) this.#values.add(value);
    this.#hidden = undefined;
  }

  /** These words are in the clear already, whatever a Secret holds. */
  allow(text: string): void {
    this.#clear += `\n${withoutShapes(text)}`;
    this.#hidden = undefined;
  }

  /** Whether `value` is hidden wherever it stands, within other words too, and is no host that a URL names. */
  isUnmistakable(value: string): boolean {
    return value.length >= UNMISTAKABLE && !HOST.test(value) && this.#now().includes(value);
  }

  hide(text: string): string {
    let result = text;
    for (const value of this.#now()) {
      if (!result.includes(value)) continue;
      result =
        value.length < UNMISTAKABLE ? result.replaceAll(asWord(value), HIDDEN) : result.replaceAll(value, HIDDEN);
    }
    return withoutShapes(result);
  }

  /** The same for every text in a JSON value. */
  hideIn<T>(value: T): T {
    return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
      typeof part === 'string' ? this.hide(part) : part,
    ) as T;
  }

  /** Longest first: one may hold another. */
  #now(): readonly string[] {
    this.#hidden ??= [...this.#values]
      .filter((value) => !(this.#clear.includes(value) && inName(value).test(this.#clear)))
      .toSorted((a, b) => b.length - a.length);
    return this.#hidden;
  }
}

const HOST = /^(?:[a-z\d-]+\.)+[a-z]+$/;
/** Switches, names of environments and levels, ports and counts, and addresses that lead to nothing but a host. */
const NO_SECRET =
  /^(?:true|false|null|none|enabled|disabled|test|prod|live|blue|green|debug|info|warn(?:ing)?|error|\d{1,5}|https?:\/\/[^\s/@?]+\/?)$/i;

function canBeSecret(value: string): boolean {
  return value.trim().length >= SHORTEST && !NO_SECRET.test(value);
}

/** Where it is no part of a longer word, a path or a host. */
function asWord(value: string): RegExp {
  return new RegExp(`(?<![\\w./-])${escaped(value)}(?![\\w/-]|\\.\\w)`, 'g');
}

/** Where it is a word, be it in a longer name. */
function inName(value: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${escaped(value)}(?![A-Za-z0-9])`);
}

function escaped(value: string): string {
  return value.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
