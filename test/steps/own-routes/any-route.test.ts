import { describe, expect, test } from 'vitest';
import { kindOf } from '../../../src/core/kube/identity.ts';
import { type KubeObject, nameOf } from '../../../src/core/kube/objects.ts';
import { refOf } from '../../../src/core/release/route.ts';
import type { AdaptedRoute, RouteAdapter } from '../../../src/routes/adapter.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import { previewedServices } from '../../../src/state/preview-state.ts';
import { readSituation } from '../../../src/state/read-situation.ts';
import { longestSettleTimeOf, settleTimeOf } from '../../../src/state/routers.ts';
import { dropPreviewOf, ownObjects, planOwnRoutes, writeOwnRoutes } from '../../../src/steps/own-routes/own-routes.ts';
import { stopNaming, unparked } from '../../../src/steps/own-routes/parking.ts';
import { switchRoutes } from '../../../src/steps/switch/switch.ts';
import { type Answering, json } from '../../cluster/server.ts';
import { side } from '../../core/support.ts';
import { applyPatch } from '../../routes/ingresses.ts';
import { SAMPLES, type Sample } from '../../routes/samples.ts';
import { counterparts, look, stackService } from '../../state/app.ts';

/** State and steps work on a route of any kind, by the requests that this kind needs. */

const GREEN = side('web-v2');
const SERVICES = [stackService('v1'), stackService('v2')];

/** The app behind a route, with what else is there; what is written is answered as the server has it then. */
async function appBehind(sample: Sample, ...own: KubeObject[]) {
  const { adapter, object, config } = sample;
  const gone: string[] = [];
  const answer: Answering = (response, asked, count) => {
    const { apiVersion, kind, resource } = adapter.resource;
    if (asked.path === `/apis/${apiVersion}`)
      return json(200, { resources: [{ name: resource, kind, namespaced: true }] })(response, asked, count);
    const isOf = (one: KubeObject) => asked.path.includes(`/${kindOf(one)?.resource}`);
    if (asked.method === 'DELETE') gone.push(asked.path);
    const isGone = (one: KubeObject) =>
      gone.some((path) => path.endsWith(`/${kindOf(one)?.resource}/${one.metadata.name}`));
    const items = [object, ...own].filter((one) => isOf(one) && !isGone(one));
    if (asked.method === 'GET') return json(200, { items })(response, asked, count);
    const isPatch = asked.headers['content-type'] === 'application/json-patch+json';
    return json(200, isPatch ? applyPatch(object, asked.body as []) : (asked.body ?? {}))(response, asked, count);
  };
  const looking = await look(config === undefined ? {} : { config: JSON.stringify(config) }, answer);
  const run = { ...looking.run, inputs: { ...looking.run.inputs, routes: [refOf(object)] } };
  const allRoutes = [object, ...own.filter(({ kind }) => kind === object.kind)].map((one) => routeOf(adapter, one));
  const namespace = { allRoutes: allRoutes as AdaptedRoute[], services: SERVICES, slices: [] };
  const found = readSituation(run, namespace, { counterparts: counterparts('v2'), config: run.inputs.config });
  const writes = () =>
    looking.asked.flatMap(({ method, path }) =>
      method === 'GET' ? [] : `${method} ${path.replace(/^.*\/namespaces\/shop\//, '')}`,
    );
  return { run, found, writes };
}

