import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/base/json.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { type Release, recordObject } from '../../src/core/release/record.ts';
import {
  anchorOf,
  findRecord,
  listRecords,
  note,
  plannedRoutes,
  type ReleaseRecord,
  readRecord,
  recordOf,
} from '../../src/state/records.ts';
import { json } from '../cluster/server.ts';
import { read } from '../routes/ingresses.ts';
import { byPath, counterparts, ingress, items, look } from './app.ts';

/** What is known of a release by its record, and what if that is gone or cannot be read. */

const WEB = { kind: 'ingress', name: 'web' };
const release = (revision: string, more: Partial<Release> = {}): Release => ({
  version: 2,
  app: 'web',
  revision,
  routes: [WEB],
  counterparts: counterparts(revision),
  plain: true,
  digest: 'd',
  config: { keep: 3 },
  objects: [],
  at: '2026-05-01T10:00:00Z',
  run: 'r',
  ...more,
});
const stored = (of: Release, data: JsonObject = {}): KubeObject => {
  const object = recordObject(of, 'shop');
  const metadata = { ...object.metadata, resourceVersion: '7' };
  return { ...object, metadata, data: { ...(object.data as JsonObject), ...data } };
};
const releaseRecord = (of: Release): ReleaseRecord => ({
  object: stored(of),
  release: of,
  config: {} as ReleaseRecord['config'],
  stamp: undefined,
  timeline: [],
});

describe('a record', () => {
  test('gives back the release with its own config', async () => {
    const { run } = await look({}, byPath({ 'GET configmaps/greenpath-web-v2': json(200, stored(release('v2'))) }));
    const found = await readRecord(run, 'v2');
    expect(found).toMatchObject({ release: { revision: 'v2' }, config: { keep: 3 }, stamp: undefined, timeline: [] });
    expect((await findRecord(run, 'v2'))?.release.revision).toBe('v2');
  });

  test('is understood although its config has what a new one may not have any more, or has not had yet', async () => {
    const config = {
      drain: '720h',
      preview: { header: { name: 'X-Correlation-Id' } },
      checks: [
        { prometheus: 'up', url: 'HTTPS://prometheus.example.com', above: 1 },
        { metric: 'GET HTTPS://api.example.com/errors}', value: '$.rate', above: 1, timeout: '1000h' },
        {
          request: 'GET /',
          expect: { body: { contains: '', matches: [], json: { '$.a': { absent: true, count: 0 } } } },
        },
      ],
    };
    const { run } = await look(
      {},
      byPath({ 'GET configmaps/greenpath-web-v2': json(200, stored(release('v2', { config }))) }),
    );
    const found = await readRecord(run, 'v2');
    expect(found.config).toMatchObject({
      drain: 30 * 24 * 3_600_000,
      preview: { kind: { by: 'header', name: 'X-Correlation-Id' } },
      checks: [{ kind: 'prometheus' }, { kind: 'metric' }, { kind: 'request' }],
    });
  });

  test('gives way to a config that the step was given', async () => {
    const answer = byPath({ 'GET configmaps/greenpath-web-v2': json(200, stored(release('v2'))) });
    const { run } = await look({ config: 'keep: 5' }, answer);
    expect((await readRecord(run, 'v2')).config.keep).toBe(5);
  });

  test.each<[string, JsonObject, string]>([
    [
      'whose config this version cannot use',
      { release: JSON.stringify(release('v2', { config: { keep: 'much' } })) },
      'the config in ConfigMap greenpath-web-v2 cannot be used',
    ],
    ['that somebody overwrote', { release: '{' }, 'its record, ConfigMap greenpath-web-v2, cannot be read'],
    ['of another revision', { release: JSON.stringify(release('v3')) }, 'cannot be read'],
  ])('%s is no candidate', async (_, data, message) => {
    const answer = byPath({ 'GET configmaps/greenpath-web-v2': json(200, stored(release('v2'), data)) });
    const { run } = await look({}, answer);
    await expect(readRecord(run, 'v2')).rejects.toMatchObject({
      code: 'no-candidate',
      message: expect.stringContaining(message),
    });
  });

  test('that is not there is looked for without harm', async () => {
    const { run } = await look({}, byPath({}));
    expect(await findRecord(run, 'v2')).toBeUndefined();
  });
});

