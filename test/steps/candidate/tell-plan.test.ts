import { expect, test } from 'vitest';
import { tellPlan } from '../../../src/steps/candidate/tell-plan.ts';
import { planOwnRoutes } from '../../../src/steps/own-routes/own-routes.ts';
import { side } from '../../core/support.ts';
import { ingress, look, situation, stackService } from '../../state/app.ts';

test('a dry run names the previews of an earlier run that would be deleted', async () => {
  const looking = await look({ 'dry-run': 'true', config: 'preview: {host: green.shop.test}' });
  const own = ['greenpath-web', 'greenpath-web.2'].map((name) =>
    ingress(name, {
      paths: { '/green': 'web-v2' },
      metadata: { labels: { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v2' } },
    }),
  );
  const found = situation(looking, {
    ingresses: [ingress(), ...own],
    services: [stackService('v1'), stackService('v2')],
  });
  const routes = planOwnRoutes(looking.run, found, [side('web-v2')]);
  const green = { url: 'http://green.shop.test/', service: 'web-v2', revision: 'v2' };
  tellPlan(looking.run, { tried: new Map(), writes: { shared: [], routes }, green, situation: found });
  expect(looking.told().match(/delete.*/g)).toEqual([expect.stringContaining('Ingress greenpath-web.2')]);
  expect(looking.asked).toEqual([]);
});
