import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/core/kube/identity.ts';
import { type KubeObject, LABEL_APP, label, nameOf } from '../../src/core/kube/objects.ts';
import type { RevisionServices } from '../../src/core/kube/revision-services.ts';
import { type RoutePath, refOf, routeInput, routeText, servicesOf } from '../../src/core/release/route.ts';
import { type SwitchNote, switchNoteOf } from '../../src/core/release/switch-note.ts';
import { ROUTERS } from '../../src/routes/ingress/routers.ts';
import { isOwnPreview, isOwnRoute, parkingIn, previewName } from '../../src/routes/own.ts';
import { switchPatch } from '../../src/routes/patch.ts';
import { ADAPTERS, adapterOf, ROUTER_NAMES } from '../../src/routes/registry.ts';
import { type Route, routeOf } from '../../src/routes/route-kind.ts';
import { present } from '../core/support.ts';
import { applyPatch } from './ingresses.ts';
import { FULL, FULL_SAMPLES, liveIn, PROTECTIONS, SAMPLES, type Sample, SIMPLEST } from './samples.ts';

/** What every kind of route and every router must keep, whatever its objects look like: one table for all of them. */

const NOTE: SwitchNote = { live: 'v2', previous: 'v1', at: '2026-05-01T10:00:00Z', run: 'r', phase: 'switched' };
const GREEN: RevisionServices = { revision: 'v2', services: { web: 'web-v2', api: 'api-v2' } };

/** The preview of web-v2, beside what else is there. */
function previewOf(
  sample: Sample,
  object = sample.object,
  beside: readonly Route[] = [],
  matching: 'keep' | 'regex' = 'keep',
) {
  const routes = [liveIn(sample, object)];
  const host = sample.config?.preview?.host;
  const [own] = sample.router.previews({
    app: 'web',
    namespace: 'shop',
    settings: {
      kind: host === undefined ? { by: 'path', path: '/green' } : { by: 'host', host },
      annotations: sample.config?.preview?.annotations ?? {},
      matching,
      overlap: 'refuse',
      unprotected: 'refuse',
    },
    isProven: true,
    isKindOpen: false,
    candidate: GREEN,
    routes,
    all: [...routes, ...beside],
    named: ({ ref }) => previewName('web', ref.name, routes),
  });
  return present(own);
}

function parkingOf(sample: Sample, services: readonly string[], before: readonly Route[] = []): KubeObject[] {
  return sample.router.parking({
    ...{ app: 'web', namespace: 'shop', annotations: sample.config?.parking?.annotations ?? {} },
    parked: services.map((name) => ({ service: name, port: 80 })),
    routes: [routeOf(sample.adapter, sample.object)],
    present: before,
  });
}

/** Those of `objects` that are routes of the kind themselves. */
const routesAmong = ({ adapter }: Sample, objects: readonly KubeObject[]) =>
  objects.filter(({ kind }) => kind === adapter.resource.kind).map((object) => routeOf(adapter, object));

test('the tables have a route of each registered kind, and so every registered router', () => {
  const kinds = ADAPTERS.map(({ resource }) => resource.kind);
  expect(Object.keys(SIMPLEST)).toEqual(kinds);
  expect(Object.keys(FULL)).toEqual(kinds);
});

test('PROTECTIONS in samples.ts says of each registered router which annotation keeps visitors out', () => {
  const names = ADAPTERS.flatMap(({ routers }) => routers.map(({ name }) => name));
  expect(Object.keys(PROTECTIONS).toSorted()).toEqual(names.toSorted());
});

test('the config may name each router of Ingresses, and not the one of HTTPRoutes: it says nothing of an Ingress', () => {
  expect(ROUTER_NAMES).toEqual(ROUTERS.map(({ name }) => name));
  expect(ROUTER_NAMES).not.toContain('gateway');
});

describe.each(SAMPLES)('a route: $name', (sample) => {
  const { adapter, router, object } = sample;
  const route = routeOf(adapter, object);

  test('is what the API says, and is named in one way', () => {
    expect(adapter.faults(structuredClone(object))).toEqual([]);
    expect(adapter.mistakes(object)).toEqual([]);
    expect(routeText(refOf(object))).toBe(nameOf(object));
    expect(routeInput(refOf(object))).toBe(`${object.kind.toLowerCase()}/web`);
    expect(adapter.routerOf([object], { configured: sample.config?.router }).router).toBe(router);
  });

  test('says its paths, whose text names host and path', () => {
    expect(route.paths.length).toBeGreaterThan(1);
    expect(servicesOf(route.paths)).toEqual(['web-v1']);
    expect(new Set(route.paths.map(({ host }) => host))).toEqual(new Set(['a.test', 'b.test']));
    for (const { host, path, text } of route.paths) expect(text).toBe(`${host}${path}`);
  });

  test('is live with all of them, and has no preview in it', () => {
    const live = liveIn(sample, object);
    expect(live).toMatchObject({ revision: 'v1', preview: [] });
    expect(live.rules.map(({ text }) => text)).toEqual(route.paths.map(({ text }) => text));
  });

  test('of manifests gets other Services, and is the same route besides', () => {
    const now = adapter.renamed(object, (name) => `${name}-new`);
    expect(servicesOf(adapter.paths(now))).toEqual(['web-v1-new']);
    expect(adapter.differences(object, now)).toEqual([]);
    expect(servicesOf(adapter.paths(object))).toEqual(['web-v1']);
  });

  test('that nobody else takes visitors from has no canary', () => {
    const all = [route];
    expect(router.canaries({ routes: [liveIn(sample, object)], to: GREEN, all })).toEqual([]);
  });
});

