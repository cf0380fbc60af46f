import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../src/core/base/error.ts';
import type { PreviewKind } from '../../src/core/base/preview-kind.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { deployedKind } from '../../src/routes/deployed-kind.ts';
import { previewName } from '../../src/routes/own.ts';
import { routeOf } from '../../src/routes/route-kind.ts';
import { FULL_SAMPLES, liveIn, SAMPLES, type Sample } from './samples.ts';

/** How a preview is reached, from what every router writes for it. */

const PATH: PreviewKind = { by: 'path', path: '/green' };
const HOST: PreviewKind = { by: 'host', host: 'green.{host}' };
const HEADER: PreviewKind = { by: 'header', name: 'X-Preview', value: 'green' };
const GREEN = { revision: 'v2', services: { web: 'web-v2', api: 'api-v2' } };
const NOTE = 'greenpath.dev/preview';

/** The routes of a preview beside the live one; undefined if the router has none of that kind there. */
function previewOf(sample: Sample, kind: PreviewKind): KubeObject[] | undefined {
  const { router, adapter, object } = sample;
  const routes = [liveIn(sample, object)];
  const annotations = sample.config?.preview?.annotations ?? {};
  const settings = { kind, annotations, matching: 'regex', overlap: 'refuse', unprotected: 'refuse' } as const;
  const named = ({ ref }: { ref: { name: string } }) => previewName('web', ref.name, routes);
  const facts = { app: 'web', namespace: 'shop', settings, isProven: true, isKindOpen: false, candidate: GREEN };
  try {
    const planned = router.previews({ ...facts, routes, all: routes, named }).flatMap(({ objects }) => objects);
    const own = planned.filter((one) => one.kind === adapter.resource.kind);
    return own.length === 0 ? undefined : own;
  } catch (error) {
    if (error instanceof GreenpathError) return undefined;
    throw error;
  }
}

/** What is found, with these objects there, and this in the config. */
function found(sample: Sample, objects: readonly KubeObject[], configured?: PreviewKind) {
  const live = { ...liveIn(sample, sample.object), router: sample.router };
  const allRoutes = [live, ...objects.map((object) => routeOf(sample.adapter, object))];
  return deployedKind({ app: 'web', routes: [live], allRoutes }, configured);
}

/** The same objects, with this note. */
const noted = (objects: readonly KubeObject[], kind: PreviewKind | undefined) =>
  objects.map((object): KubeObject => {
    const { [NOTE]: _, ...annotations } = object.metadata.annotations ?? {};
    const note = kind === undefined ? {} : { [NOTE]: JSON.stringify(kind) };
    return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, ...note } } };
  });

const CASES = [...SAMPLES, ...FULL_SAMPLES].flatMap((sample) =>
  [PATH, HOST, HEADER].flatMap((kind) => {
    const objects = previewOf(sample, kind);
    return objects === undefined ? [] : { name: sample.name, by: kind.by, sample, kind, objects };
  }),
);

test('there are previews of every kind, for routes of every kind', () => {
  const kinds = new Set(CASES.map(({ sample, by }) => `${sample.adapter.resource.kind} ${by}`));
  expect(kinds.size).toBe(6);
});

describe.each(CASES)('a preview by $by: $name', ({ sample, kind, objects }) => {
  const others = [PATH, HOST, HEADER].filter((one) => one !== kind);

  test('is what it says, whatever the config says', () => {
    expect(found(sample, objects)).toEqual(kind);
    for (const other of others) expect(found(sample, objects, other)).toEqual(kind);
    expect(found(sample, objects, kind)).toBe(kind);
  });

  test('is not what a note says that lies', () => {
    for (const other of others) expect(found(sample, noted(objects, other), kind)).toBe(kind);
    for (const other of others) expect(found(sample, noted(objects, other))).not.toEqual(other);
  });

  test('without a note is what it looks like', () => {
    const without = noted(objects, undefined);
    for (const other of others) expect(found(sample, without, other)).not.toEqual(other);
    expect(found(sample, without, kind)).toBe(kind);
    // One object cannot say from which live host each of several names was made.
    if (kind.by !== 'host') expect(found(sample, without)).toEqual(kind);
  });

  test('that lacks a live host is of no kind', () => {
    const [first] = sample.adapter.paths(objects[0] as KubeObject);
    const host = first?.host ?? '';
    const text = JSON.stringify(objects).replaceAll(JSON.stringify(host), '"elsewhere.test"');
    expect(found(sample, JSON.parse(text), kind)).toBe('unknown');
  });
});

test('where nothing is deployed there is none', () => {
  for (const sample of SAMPLES) expect(found(sample, [], HOST)).toBeUndefined();
});

test('a path and a value of the header of one’s own are found by their form', () => {
  const own: PreviewKind = { by: 'path', path: '/next' };
  const [byPath, byHeader] = (['path', 'header'] as const).map((kind) => CASES.filter(({ by }) => by === kind));
  expect(byPath?.length).toBeGreaterThan(3);
  expect(byHeader?.length).toBeGreaterThan(1);
  for (const { sample } of byPath ?? []) {
    const objects = previewOf(sample, own) ?? [];
    expect([sample.name, found(sample, noted(objects, undefined), HOST)]).toEqual([sample.name, own]);
  }
  for (const { sample, objects } of byHeader ?? [])
    expect(found(sample, objects, { ...HEADER, value: 'blue' } as PreviewKind)).toEqual(HEADER);
});
