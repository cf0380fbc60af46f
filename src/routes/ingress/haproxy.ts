import { GreenpathError } from '../../core/base/error.ts';
import { annotation, nameOf } from '../../core/kube/objects.ts';
import { causeBy } from './causes.ts';
import { NOBODY } from './closed.ts';
import type { IngressRouter } from './ingress-router.ts';
import type { Ingress } from './object.ts';
import { parkingBeside } from './parking.ts';
import { previewsBeside, type Stripping } from './preview.ts';

const PREFIX = 'haproxy.org/';
const REWRITE = `${PREFIX}path-rewrite`;

const STRIPPING: Stripping = {
  annotations: {
    of: 'HAProxy',
    prefix: PREFIX,
    // A cookie of the preview must not take the place of the live one.
    notInherited: /^(path-rewrite|route-acl|request-redirect(-code)?|cookie-persistence(-.*)?)$/,
    rewriting: /^path-rewrite$/,
  },
  // What the expression matches is replaced; the path itself has decided already where the request goes.
  strip: (prefix) => ({ [REWRITE]: `^${prefix}/?(.*)$ /\\1` }),
  pathType: ({ pathType }) => pathType,
  mirror: (_, prefix, { path }) => prefix + path,
  refuse: ({ ingress }) => refuseRewritten(ingress),
};

/**
 * HAProxy's own controller (haproxytech/kubernetes-ingress), from its documentation:
 * https://www.haproxy.com/documentation/kubernetes-ingress/community/configuration-reference/ingress/. `settleTime`: it
 * applies changes every 5 s.
 */
export const haproxy: IngressRouter = {
  name: 'haproxy',
  known: 'is the Ingress Controller of HAProxy Technologies (annotations haproxy.org/…)',
  classes: ['haproxy'],
  controllers: /^haproxy\.org\/ingress-controller(\/.*)?$/,
  untried: 'the Ingress Controller of HAProxy Technologies',
  settleTime: 7_000,
  isPreview: () => false,
  previews: (request) => previewsBeside(request, STRIPPING),
  parking: (request) => parkingBeside(request, { [`${PREFIX}allow-list`]: NOBODY, [`${PREFIX}whitelist`]: NOBODY }),
  canaries: () => [],
  cause: causeBy(PREFIX, {
    login: { 'auth-type': 'basic auth' },
    client: {
      'allow-list': 'an allow-list that this runner is not on',
      whitelist: 'an allow-list that this runner is not on',
      'deny-list': 'a deny-list that this runner is on',
      blacklist: 'a deny-list that this runner is on',
      'rate-limit-requests': 'a rate limit',
    },
    tls: { 'ssl-redirect': 'a rule that requires TLS' },
    redirect: { 'request-redirect': 'a redirect of every path' },
  }),
  advice: {
    open: "Let HAProxy's own controller serve the live Ingress (another one, haproxy-ingress, has the same default class and other annotations: router: other).",
    tls: 'add the host to spec.tls of the Ingress',
  },
};

/** Refuses a live Ingress that rewrites its paths: two rewrites in one Ingress are not documented. */
function refuseRewritten(route: Ingress): void {
  if (annotation(route, REWRITE) === undefined) return;
  throw new GreenpathError(
    'route',
    `${nameOf(route)} rewrites its paths (${REWRITE}), and its preview would have to rewrite them twice`,
    'Let the application serve the paths that visitors request, and remove that annotation.',
  );
}
