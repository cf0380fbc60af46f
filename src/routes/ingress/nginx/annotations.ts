import { NOBODY } from '../closed.ts';

/** The annotations of ingress-nginx, which Traefik 3.7 and newer reads too. */
export const PREFIX = 'nginx.ingress.kubernetes.io/';
export const REWRITE = `${PREFIX}rewrite-target`;
export const REGEX = `${PREFIX}use-regex`;

/** The capture that a stripped path is rewritten to. */
export const STRIP_TO = '/$2';

/** Makes the router answer every request with 403. Of the two names for the list, ingress-nginx prefers the second. */
export const CLOSED: Readonly<Record<string, string>> = {
  [`${PREFIX}whitelist-source-range`]: NOBODY,
  [`${PREFIX}allowlist-source-range`]: NOBODY,
};

/** Ends of keys that say what of a request the application gets. */
export const REWRITING = /^(rewrite-target|use-regex)$/;

/** Ends of keys that a preview must not copy from the live route. */
export const NOT_INHERITED = /^(rewrite-target|use-regex|canary(-.*)?|app-root|server-alias)$/;
