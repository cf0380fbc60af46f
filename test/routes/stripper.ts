import { parkingBeside } from '../../src/routes/ingress/parking.ts';
import { previewsBeside } from '../../src/routes/ingress/preview.ts';
import type { IngressRouter } from '../../src/routes/ingress/router.ts';

const PREFIX = 'stripper.example.com/';

/** The smallest router of Ingresses, for tests of the port: it strips prefixes by an annotation of its own. */
export const stripper: IngressRouter = {
  name: 'stripper',
  known: 'is the stripper',
  settleTime: 1_000,
  isPreview: () => false,
  previews: (request) =>
    previewsBeside(request, {
      annotations: { of: 'the stripper', prefix: PREFIX, notInherited: /^strip-prefix$/ },
      strip: (prefix) => ({ [`${PREFIX}strip-prefix`]: prefix }),
      pathType: 'Prefix',
      mirror: (_, prefix, { path }) => prefix + path,
    }),
  parking: (request) => parkingBeside(request, { [`${PREFIX}deny`]: 'all' }),
  canaries: () => [],
  cause: () => undefined,
  advice: { open: 'Let the stripper serve the live Ingress.', tls: 'add the host to spec.tls of the Ingress' },
};