describe.each(SAMPLES)('a switch: $name', (sample) => {
  const { adapter, object } = sample;
  const route = routeOf(adapter, object);
  const moves = route.paths.map((path) => ({ path, service: 'web-v2' }));
  const patch = switchPatch(liveIn(sample, object), 'web', liveIn(sample, object).rules, GREEN, NOTE);

  test('moves every path, notes it, and changes nothing else', () => {
    const after = applyPatch(object, patch);
    expect(servicesOf(adapter.paths(after))).toEqual(['web-v2']);
    expect(switchNoteOf(after, 'web')).toEqual(NOTE);
    expect(adapter.differences(object, after)).toEqual([]);
    const back = applyPatch(
      after,
      adapter.move(
        after,
        adapter.paths(after).map((path) => ({ path, service: 'web-v1' })),
      ),
    );
    delete back.metadata.annotations?.['greenpath.dev/web'];
    expect(back).toEqual(object);
  });

  test('is refused as a whole once a backend is another one, so also the second time', () => {
    expect(() => applyPatch(applyPatch(object, patch), patch)).toThrow(/test failed/);
    const changed = applyPatch(object, adapter.repair(object, moves.slice(0, 1)));
    expect(() => applyPatch(changed, patch)).toThrow(/test failed/);
  });

  test('by hand needs nothing to be as it was read', () => {
    const other = applyPatch(
      object,
      adapter.repair(
        object,
        route.paths.map((path) => ({ path, service: 'other' })),
      ),
    );
    expect(servicesOf(adapter.paths(other))).toEqual(['other']);
    expect(servicesOf(adapter.paths(applyPatch(other, adapter.repair(other, moves))))).toEqual(['web-v2']);
  });

  test('moves paths of one key together', () => {
    const [first] = moves;
    const after = adapter.paths(applyPatch(object, adapter.move(object, first === undefined ? [] : [first])));
    for (const path of after) expect(path.service).toBe(path.key === first?.path.key ? 'web-v2' : 'web-v1');
  });
});

describe.each(SAMPLES)('the preview: $name', (sample) => {
  const { adapter, object } = sample;
  const { objects, patch } = previewOf(sample);
  const after = applyPatch(object, patch);

  test('leads to the candidate, on the hosts of the live route, and nowhere else', () => {
    const inside = liveIn(sample, after).preview;
    const paths = [...routesAmong(sample, objects).flatMap((one) => one.paths), ...inside];
    expect(servicesOf(paths)).toEqual(['web-v2']);
    const pattern = sample.config?.preview?.host ?? '{host}';
    const hosts = ['a.test', 'b.test'].map((host) => pattern.replace('{host}', host));
    expect(new Set(paths.map(({ host }) => host))).toEqual(new Set(hosts));
    for (const { path } of paths) expect(path).toMatch(pattern === '{host}' ? /^\/green/ : /^\/$/);
  });

  test('leaves the live paths as they are', () => {
    const live = (one: KubeObject) => liveIn(sample, one).rules.map(({ text, service: name }) => [text, name]);
    expect(live(after)).toEqual(live(object));
    expect(liveIn(sample, after).revision).toBe('v1');
  });

  test('stands in objects of its own that say whose they are', () => {
    for (const own of objects) {
      expect(isOwnPreview(own, 'web')).toBe(true);
      expect(isOwnPreview(own, 'other')).toBe(false);
      expect(keyOf(own)).not.toBe(keyOf(object));
      expect(adapterOf(own)?.faults(structuredClone(own)) ?? []).toEqual([]);
    }
    expect(new Set(objects.map(keyOf)).size).toBe(objects.length);
  });

  test('is planned again as it stands', () => {
    const again = previewOf(sample, after, routesAmong(sample, objects));
    expect(again).toEqual({ objects, patch: [] });
  });

  test('goes again without a trace in the live route', () => {
    expect(applyPatch(after, adapter.drop(after, liveIn(sample, after).preview))).toEqual(object);
  });
});

