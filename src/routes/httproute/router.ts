import type { Router } from '../router.ts';
import { SETTLE_TIMES } from '../settle-times.ts';
import { causeIn } from './causes.ts';
import { longestSettleTimeOf, settleTimeOf, untriedOf } from './implementations.ts';
import type { HttpRoute } from './object.ts';
import { parkingBeside } from './parking.ts';
import { previews } from './preview.ts';

/** Every implementation of Gateway API: the standard says how routes match and rewrite. They differ in their delay. */
export const gateway: Router<HttpRoute> = {
  name: 'gateway',
  settleTime: SETTLE_TIMES.slowest,
  settleTimeOf,
  longestSettleTimeOf,
  untriedOf,
  isPreview: () => false,
  previews,
  parking: parkingBeside,
  canaries: () => [],
  cause: causeIn,
  advice: {
    open: 'Let an implementation of Gateway API serve the live HTTPRoute that matches headers, as the standard requires.',
    byName:
      'a policy of the implementation, such as a SecurityPolicy or an AuthorizationPolicy. Let such a policy name the Gateway, or the preview too (docs/routers.md)',
    tls: 'give that address in addresses, such as https://203.0.113.7:443, or let Greenpath read the Gateway (docs/role.yaml has the rule as a comment): its listeners have the certificates',
  },
};
