import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../src/core/base/error.ts';
import type { PreviewKind } from '../../src/core/base/preview-kind.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { previewName } from '../../src/routes/own.ts';
import type { OwnRoutes } from '../../src/routes/requests.ts';
import { routeOf } from '../../src/routes/route-kind.ts';
import { present } from '../core/support.ts';
import { FULL_SAMPLES, liveIn, SAMPLES, type Sample } from './samples.ts';

/**
 * What Greenpath writes for a preview, and beside it for parking, one file for each router and kind of preview: of the
 * simplest live route, and of one with paths of every sort. `GREENPATH_GOLDEN=write` writes the files.
 */

const FOLDER = join(import.meta.dirname, 'golden');
const WRITES = process.env.GREENPATH_GOLDEN === 'write';
const KINDS: readonly PreviewKind[] = [
  { by: 'path', path: '/green' },
  { by: 'host', host: 'green.{host}' },
  { by: 'header', name: 'X-Preview', value: 'green' },
];
const GREEN = { revision: 'v2', services: { web: 'web-v2', api: 'api-v2' } };

const isRegistered = ({ name }: Sample) => !name.includes('for this test');
const CASES = SAMPLES.filter(isRegistered).flatMap((sample) =>
  KINDS.map((kind) => ({
    sample,
    kind,
    file: `${sample.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.${kind.by}.yaml`,
  })),
);

/** What is written for a sample, or the refusal. */
function written(sample: Sample, kind: PreviewKind) {
  const { router, adapter, object } = sample;
  const routes = [liveIn(sample, object)];
  try {
    const annotations = sample.config?.preview?.annotations ?? {};
    const settings = { kind, annotations, matching: 'regex', overlap: 'refuse', unprotected: 'refuse' } as const;
    const named = ({ ref }: { ref: { name: string } }) => previewName('web', ref.name, routes);
    const facts = { app: 'web', namespace: 'shop', settings, isProven: true, isKindOpen: false, candidate: GREEN };
    const own = present(router.previews({ ...facts, routes, all: routes, named })[0]);
    return { preview: own.objects, ...(own.patch.length > 0 && { patch: own.patch }), parking: parking(sample, own) };
  } catch (error) {
    if (error instanceof GreenpathError) return { refused: `${error.message}. ${error.next}` };
    throw error;
  }
  function parking({ router: by }: Sample, { objects }: OwnRoutes): KubeObject[] {
    const joined = by.joined?.(objects.filter(({ kind: one }) => one === adapter.resource.kind)) ?? [];
    const bases = [...new Set(routes.flatMap(({ rules }) => rules.map(({ baseName }) => baseName)))].toSorted();
    const names = bases.flatMap((base) => [`${base}-v1`, `${base}-v2`]);
    const parked = names.filter((name) => !joined.includes(name));
    const { annotations = {} } = sample.config?.parking ?? {};
    const request = { app: 'web', namespace: 'shop', annotations, routes: [routeOf(adapter, object)], present: [] };
    return by.parking({ ...request, parked: parked.map((service) => ({ service, port: 80 })) });
  }
}

/** The same as text; what is random is numbered. */
function golden(sample: Sample, kind: PreviewKind): string {
  const full = FULL_SAMPLES.find(({ name }) => name === sample.name);
  const parts = { simplest: written(sample, kind), ...(full && { full: written(full, kind) }) };
  let count = 0;
  return dump(JSON.parse(JSON.stringify(parts)), { lineWidth: 120 }).replaceAll(/[0-9a-f]{32}/g, () => {
    count += 1;
    return `random-${count}`;
  });
}

describe.each(CASES)('$file', ({ sample, kind, file }) => {
  test('is what is written', () => {
    const place = join(FOLDER, file);
    const text = golden(sample, kind);
    if (WRITES) {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(place, text);
    }
    expect(existsSync(place), `GREENPATH_GOLDEN=write writes ${file}`).toBe(true);
    expect(text).toBe(readFileSync(place, 'utf8'));
  });
});

test('each file belongs to a router and a kind of preview', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(CASES.map(({ file }) => file).toSorted());
});

test('beside a preview that keeps its Services known to the router, parking names what is live and not the candidate', () => {
  const texts = CASES.filter(({ kind, sample }) => {
    const own = written(sample, kind);
    return 'preview' in own && (sample.router.joined?.(own.preview) ?? []).length > 0;
  });
  expect(new Set(texts.map(({ sample: { router } }) => router.name))).toEqual(new Set(['nginx', 'contour']));
  for (const { file } of texts) {
    const { simplest } = { simplest: readFileSync(join(FOLDER, file), 'utf8').split('\nfull:')[0] ?? '' };
    const [preview = '', parked = ''] = simplest.split(/^ {2}parking:/m);
    expect(preview).toContain('name: web-v2');
    expect(parked).toContain('name: web-v1');
    expect(parked).not.toContain('web-v2');
  }
});
