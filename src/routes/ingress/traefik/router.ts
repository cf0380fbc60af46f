import { canonical } from '../../../core/base/json.ts';
import type { Refusal } from '../../../core/checks/refusal.ts';
import { KIND } from '../../../core/kube/kinds.ts';
import { annotation, type KubeObject, nameOf } from '../../../core/kube/objects.ts';
import { parkingName } from '../../own.ts';
import type { ParkingRequest } from '../../requests.ts';
import { SETTLE_TIMES } from '../../settle-times.ts';
import { NOBODY } from '../closed.ts';
import type { IngressRouter } from '../ingress-router.ts';
import type { Ingress } from '../object.ts';
import { parkingBeside } from '../parking.ts';
import { isNoteOf, needsIngressRoute } from './by-header.ts';
import { MIDDLEWARES, middleware, needsMiddleware, referenceTo } from './middlewares.ts';
import { previews } from './preview.ts';
import { ENTRY_POINTS, TLS } from './rules.ts';

/**
 * Traefik's own Ingress provider, which reads none of the annotations of ingress-nginx.
 */
export const traefik: IngressRouter = {
  name: 'traefik',
  known: "is Traefik's own provider for Ingresses, with its provider for CRDs beside it",
  classes: ['traefik'],
  controllers: /^traefik\.io\/ingress-controller$/,
  companions: [
    { kind: KIND.Middleware, needs: needsMiddleware },
    { kind: KIND.IngressRoute, needs: needsIngressRoute },
  ],
  asksFor: isNoteOf,
  settleTime: SETTLE_TIMES.traefik,
  isPreview: () => false,
  previews,
  parking: parkingOf,
  canaries: () => [],
  cause: causeIn,
  advice: {
    open: "Switch Traefik's provider for CRDs on (providers.kubernetesCRD), which reads the Middlewares of preview and parking; or set `router: nginx` in the config if its provider for ingress-nginx serves the live Ingress.",
    tls: 'add the host to spec.tls of the Ingress, and the annotation traefik.ingress.kubernetes.io/router.tls: "true"',
  },
};

function parkingOf(request: ParkingRequest<Ingress>): KubeObject[] {
  const { app, namespace } = request;
  const name = parkingName(app);
  const annotations = { ...entranceOf(request), ...request.annotations };
  const ingresses = parkingBeside({ ...request, annotations }, { [MIDDLEWARES]: referenceTo(namespace, name) });
  const closed = middleware(app, namespace, name, { ipAllowList: { sourceRange: [NOBODY] } });
  return ingresses.length === 0 ? [] : [closed, ...ingresses];
}

/**
 * What says on all live Ingresses at which entry points they are served, and that it is by TLS: parking is asked where
 * they are. No certificate resolver is named, since none has a certificate for parking's host.
 */
function entranceOf({ routes }: ParkingRequest<Ingress>): Record<string, string> {
  const all = routes.map(({ object }) =>
    Object.fromEntries(
      [ENTRY_POINTS, TLS].flatMap((key) => {
        const value = annotation(object, key);
        return value === undefined ? [] : [[key, value]];
      }),
    ),
  );
  const [first = {}, ...rest] = all;
  return rest.every((one) => canonical(one) === canonical(first)) ? first : {};
}

/** A Middleware may do anything, and only its name is known here. */
function causeIn(route: Ingress, _: Refusal, added: Readonly<Record<string, string>>): string | undefined {
  const names = { ...route.metadata.annotations, ...added }[MIDDLEWARES] ?? '';
  return names === '' ? undefined : `a Middleware (${names} in ${MIDDLEWARES} of ${nameOf(route)})`;
}
