import { GreenpathError } from '../../src/core/base/error.ts';
import { annotation, nameOf } from '../../src/core/kube/objects.ts';
import { causeBy } from '../../src/routes/ingress/causes.ts';
import type { IngressRouter } from '../../src/routes/ingress/ingress-router.ts';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import { parkingBeside } from '../../src/routes/ingress/parking.ts';
import type { LiveIngress } from '../../src/routes/ingress/paths.ts';
import { previewsBeside, type Stripping } from '../../src/routes/ingress/preview.ts';

const PREFIX = 'stripper.example.com/';
const STRIP = `${PREFIX}strip-prefix`;

const STRIPPING: Stripping = {
  annotations: { of: 'the stripper', prefix: PREFIX, notInherited: /^strip-prefix$/ },
  strip: (prefix, route) => ({ [STRIP]: prefix + strippedBy(route) }),
  pathType: ({ pathType }) => pathType,
  mirror: (_, prefix, { path }) => prefix + path,
  refuse: refuseUnstripped,
};

/**
 * The smallest router of Ingresses, for tests of the port: it strips one prefix from all paths of an Ingress, by an
 * annotation of its own, and compares paths as their types say.
 */
export const stripper: IngressRouter = {
  name: 'stripper',
  known: 'is the stripper',
  classes: ['stripper'],
  controllers: /^stripper\.example\.com\//,
  settleTime: 1_000,
  isPreview: () => false,
  previews: (request) => previewsBeside(request, STRIPPING),
  parking: (request) => parkingBeside(request, { [`${PREFIX}deny`]: 'all' }),
  canaries: () => [],
  cause: causeBy(PREFIX, {
    login: { 'basic-auth': 'basic auth' },
    client: { 'allow-from': 'an allow-list that this runner is not on', deny: 'a rule that denies everybody' },
  }),
  advice: { open: 'Let the stripper serve the live Ingress.', tls: 'add the host to spec.tls of the Ingress' },
};

/** The prefix that a live Ingress strips itself: its preview must strip both at once. */
function strippedBy(route: Ingress): string {
  return (annotation(route, STRIP) ?? '').replace(/\/$/, '');
}

/** Refuses a live path from which its Ingress strips nothing: the preview can strip only one prefix from all paths. */
function refuseUnstripped({ ingress, live }: LiveIngress): void {
  const stripped = strippedBy(ingress);
  const kept = live.find(({ path }) => path !== stripped && !path.startsWith(`${stripped}/`));
  if (kept === undefined) return;
  throw new GreenpathError(
    'route',
    `${nameOf(ingress)} strips ${stripped}, but not from ${kept.text}, and a preview strips one prefix from all paths`,
    `Move the paths that do not begin with ${stripped} to another Ingress.`,
  );
}
