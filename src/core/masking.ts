const HIDDEN = '***';
/** Shorter than this, a value is no secret but a word that would be hidden everywhere. */
const SHORTEST = 4;

/** What looks like a credential, wherever it stands. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [^-]+-----[\s\S]*?(-----END [^-]+-----|$)/g,
  // JSON Web Tokens, and the tokens of EKS.
  /\b(eyJ|k8s-aws-v1\.)[\w.+/=-]+/g,
  /\b(bearer|basic)\s+\S+/gi,
  // Credentials in a URL.
  /(?<=:\/\/)[^\s/@]+@/g,
  // Long runs that hold letters and digits, as keys do and words do not.
  /(?<![\w+/=-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{24,}/g,
];
/** `password: x`, `"client_secret":"x"`, `TOKEN=x`: the name stays, the value goes. */
const NAMED =
  /((?:token|secret|passw(?:or)?d|passphrase|api[-_ ]?key|access[-_ ]?key|credential|authorization)\w*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|\S+)/gi;

/** `text` without `secrets` (exact values) and without everything that looks like a credential. */
export function masked(text: string, secrets: readonly string[]): string {
  const longest = secrets.filter((secret) => secret.length >= SHORTEST).toSorted((a, b) => b.length - a.length);
  let result = text;
  for (const secret of longest) result = result.replaceAll(secret, HIDDEN);
  for (const shape of SHAPES) result = result.replaceAll(shape, HIDDEN);
  return result.replaceAll(NAMED, `$1${HIDDEN}`);
}
