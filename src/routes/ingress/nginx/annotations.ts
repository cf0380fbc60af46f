import { NOBODY } from '../closed.ts';

/** The annotations of ingress-nginx, which Traefik 3.7 and newer reads too. */
export const PREFIX = 'nginx.ingress.kubernetes.io/';
export const REWRITE = `${PREFIX}rewrite-target`;
export const REGEX = `${PREFIX}use-regex`;
/** Further hosts of an Ingress. A router drops those that are the host of a rule of any Ingress. */
export const ALIASES = `${PREFIX}server-alias`;

/** The capture that a stripped path is rewritten to. */
export const STRIP_TO = '/$2';

/** Makes the router answer every request with 403. Of the two names for the list, ingress-nginx prefers the second. */
export const CLOSED: Readonly<Record<string, string>> = {
  [`${PREFIX}whitelist-source-range`]: NOBODY,
  [`${PREFIX}allowlist-source-range`]: NOBODY,
};

/** Ends of keys that say what of a request the application gets. */
export const REWRITING = /^(rewrite-target|use-regex)$/;

/**
 * Ends of keys that a preview must not copy from the live route: what rewrites or redirects, or makes a canary. What mirrors requests of visitors elsewhere must not get those of tests, and a cookie of the preview must not take the
 * place of the live one: to ingress-nginx, two Ingresses that name one Service even have one cookie.
 */
export const NOT_INHERITED = new RegExp(
  `^(${[
    'rewrite-target|use-regex|canary(-.*)?|app-root',
    'from-to-www-redirect|(permanent|temporal)-redirect(-code)?',
    'mirror-.*',
    'affinity(-.*)?|session-cookie-.*',
  ].join('|')})$`,
);