describe('all records', () => {
  const bad = stored(release('v2', { config: { keep: 'much' } }));
  const answer = byPath({ 'GET configmaps': items(stored(release('v1')), bad, { ...bad, data: {} }) });

  test('leave out one that cannot be used, and tell, where it must not keep anybody from going back', async () => {
    const { run, told } = await look({}, answer);
    expect((await listRecords(run, { lenient: true })).map((one) => one.release.revision)).toEqual(['v1']);
    expect(told()).toContain('::warning::ConfigMap greenpath-web-v2 is skipped');
  });

  test('are refused with it where nothing must be missed', async () => {
    const { run } = await look({}, answer);
    await expect(listRecords(run)).rejects.toMatchObject({ code: 'no-candidate' });
  });
});

describe('the record by which routes are read', () => {
  const [old, newer] = [release('v1', { at: '2026-05-01' }), release('v2', { at: '2026-05-02' })].map(releaseRecord);
  const all = [old, newer].flatMap((one) => one ?? []);
  const found = (service: string) => ({
    found: [{ ...read(ingress('web', { paths: { '/': service } })), exists: true }],
  });
  test.each([
    ['is that of what they name', 'web-v1', all, 'v1'],
    ['else the newest', 'web', all, 'v2'],
    [
      'but of no app behind another route',
      'web-v1',
      [releaseRecord(release('v1', { routes: [{ ...WEB, name: 'other' }] }))],
      undefined,
    ],
  ])('%s', (_, name, records, revision) => {
    expect(anchorOf(records, found(name))?.release.revision).toBe(revision);
  });

  test('is one behind any of the routes, in whichever order these are given', () => {
    const { found: ingresses } = found('web-v1');
    const moved = { ...ingresses[0], ref: { kind: 'httproute', name: 'web' }, exists: true } as (typeof ingresses)[0];
    for (const routes of [
      [moved, ...ingresses],
      [...ingresses, moved],
    ])
      expect(anchorOf(all, { found: routes })?.release.revision).toBe('v1');
    expect(anchorOf(all, { found: [moved] })).toBeUndefined();
  });

  test('and the routes of the newest manifests count first', () => {
    const [a, b] = [ingress('a'), ingress('b')];
    const records = [
      release('v1', { at: '1', routes: [{ ...WEB, manifest: a }] }),
      release('v2', { at: '2', routes: [{ ...WEB, manifest: b }] }),
    ].map(releaseRecord);
    expect(plannedRoutes(records)).toEqual([b, a]);
    expect(recordOf(records, 'v2')?.release.revision).toBe('v2');
    expect(recordOf(records, undefined)).toBeUndefined();
  });
});

describe('a note in a record', () => {
  test('is added to what happened before, under the version that was read', async () => {
    const after = stored(release('v2'), { timeline: JSON.stringify([{ at: '1', event: 'verified', run: 'r' }]) });
    const { run, observer, asked } = await look({}, byPath({ 'PATCH configmaps/greenpath-web-v2': json(200, after) }));
    const now = await note(run, releaseRecord(release('v2')), 'verified', { stamp: '{}' });
    expect(now.timeline).toHaveLength(1);
    expect(asked[0]?.body).toMatchObject({ metadata: { resourceVersion: '7' }, data: { stamp: '{}' } });
    expect(observer.outcome.changed).toBe(true);
  });

  test('is refused where somebody wrote meanwhile', async () => {
    const { run } = await look({}, byPath({ 'PATCH configmaps/greenpath-web-v2': json(409) }));
    await expect(note(run, releaseRecord(release('v2')), 'verified')).rejects.toMatchObject({ code: 'conflict' });
  });
});