describe.each(SAMPLES)('$name', (sample) => {
  const { resource } = sample.adapter.resource;
  const own = async () => {
    const { run, found } = await appBehind(sample);
    return ownObjects(planOwnRoutes(run, found, [GREEN]));
  };
  const named = (objects: readonly KubeObject[]) =>
    objects.map((object) => `${kindOf(object)?.resource}/${object.metadata.name}`);

  test('is live, and shows the candidate once its preview stands', async () => {
    const { run, found } = await appBehind(sample);
    expect(found).toMatchObject({ revision: 'v1', drifted: [], reverted: undefined });
    const [planned] = planOwnRoutes(run, found, [GREEN]).previews;
    const object = applyPatch(sample.object, planned?.own.patch ?? []);
    const after = await appBehind({ ...sample, object }, ...(await own()));
    expect(previewedServices(after.found)).toEqual(['web-v2']);
    expect(unparked(after.found, GREEN)).toEqual([]);
  });

  test('is switched by one patch of its own kind', async () => {
    const { run, found, writes } = await appBehind(sample);
    const switched = await switchRoutes(run, found, GREEN, { previous: 'v1' }, {});
    expect(writes()).toEqual([`PATCH ${resource}/web`]);
    expect(switched?.routes.flatMap(({ paths }) => paths.map(({ service }) => service))).not.toContain('web-v1');
  });

  test('gets preview and parking, and nothing else', async () => {
    const { run, found, writes } = await appBehind(sample);
    const plan = planOwnRoutes(run, found, [GREEN]);
    await writeOwnRoutes(run, found, plan, new Map(), async () => undefined);
    const inside = plan.previews.some((preview) => preview.own.patch.length > 0) ? [`${resource}/web`] : [];
    const expected = [...named(ownObjects(plan)), ...inside].map((place) => `PATCH ${place}`);
    expect(writes().toSorted()).toEqual(expected.toSorted());
  });

  test('loses them again with the candidate', async () => {
    const { run, found } = await appBehind(sample);
    const plan = planOwnRoutes(run, found, [GREEN]);
    const object = applyPatch(sample.object, plan.previews[0]?.own.patch ?? []);
    const after = await appBehind({ ...sample, object }, ...ownObjects(plan));
    await dropPreviewOf(after.run, after.found, ['web-v2']);
    const previews = plan.previews.flatMap((preview) => named(preview.own.objects));
    const inside = previews.length === 0 ? [`PATCH ${resource}/web`] : [];
    const expected = [...previews.map((place) => `DELETE ${place}`), ...inside];
    expect(after.writes().toSorted()).toEqual(expected.toSorted());
    await stopNaming(after.run, after.found, ['web-v1', 'web-v2'], after.run.inputs.config);
    const parking = named(plan.parking.objects).map((place) => `DELETE ${place}`);
    expect(
      after
        .writes()
        .slice(after.writes().length - parking.length)
        .toSorted(),
    ).toEqual(parking.toSorted());
  });
});

test('an app has routes of two kinds: each has its preview, its parking and its patch, also of one name', async () => {
  const samples = SAMPLES.filter(
    ({ adapter }, index, all) => all.findIndex((one) => one.adapter.resource.kind === adapter.resource.kind) === index,
  );
  const resources = samples.map(({ adapter }) => adapter.resource.resource);
  expect(resources).toEqual(['ingresses', 'httproutes']);
  const looking = await look({}, (response, asked, count) => {
    const sample = samples.find(({ adapter }) => asked.path.includes(`/${adapter.resource.resource}/`));
    return json(200, applyPatch(sample?.object ?? {}, asked.body as []))(response, asked, count);
  });
  const run = { ...looking.run, inputs: { ...looking.run.inputs, routes: samples.map(({ object }) => refOf(object)) } };
  const allRoutes = samples.map(({ adapter, object }) => routeOf(adapter, object));
  const namespace = { allRoutes, services: SERVICES, slices: [] };
  const found = readSituation(run, namespace, { counterparts: counterparts('v2'), config: run.inputs.config });
  expect(found).toMatchObject({ revision: 'v1' });
  const { config } = run.inputs;
  expect([settleTimeOf(config, found), longestSettleTimeOf(config, found)]).toEqual([4_500, 4_500]);
  const set = { ...config, proof: { ...(config.proof as object), settle: 100 } } as typeof config;
  expect([settleTimeOf(set, found), longestSettleTimeOf(set, found)]).toEqual([100, 100]);
  const { previews, parking } = planOwnRoutes(run, found, [GREEN]);
  expect(previews.flatMap(({ own }) => own.objects.map(nameOf))).toEqual([
    'Ingress greenpath-web.web',
    'HTTPRoute greenpath-web.web',
  ]);
  expect(new Set(parking.objects.map(({ kind }) => kind))).toEqual(new Set(['Ingress', 'HTTPRoute']));
  // Each router must know the Services: parking of the one kind is none of the other.
  const parked = parking.objects
    .filter(({ kind }) => kind === 'Ingress')
    .map((object) => routeOf(samples[0]?.adapter as RouteAdapter, object));
  expect(unparked({ ...found, allRoutes: [...allRoutes, ...parked] }, GREEN)).toEqual(['web-v1', 'web-v2']);
  await switchRoutes(run, found, GREEN, { previous: 'v1' }, {});
  expect(looking.asked.map(({ method, path }) => [method, path.split('/').slice(-2).join('/')])).toEqual([
    ['PATCH', 'ingresses/web'],
    ['PATCH', 'httproutes/web'],
  ]);
});
