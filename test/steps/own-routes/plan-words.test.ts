import { expect, test } from 'vitest';
import { planOwnRoutes } from '../../../src/steps/own-routes/own-routes.ts';
import { side } from '../../core/support.ts';
import { ingress, look, situation, stackService } from '../../state/app.ts';

/** What a plan says of the live routes. */

const SERVICES = [stackService('v1'), stackService('v2')];
const KEY = 'nginx.ingress.kubernetes.io/upstream-hash-by';
const hashedBy = (text: string | undefined) => ({
  metadata: { annotations: text === undefined ? {} : { [KEY]: text } },
});

test.each<[string, string | undefined, number]>([
  ['differ', undefined, 1],
  ['agree', '$cookie_sid', 0],
])('live Ingresses that %s in what belongs to their Services', async (_, other, times) => {
  const looking = await look({ route: 'ingress/web, ingress/api', config: 'preview: {matching: regex}' });
  const [web, api] = [hashedBy('$cookie_sid'), hashedBy(other)].map((shape, index) => {
    const name = index === 0 ? 'web' : 'api';
    const live = ingress(name, { host: `${name}.test` });
    return { ...live, metadata: { ...live.metadata, ...shape.metadata } };
  });
  const ingresses = [web, api].flatMap((one) => one ?? []);
  planOwnRoutes(looking.run, situation(looking, { ingresses, services: SERVICES }), [side('web-v2')]);
  const warning =
    /::warning[^\n]*Ingress web and Ingress api differ in nginx\.ingress\.kubernetes\.io\/upstream-hash-by\. /g;
  expect(looking.told().match(warning) ?? []).toHaveLength(times);
});
