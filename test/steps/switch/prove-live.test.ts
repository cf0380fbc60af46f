import { expect, test } from 'vitest';
import { versionProbeFor } from '../../../src/core/checks/version-probe.ts';
import { gateway } from '../../../src/routes/httproute/router.ts';
import type { Situation } from '../../../src/state/situation.ts';
import { proveLive } from '../../../src/steps/switch/switch.ts';
import { as, Backend } from '../../proof/backend.ts';
import { fixed } from '../../proof/fixed.ts';
import { ingress, look, situation, stackService } from '../../state/app.ts';

/** How long the live URLs are asked, on a router that may need far longer than it usually does. */

const LONGEST = 1_000;
const router = { ...gateway, settleTimeOf: () => 0, longestSettleTimeOf: () => LONGEST };

test('answers that do not show their version prove nothing before the router can have applied the switch', async () => {
  const backend = await Backend.start(as('v2'));
  const looking = await look();
  const read = situation(looking, { ingresses: [ingress()], services: [stackService('v1')] });
  const routes = read.routes.map((route) => ({ ...route, router })) as unknown as Situation['routes'];
  const { config } = looking.run.inputs;
  const hasty = { ...config, proof: { answers: 1, within: 10_000 } } as typeof config;
  const since = performance.now();
  const { proof } = await proveLive(
    looking.run,
    hasty,
    { situation: { ...read, routes }, endpoints: fixed(backend.front) },
    { revision: 'v2', versionProbe: versionProbeFor(hasty, 'v2'), since },
  );
  expect(proof).toBe('none');
  expect(performance.now() - since).toBeGreaterThanOrEqual(LONGEST);
});
