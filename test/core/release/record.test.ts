import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { type Release, readRelease, readStamp, recordName, recordObject } from '../../../src/core/release/record.ts';
import { DNS_SUBDOMAIN, present, revisions } from '../support.ts';
import { RELEASE, STAMP } from './recorded.ts';

const stored = (data: JsonObject): KubeObject => ({ ...recordObject(RELEASE, 'shop'), data });

const MANIFEST = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'shop' }, spec: {} };
const withManifest = (manifest: unknown) =>
  JSON.stringify({ ...RELEASE, routes: [{ kind: 'ingress', name: 'shop', manifest }] });

describe('the record', () => {
  test('is found by its name and labels', () => {
    const record = recordObject(RELEASE, 'shop');
    expect(record.metadata).toEqual({
      name: 'greenpath-web-v1-24-0',
      namespace: 'shop',
      labels: { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v1.24.0', 'greenpath.dev/record': 'true' },
    });
  });

  test('gives back what was written, through the API server', () => {
    const release = fc.record({
      app: fc.constantFrom('web', 'api'),
      revision: revisions,
      digest: fc.string(),
      config: fc.jsonValue({ maxDepth: 2 }),
    });
    fc.assert(
      fc.property(release, (more) => {
        const written: Release = JSON.parse(JSON.stringify({ ...RELEASE, ...more }));
        const record: KubeObject = JSON.parse(JSON.stringify(recordObject(written, 'shop')));
        expect(readRelease(record, written.app, written.revision)).toEqual(written);
      }),
    );
  });

  test('has a name that the API server takes', () => {
    fc.assert(fc.property(revisions, (revision) => DNS_SUBDOMAIN.test(recordName('web', revision))));
  });

  test('of another app or revision is not read', () => {
    const record = recordObject(RELEASE, 'shop');
    expect(readRelease(record, 'api', 'v1.24.0')).toBeUndefined();
    expect(readRelease(record, 'web', 'v1-24-0')).toBeUndefined();
    const relabelled = { ...record, metadata: { ...record.metadata, labels: { 'greenpath.dev/app': 'api' } } };
    expect(readRelease(relabelled, 'web', 'v1.24.0')).toBeUndefined();
    expect(readRelease(relabelled, 'api', 'v1.24.0')).toBeUndefined();
  });

  test.each<[string, JsonObject]>([
    ['no data', {}],
    ['no JSON', { release: '{' }],
    ['null', { release: 'null' }],
    ['another version', { release: JSON.stringify({ ...RELEASE, version: 1 }) }],
    ['no counterparts', { release: JSON.stringify({ ...RELEASE, counterparts: undefined }) }],
    ['a counterpart without ports', { release: JSON.stringify({ ...RELEASE, counterparts: [{}] }) }],
    ['no digest', { release: JSON.stringify({ ...RELEASE, digest: undefined }) }],
    ['a number as routes', { release: JSON.stringify({ ...RELEASE, routes: 1 }) }],
    [
      'an object without a group',
      { release: JSON.stringify({ ...RELEASE, objects: [{ kind: 'Job', name: 'a', uid: 'u' }] }) },
    ],
    ['a route that is a text', { release: JSON.stringify({ ...RELEASE, routes: ['web'] }) }],
    ['a route whose manifest is a text', { release: withManifest('kind: Ingress') }],
    ['a route whose manifest is null', { release: withManifest(null) }],
    ['a route whose manifest has no name', { release: withManifest({ ...MANIFEST, metadata: {} }) }],
    ['a route whose manifest has no metadata', { release: withManifest({ ...MANIFEST, metadata: undefined }) }],
    ['a route whose manifest has a number as kind', { release: withManifest({ ...MANIFEST, kind: 1 }) }],
    ['a counterpart that is a text', { release: JSON.stringify({ ...RELEASE, counterparts: ['web'] }) }],
    ['an object that is a text', { release: JSON.stringify({ ...RELEASE, objects: ['web'] }) }],
    ['objects that are no list', { release: JSON.stringify({ ...RELEASE, objects: {} }) }],
  ])('with %s is not read', (_, data) => {
    expect(readRelease(stored(data), 'web', 'v1.24.0')).toBeUndefined();
  });

  test('with the manifest of a route is read', () => {
    expect(readRelease(stored({ release: withManifest(MANIFEST) }), 'web', 'v1.24.0')).toMatchObject({
      routes: [{ manifest: MANIFEST }],
    });
  });

  test('whatever stands in it, reading does not throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const record = stored({ release: text, stamp: text });
        expect(readRelease(record, 'web', 'v1.24.0')).toBeUndefined();
        expect(readStamp(record, RELEASE)).toBeUndefined();
      }),
    );
  });
});

describe('readStamp', () => {
  test('leaves out a difference of the form that it had before, and counts all the same', () => {
    const { difference: _, ...rest } = STAMP;
    const old = { ...rest, difference: { path: '/', feature: 'etag', blue: 'a', green: 'b' } };
    expect(readStamp(stored({ stamp: JSON.stringify(old) }), RELEASE)).toEqual(rest);
  });

  test('gives back what verify wrote', () => {
    const record = stored({ release: JSON.stringify(RELEASE), stamp: JSON.stringify(STAMP) });
    expect(readStamp(record, RELEASE)).toEqual(STAMP);
  });

  test('leaves out what a later Greenpath may have added to a check', () => {
    const checks = STAMP.checks.map((one) => ({ ...one, added: 'later' }));
    expect(readStamp(stored({ stamp: JSON.stringify({ ...STAMP, checks }) }), RELEASE)).toEqual(STAMP);
  });

  test('a stamp of another digest is none', () => {
    fc.assert(
      fc.property(fc.string(), (digest) => {
        fc.pre(digest !== RELEASE.digest);
        const other = stored({ stamp: JSON.stringify({ ...STAMP, digest }) });
        expect(readStamp(other, RELEASE)).toBeUndefined();
        expect(readStamp(stored({ stamp: JSON.stringify(STAMP) }), { ...RELEASE, digest })).toBeUndefined();
      }),
    );
  });

  test.each<[string, JsonObject]>([
    ['no stamp', {}],
    ['no JSON', { stamp: 'yes' }],
    ['a list', { stamp: '[]' }],
    ['checks in another form', { stamp: JSON.stringify({ ...STAMP, checks: ['GET /'] }) }],
    ['no run', { stamp: JSON.stringify({ ...STAMP, run: undefined }) }],
    ['a number as time', { stamp: JSON.stringify({ ...STAMP, at: 5 }) }],
  ])('%s is none', (_, data) => {
    expect(readStamp(stored(data), RELEASE)).toBeUndefined();
  });

  test('a record that deploy-green has just written has none', () => {
    expect(
      readStamp(recordObject(RELEASE, 'shop'), present(readRelease(recordObject(RELEASE, 'shop'), 'web', 'v1.24.0'))),
    ).toBeUndefined();
  });
});
