import { GreenpathError } from '../../core/base/error.ts';
import { annotation, type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { parkingToken } from '../own.ts';
import type { ParkingRequest } from '../requests.ts';
import { causeBy } from './causes.ts';
import type { IngressRouter } from './ingress-router.ts';
import type { Ingress } from './object.ts';
import { parkingBeside } from './parking.ts';
import type { LiveIngress } from './paths.ts';
import { previewsBeside, type Stripping } from './preview.ts';

const PREFIX = 'konghq.com/';
const STRIP = `${PREFIX}strip-path`;
/** The end of the name hides the value in texts. */
const KEY = `${PREFIX}headers.x-greenpath-parking-token`;

const STRIPPING: Stripping = {
  annotations: {
    of: 'Kong',
    prefix: PREFIX,
    notInherited: /^(strip-path|rewrite|path|regex-priority|override)$/,
    aliases: `${PREFIX}host-aliases`,
    rewriting: /^(strip-path|rewrite|path|regex-priority|override)$/,
  },
  // Kong strips the whole path that matched: of the mirror of /, only the prefix.
  strip: () => ({ [STRIP]: 'true' }),
  pathType: ({ pathType }) => pathType,
  mirror: (_, prefix, { path }) => prefix + path,
  refuse: refuseUnmirrored,
};

/**
 * Kong's Ingress Controller, from its documentation:
 * https://developer.konghq.com/kubernetes-ingress-controller/reference/annotations/. `settleTime`: it applies changes
 * every 3 s.
 */
export const kong: IngressRouter = {
  name: 'kong',
  known: 'is the Ingress Controller of Kong (annotations konghq.com/…)',
  classes: ['kong'],
  controllers: /^ingress-controllers\.konghq\.com\/kong$/,
  untried: 'the Ingress Controller of Kong',
  settleTime: 5_000,
  isPreview: () => false,
  previews: (request) => previewsBeside(request, STRIPPING),
  parking: parkingOf,
  canaries: () => [],
  cause: causeBy(PREFIX, {
    login: { plugins: 'a plugin' },
    client: { plugins: 'a plugin' },
    tls: { protocols: 'a rule that requires TLS' },
    redirect: { plugins: 'a plugin' },
  }),
  advice: {
    open: "Let Kong's Ingress Controller serve the live Ingress.",
    tls: 'add the host to spec.tls of the Ingress',
  },
};

/** Only requests with a header that nobody can guess match; all others get 404. It stays as it is. */
function parkingOf(request: ParkingRequest<Ingress>): KubeObject[] {
  const [known] = request.present.flatMap(({ object }) => annotation(object, KEY) ?? []);
  return parkingBeside(request, { [KEY]: parkingToken(known) });
}

/** Refuses a live path from which Kong would strip more than the prefix. */
function refuseUnmirrored({ ingress, live }: LiveIngress): void {
  const rewritten = [`${PREFIX}rewrite`, `${PREFIX}path`].find((key) => annotation(ingress, key) !== undefined);
  if (rewritten !== undefined)
    throw refusal(`${nameOf(ingress)} rewrites its paths (${rewritten}), which a preview cannot do besides`);
  if (annotation(ingress, STRIP) === 'true') return;
  const longer = live.find(({ path }) => path !== '/');
  if (longer !== undefined)
    throw refusal(
      `${nameOf(ingress)} has the path ${longer.text}, of which Kong would strip everything below the preview path, and not only the prefix`,
    );
}

function refusal(what: string): GreenpathError {
  return new GreenpathError(
    'route',
    what,
    'Write the path / in that Ingress, and let the application serve what is below it.',
  );
}
