import { describe, expect, test } from 'vitest';
import type { AdaptedRoute } from '../../../src/routes/adapter.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import type { Ingress } from '../../../src/routes/ingress/object.ts';
import { pathsOf } from '../../../src/routes/ingress/paths.ts';
import { isUnlabelledParking } from '../../../src/routes/own.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import { readSituation } from '../../../src/state/read-situation.ts';
import { namedBy, routeTo } from '../../../src/state/route-references.ts';
import { holdParking, planParking, stopNaming, unparked } from '../../../src/steps/own-routes/parking.ts';
import { lookAtParking } from '../../../src/steps/own-routes/parking-look.ts';
import { json } from '../../cluster/server.ts';
import { side } from '../../core/support.ts';
import {
  counterparts,
  httpRouteTo,
  ingress,
  type Looking,
  look,
  preview,
  situation,
  stackService,
} from '../../state/app.ts';

/** When parking is written, and what it keeps. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const GREEN = side('web-v2');
const NOTHING_LESS = { less: [], previews: [] };

describe('parking', () => {
  const closed = (...services: string[]) =>
    ingress('greenpath-web-parking', {
      paths: Object.fromEntries(services.map((name, index) => [`/${String(index).repeat(32)}`, name])),
      metadata: { labels: { 'greenpath.dev/app': 'web' }, generation: 1 },
    });
  const parked = (...services: string[]) => ({ ...LIVE, ingresses: [ingress(), closed(...services)] });

  test('keeps the path of each Service that it names already', async () => {
    const looking = await look();
    const { config } = looking.run.inputs;
    const { routes } = planParking(looking.run, situation(looking, parked('web-v1')), [GREEN], config, NOTHING_LESS);
    expect(routes.flatMap(({ paths }) => paths).map(({ path, service }) => [path, service])).toEqual([
      [`/${'0'.repeat(32)}`, 'web-v1'],
      [expect.stringMatching(/^\/[0-9a-f]{32}$/), 'web-v2'],
    ]);
  });

  test.each([
    ['an Ingress', ingress()],
    ['an Ingress of Contour', ingress('web', { spec: { ingressClassName: 'contour' } })],
  ])('beside %s keeps its paths to itself: what is written shows none of them', async (_, live) => {
    const looking = await look({}, json(200, closed('web-v1')));
    const { run } = looking;
    await holdParking(run, situation(looking, { ...LIVE, ingresses: [live] }), GREEN, run.inputs.config);
    const paths = pathsOf(looking.asked[0]?.body as never).map(({ path }) => path);
    const [{ diff } = { diff: '' }] = run.report.close().changes;
    expect(diff).toContain('path: /***');
    for (const path of paths) expect(diff + looking.told()).not.toContain(path.slice(1));
    expect(run.report.masked(`"GET ${paths[0]}?a=b"`)).toBe('"GET /***?a=b"');
  });

  test('that names both sides is left alone before a switch', async () => {
    const looking = await look();
    const found = situation(looking, parked('web-v1', 'web-v2'));
    expect(await holdParking(looking.run, found, GREEN, looking.run.inputs.config)).toBe(false);
    expect(looking.asked).toEqual([]);
    expect(unparked(situation(looking, LIVE), GREEN)).toEqual(['web-v1', 'web-v2']);
  });

  test('that somebody deleted is applied again, and nobody claims that it is closed', async () => {
    const looking = await look({}, json(200, closed('web-v1')));
    expect(await holdParking(looking.run, situation(looking, LIVE), GREEN, looking.run.inputs.config)).toBe(true);
    expect(looking.asked[0]).toMatchObject({ method: 'PATCH', query: { fieldManager: 'greenpath' } });
    expect(looking.told()).toContain(
      'did not name web-v1, web-v2 where the live route is served; it was applied again, and it is not checked yet',
    );
  });

  test('that cannot be closed names the next version before a switch, if its preview is gone', async () => {
    const looking = await look({}, json(200, closed('web-v1')));
    const live = ingress('web', { spec: { ingressClassName: 'contour' } });
    const found = situation(looking, { ...LIVE, ingresses: [live] });
    await holdParking(looking.run, found, GREEN, looking.run.inputs.config);
    expect(pathsOf(looking.asked[0]?.body as never).map(({ service }) => service)).toEqual(['web-v1', 'web-v2']);
  });

  test('loses the Services of a stack that goes, and goes with the last one', async () => {
    const looking = await look({}, json(200, closed('web-v1')));
    const { config } = looking.run.inputs;
    await stopNaming(looking.run, situation(looking, parked('web-v1', 'web-v2')), ['web-v2'], config);
    expect(pathsOf(looking.asked[0]?.body as never).map(({ service }) => service)).toEqual(['web-v1']);
    const first = situation(looking, { ingresses: [closed('web-v2')], services: [V2] }, undefined, [
      ingress('web', { paths: { '/': 'web' } }),
    ]);
    await stopNaming(looking.run, first, ['web-v2'], config);
    expect(looking.asked[1]?.method).toBe('DELETE');
    await stopNaming(looking.run, situation(looking, parked('web-v1')), ['web-v9'], config);
    expect(looking.asked).toHaveLength(2);
  });
});

describe('a switch after the live route was attached to another router', () => {
  const NAMES = ['web-v1', 'web-v2'];
  const otherClass = { spec: { ingressClassName: 'internal' } };
  const labels = { 'greenpath.dev/app': 'web' };
  const parkedAt = (ingressClassName: string) => {
    const paths = { [`/${'1'.repeat(32)}`]: 'web-v1', [`/${'2'.repeat(32)}`]: 'web-v2' };
    return ingress('greenpath-web-parking', { paths, metadata: { labels }, spec: { ingressClassName } });
  };
  const withoutClass = ({ spec: { ingressClassName: _, ...spec }, ...object }: Ingress): Ingress => ({
    ...object,
    spec,
  });
  const found = (looking: Looking, live: Ingress, ...others: Ingress[]) =>
    situation(looking, { ...LIVE, ingresses: [live, ...others] });

  test('finds no parking at the new class of an Ingress, and applies it there', async () => {
    const looking = await look({ config: 'router: nginx' }, json(200, parkedAt('internal')));
    const moved = found(looking, ingress('web', otherClass), parkedAt('nginx'));
    expect(unparked(moved, GREEN)).toEqual(NAMES);
    await holdParking(looking.run, moved, GREEN, looking.run.inputs.config);
    expect(looking.asked.map(({ body }) => body)).toMatchObject([otherClass]);
    expect(unparked(found(looking, ingress('web', otherClass), parkedAt('internal')), GREEN)).toEqual([]);
  });

  test('counts parking that got the default class beside an Ingress without one', async () => {
    const looking = await look({ config: 'router: nginx' });
    expect(unparked(found(looking, withoutClass(ingress()), parkedAt('nginx')), GREEN)).toEqual([]);
    expect(unparked(found(looking, ingress(), withoutClass(parkedAt('nginx'))), GREEN)).toEqual(NAMES);
  });

  test('does not count a canary that is at the old one, and parks its Service', async () => {
    const looking = await look({ config: 'router: nginx' }, json(200, parkedAt('internal')));
    const annotations = { 'nginx.ingress.kubernetes.io/canary': 'true' };
    const canary = { ...preview('v2'), metadata: { ...preview('v2').metadata, annotations } };
    expect(unparked(found(looking, ingress(), canary), GREEN)).toEqual(['web-v1']);
    const moved = found(looking, ingress('web', otherClass), canary);
    expect(unparked(moved, GREEN)).toEqual(NAMES);
    await holdParking(looking.run, moved, GREEN, looking.run.inputs.config);
    expect(pathsOf(looking.asked[0]?.body as never).map(({ service }) => service)).toEqual(NAMES);
  });

  test('finds no parking at the second Gateway of an HTTPRoute', async () => {
    const looking = await look({ route: 'httproute/web' });
    const live = httpRouteTo('web-v1');
    const inside = (...routes: HttpRoute[]) => {
      const allRoutes = routes.map((one) => routeOf(httpRoute, one)) as AdaptedRoute[];
      const basis = { counterparts: counterparts('v2'), config: looking.run.inputs.config };
      return readSituation(looking.run, { allRoutes, services: [V1, V2], slices: [] }, basis);
    };
    const { objects } = planParking(looking.run, inside(live), [GREEN], looking.run.inputs.config, NOTHING_LESS);
    const parking = objects as HttpRoute[];
    expect(unparked(inside(live, ...parking), GREEN)).toEqual([]);
    const both = { ...live, spec: { ...live.spec, parentRefs: [{ name: 'public' }, { name: 'contour' }] } };
    expect(unparked(inside(both, ...parking), GREEN)).toEqual(NAMES);
  });
});

describe('parking whose label somebody removed', () => {
  const bare = ingress('greenpath-web-parking', { host: 'web.shop.greenpath.invalid', paths: { '/1': 'web-v2' } });
  const found = async () => {
    const looking = await look({}, json(200, bare));
    return { looking, state: situation(looking, { ...LIVE, ingresses: [ingress(), bare] }) };
  };

  test('is not looked at, and that is said', async () => {
    const { looking, state } = await found();
    const standing = { parking: [], since: 0, config: looking.run.inputs.config };
    await lookAtParking(looking.run, state, counterparts('v2'), standing);
    expect(looking.told()).toContain(
      'Ingress greenpath-web-parking lost its label greenpath.dev/app, so it was not checked whether parking is closed to everybody; deploy-green restores the label',
    );
  });

  test('gets it again with the next candidate', async () => {
    const { looking, state } = await found();
    const { objects } = planParking(looking.run, state, [GREEN], looking.run.inputs.config, NOTHING_LESS);
    expect(objects.map(({ metadata: { name, labels } }) => ({ name, labels }))).toEqual([
      { name: 'greenpath-web-parking', labels: expect.objectContaining({ 'greenpath.dev/app': 'web' }) },
    ]);
  });

  test('is no route of somebody else that would keep a stack', async () => {
    const { state } = await found();
    expect(routeTo(state, ['web-v2'])).toBeUndefined();
    expect(namedBy(state, 'web-v2')).toBeUndefined();
  });

  test('is not what another app has under that name', () => {
    const labels = { 'greenpath.dev/app': 'shop-parking' };
    expect(isUnlabelledParking(ingress('greenpath-shop-parking', { metadata: { labels } }), 'shop')).toBe(false);
    expect(isUnlabelledParking(ingress('greenpath-shop-parking'), 'shop')).toBe(true);
    expect(isUnlabelledParking(bare, 'shop')).toBe(false);
  });
});
