import { GreenpathError } from '../../core/base/error.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { annotation, type KubeObject, LABEL_APP, nameOf } from '../../core/kube/objects.ts';
import { parkingName } from '../own.ts';
import { counterpartIn } from '../patch.ts';
import type { OwnRoutes, ParkingRequest, PreviewRequest } from '../requests.ts';
import { causeBy } from './causes.ts';
import { NOBODY } from './closed.ts';
import type { IngressRouter } from './ingress-router.ts';
import type { Ingress } from './object.ts';
import { parkingBeside } from './parking.ts';
import type { LiveIngress } from './paths.ts';
import { previewsBeside, type Stripping } from './preview.ts';

const PREFIX = 'nginx.org/';
const TYPE = `${PREFIX}mergeable-ingress-type`;
const POLICIES = `${PREFIX}policies`;

const STRIPPING: Omit<Stripping, 'strip'> = {
  annotations: {
    of: "F5's NGINX Ingress Controller",
    prefix: PREFIX,
    notInherited: /^(rewrites|rewrite-target|app-root)$/,
  },
  pathType: () => 'Prefix',
  // NGINX strips what the path says: with the slash at its end, /greenish stays live, and /green is redirected to it.
  mirror: (_, prefix) => `${prefix}/`,
  refuse: refuseUnmirrored,
  refuseAtHost: refuseMinion,
};

/**
 * F5's NGINX Ingress Controller, from its documentation:
 * https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/. Its class is `nginx` by default, as
 * that of ingress-nginx, so that only its controller or the config names it.
 */
export const f5: IngressRouter = {
  name: 'f5',
  known: "is F5's NGINX Ingress Controller (annotations nginx.org/…)",
  classes: [],
  controllers: /^nginx\.org\/ingress-controller$/,
  companions: [{ kind: KIND.Policy, needs: (own, name) => annotation(own, POLICIES) === name }],
  untried: "F5's NGINX Ingress Controller",
  settleTime: 5_000,
  isPreview: () => false,
  previews,
  parking: parkingOf,
  canaries: () => [],
  cause: causeBy(PREFIX, {
    login: { 'basic-auth-secret': 'basic auth', policies: 'a policy' },
    client: { policies: 'a policy', 'limit-req-rate': 'a rate limit' },
    tls: { 'redirect-to-https': 'a rule that requires TLS', 'ssl-redirect': 'a rule that requires TLS' },
    redirect: { 'app-root': 'a redirect of / to another path' },
  }),
  advice: {
    open: "Use a version of F5's NGINX Ingress Controller that reads the annotation nginx.org/policies.",
    tls: 'add the host to spec.tls of the Ingress (the master, if there is one)',
  },
};

function previews(request: PreviewRequest<Ingress>): OwnRoutes[] {
  const services = new Set(
    request.routes.flatMap(({ rules }) => rules.map((rule) => counterpartIn(request.candidate, rule))),
  );
  const rewrites = [...services].map((service) => `serviceName=${service} rewrite=/`).join(';');
  return previewsBeside(request, { ...STRIPPING, strip: () => ({ [`${PREFIX}rewrites`]: rewrites }) });
}

function parkingOf(request: ParkingRequest<Ingress>): KubeObject[] {
  const { app, namespace } = request;
  const name = parkingName(app);
  const ingresses = parkingBeside(request, { [POLICIES]: name });
  const { apiVersion, kind } = KIND.Policy;
  const metadata = { name, namespace, labels: { [LABEL_APP]: app } };
  const closed = { apiVersion, kind, metadata, spec: { accessControl: { allow: [NOBODY] } } };
  return ingresses.length === 0 ? [] : [closed, ...ingresses];
}

/** The rewriting of this controller names Services, and what a master says of a host is not known here. */
function refuseMinion({ ingress }: LiveIngress): void {
  const key = [TYPE, `${PREFIX}rewrites`].find((one) => annotation(ingress, one) !== undefined);
  if (key === undefined) return;
  throw new GreenpathError(
    'route',
    `${nameOf(ingress)} has the annotation ${key}, which an Ingress at another host cannot have`,
    `Write the host, its TLS and its policies in ${nameOf(ingress)} itself, without a master and without rewrites.`,
  );
}

/** This controller gives a host to one Ingress only, unless it is a master and the others are its minions. */
function refuseUnmirrored({ ingress, live }: LiveIngress): void {
  if (annotation(ingress, TYPE) !== 'minion')
    throw new GreenpathError(
      'route',
      `${nameOf(ingress)} is no minion, and F5's NGINX Ingress Controller ignores a second Ingress of the same host`,
      `Make an Ingress with the host and ${TYPE}: master, and annotate ${nameOf(ingress)} ${TYPE}: minion.`,
    );
  const other = live.find(({ path, match }) => path !== '/' || match === 'exact');
  if (other === undefined) return;
  throw new GreenpathError(
    'route',
    `${nameOf(ingress)} has the path ${other.text}, and below a preview path only / can be rewritten for one Service`,
    'Write the path / of type Prefix in that Ingress, and let the application serve what is below it.',
  );
}