describe.each(FULL_SAMPLES)('the preview of paths of every sort: $name', (sample) => {
  const live = liveIn(sample, sample.object).rules;
  const { objects } = previewOf(sample, sample.object, [], 'regex');
  const preview = routesAmong(sample, objects).flatMap(({ paths }) => paths);

  test('has a counterpart of each live path', () => {
    expect(live.length).toBeGreaterThan(3);
    const hosts = new Set(live.flatMap((path) => (path.isFallback ? [] : [path.host])));
    const places = live.flatMap((path) => (path.isFallback ? [...hosts] : [path.host]).map((host) => ({ path, host })));
    // A fallback gets only what no other path of a host does.
    const own = places.filter(
      ({ path, host }) =>
        !path.isFallback || !live.some((one) => one.host === host && one.match === 'prefix' && one.path === '/'),
    );
    for (const { path, host } of own) {
      const there = preview.filter((one) => one.host === host && one.service === GREEN.services[path.baseName]);
      expect(there.filter((one) => mirrors(one, path))).not.toEqual([]);
    }
    // Where a prefix has no segment boundary, the mirror of / is /green/, and /green stands beside it.
    const more = preview.filter((one) => !own.some(({ path, host }) => host === one.host && mirrors(one, path)));
    expect(more.filter(({ path, match }) => path !== '/green' || match !== 'exact')).toEqual([]);
  });

  test('has what protects the live route', () => {
    const { protects } = sample;
    if (protects === undefined) return;
    const { metadata } = sample.object;
    const object = { ...sample.object, metadata: { ...metadata, annotations: protects.annotations } };
    const { objects } = previewOf(sample, object, [], 'regex');
    for (const { object: own } of routesAmong(sample, objects))
      expect(own.metadata.annotations).toMatchObject(protects.previewed ?? protects.annotations);
    const [key = ''] = Object.keys(protects.annotations);
    expect(sample.router.cause(object, protects.refusal, {})).toContain(key);
    expect(sample.router.cause(sample.object, protects.refusal, {})).toBeUndefined();
    expect(sample.router.cause(sample.object, protects.refusal, protects.annotations)).toContain(key);
  });
});

/** Whether a path of a preview stands for a live one: it has its text and its type, or is a regex that matches it. */
function mirrors(one: RoutePath, live: RoutePath): boolean {
  const path = `/green${live.path}`;
  if (one.match === 'regex') return new RegExp(`^${one.path}`, 'i').test(path);
  // A prefix is the same with and without the slash at its end.
  const text = (full: string) => (live.match === 'prefix' ? full.replace(/\/$/, '') : full);
  return one.match === live.match && text(one.path) === text(path);
}

describe.each(SAMPLES.filter(({ router }) => router.openParking === undefined))('parking: $name', (sample) => {
  const objects = parkingOf(sample, ['web-v1', 'web-v2']);
  const parked = routesAmong(sample, objects);

  test('names every Service in objects that say whose they are', () => {
    expect(servicesOf(parked.flatMap(({ paths }) => paths))).toEqual(['web-v1', 'web-v2']);
    expect(parkingIn('web', parked)).toEqual(parked);
    expect(parkingIn('other', parked)).toEqual([]);
    for (const own of objects) {
      expect(isOwnRoute(own, 'web')).toBe(true);
      expect(isOwnPreview(own, 'web')).toBe(false);
      expect(label(own, LABEL_APP)).toBe('web');
    }
    expect(new Set(objects.map(keyOf)).size).toBe(objects.length);
  });

  test('has paths that nobody can guess, and keeps those that it has', () => {
    const texts = (routes: readonly Route[]) => routes.flatMap(({ paths }) => paths.map(({ text }) => text));
    for (const text of texts(parked)) expect(text).toMatch(/\/[0-9a-f]{32}( \(header [\w-]+\))?$/);
    const more = routesAmong(sample, parkingOf(sample, ['web-v1', 'web-v2', 'web-v3'], parked));
    expect(texts(more)).toEqual(expect.arrayContaining(texts(parked)));
    expect(new Set(more.flatMap(({ paths }) => paths.map(({ path }) => path))).size).toBe(3);
  });

  test('of nothing is no object', () => {
    expect(parkingOf(sample, [])).toEqual([]);
  });
});

test.each(SAMPLES.filter(({ router }) => router.openParking))(
  'parking that is open names what visitors reach or reached, and nothing else: $name',
  (sample) => {
    const services = (objects: readonly KubeObject[]) =>
      servicesOf(routesAmong(sample, objects).flatMap(({ paths }) => paths));
    const live = parkingOf(sample, ['web-v1', 'web-v2']);
    expect(services(live)).toEqual(['web-v1']);
    const moved = sample.adapter.renamed(sample.object, () => 'web-v2');
    const after = parkingOf({ ...sample, object: moved }, ['web-v1', 'web-v2', 'web-v3'], routesAmong(sample, live));
    expect(services(after).toSorted()).toEqual(['web-v1', 'web-v2']);
    expect(parkingOf(sample, [])).toEqual([]);
  },
);

test.each(SAMPLES)('a move of a path is never empty: $name', ({ adapter, object }) => {
  for (const path of adapter.paths(object)) expect(adapter.move(object, [{ path, service: 'web-v2' }])).not.toEqual([]);
  // A patch of nothing, beside the note that visitors were switched, would be a lie.
  const [path] = adapter.paths(object);
  const moveOther = () => adapter.move(object, [{ path: { ...present(path), key: 'another' }, service: 'web-v2' }]);
  expect(moveOther).toThrow(expect.objectContaining({ code: 'route-changed' }));
});
