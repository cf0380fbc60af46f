import { describe, expect, test } from 'vitest';
import type { AdaptedRoute } from '../../../src/routes/adapter.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import { readSituation } from '../../../src/state/read-situation.ts';
import { planOwnRoutes } from '../../../src/steps/own-routes/own-routes.ts';
import { side, thrownBy } from '../../core/support.ts';
import { counterparts, httpRouteTo, ingress, look, situation, stackService } from '../../state/app.ts';

/** A router that only the name of a class suggests, where nothing is asked that would show it. */

const SERVICES = [stackService('v1'), stackService('v2')];
const GREEN = side('web-v2');

/** Plans what is written beside an Ingress of a class, with this config. */
async function planning(className: string, config: string) {
  const looking = await look({ config });
  const found = situation(looking, {
    ingresses: [ingress('web', { spec: { ingressClassName: className } })],
    services: SERVICES,
  });
  return () => planOwnRoutes(looking.run, found, [GREEN]);
}

describe('with proof: off', () => {
  test.each([
    ['nginx', 'preview: {path: /green}'],
    ['nginx', 'preview: {host: "green.{host}"}'],
    ['contour', 'preview: {host: "green.{host}"}'],
  ])('nothing is written by the name of the class %s, with %s', async (className, preview) => {
    expect(thrownBy(await planning(className, `${preview}\nproof: off`))).toMatchObject({
      code: 'route',
      message: expect.stringMatching(
        new RegExp(
          `^only the name of its class suggests that Ingress web is served by the router ${className}, and with`,
        ),
      ),
      next: expect.stringMatching(/or set `router` in the config\.$/),
    });
  });

  test('the config may name the router', async () => {
    expect(await planning('nginx', 'preview: {path: /green}\nproof: off\nrouter: nginx')).not.toThrow();
  });

  test('an HTTPRoute needs no name', async () => {
    const looking = await look({ config: 'proof: off', route: 'httproute/web' });
    const allRoutes = [routeOf(httpRoute, httpRouteTo('web-v1'))] as AdaptedRoute[];
    const basis = { counterparts: counterparts('v2'), config: looking.run.inputs.config };
    const found = readSituation(looking.run, { allRoutes, services: SERVICES, slices: [] }, basis);
    expect(() => planOwnRoutes(looking.run, found, [GREEN])).not.toThrow();
  });
});

test('with a proof, parking will be asked, so a name is enough to begin', async () => {
  expect(await planning('nginx', 'preview: {path: /green}')).not.toThrow();
});
