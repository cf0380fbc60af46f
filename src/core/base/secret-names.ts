/** Words for a password or a token, and for a key that is one: sources of regular expressions. */
export const SECRET_WORD = 'passw(?:or)?d|passphrase|token';
export const SECRET_KEY = '(?:api|access|secret|private)[-_ ]?key';

/**
 * Names of variables, fields, options and headers whose value is a secret wherever it appears. `CLIENT_SECRET` is one,
 * while `auth-secret` and `tlsSecret` name an object.
 */
const NAMES = new RegExp(`(?:${SECRET_WORD}|${SECRET_KEY}|_(?:secret|pass|pwd))$`, 'i');

/** Whether something of this name is a password or a token. */
export function isSecretName(name: string): boolean {
  return NAMES.test(name);
}
