import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '../../src/core/release/record.ts';
import { isShown, previewedServices } from '../../src/state/preview-state.ts';
import type { ReleaseRecord } from '../../src/state/records.ts';
import { findServices, roleIn, stackServices } from '../../src/state/role.ts';
import { gone, handMade, leftBy, targetOf, unknownApp } from '../../src/state/rollback-target.ts';
import { namedBy } from '../../src/state/route-references.ts';
import { stackFacts } from '../../src/state/stack-facts.ts';
import { read } from '../routes/ingresses.ts';
import {
  counterparts,
  type Given,
  ingress,
  look,
  preview,
  service,
  situation,
  stackService,
  switchNote,
} from './app.ts';

/** What each stack of an app is by what was read of the namespace, and where a rollback finds its two sides. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const PROMOTED = {
  ingresses: [ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) })],
  services: [V1, V2],
};
const releaseRecord = (revision: string, ...events: TimelineEvent['event'][]) =>
  ({
    release: { revision, counterparts: counterparts(revision), at: '2026-05-01T00:00:00Z' },
    timeline: events.map((event) => ({ at: '2026-05-02T00:00:00Z', event, run: 'r' })),
  }) as unknown as ReleaseRecord;

describe('a revision is', () => {
  test.each<[string, Given, string, ReleaseRecord | undefined, string]>([
    ['live if a route names it', LIVE, 'v1', undefined, 'live'],
    [
      'the candidate if the preview shows it',
      { ...LIVE, ingresses: [ingress(), preview('v2')] },
      'v2',
      undefined,
      'candidate',
    ],
    [
      'the candidate by its record, although its Service was deleted',
      { ...LIVE, ingresses: [ingress(), preview('v2')], services: [V1] },
      'v2',
      releaseRecord('v2'),
      'candidate',
    ],
    ['previous if the last switch left it', PROMOTED, 'v1', undefined, 'previous'],
    ['retiring if its removal began', LIVE, 'v2', releaseRecord('v2', 'retiring'), 'retiring'],
    [
      'idle if somebody made it by hand',
      { ...LIVE, services: [V1, service('web-v0', { app: 'web', revision: 'v0' })] },
      'v0',
      undefined,
      'idle',
    ],
    ['absent if nothing of it is there', LIVE, 'v9', undefined, 'absent'],
  ])('%s', async (_, namespace, revision, record, role) => {
    const looking = await look();
    expect(roleIn(situation(looking, namespace), revision, record)).toBe(role);
  });
});

test('what is known of each stack says whether it may go', async () => {
  const looking = await look();
  const found = situation(looking, {
    ingresses: [
      ingress('web', {
        metadata: {
          annotations: {
            'kubectl.kubernetes.io/last-applied-configuration': '{"backend":{"service":{"name":"web-v3"}}}',
            'greenpath.dev/web': JSON.stringify(switchNote({ at: '2026-05-09T00:00:00Z' })),
          },
        },
      }),
      ingress('late', { host: 'late.test', paths: { '/': 'web-v0' } }),
    ],
    services: [V1, V2, stackService('v0'), stackService('v3'), stackService('v4')],
  });
  const objects = ['v0', 'v1', 'v2', 'v3', 'v4'].map((revision) => ({ ...stackService(revision) }));
  const records = [releaseRecord('v0', 'proven'), releaseRecord('v2'), releaseRecord('v4', 'proven')];
  const facts = stackFacts(found, records, objects, { evenApplied: false });
  expect(facts).toMatchObject([
    {
      revision: 'v0',
      role: 'previous',
      wasLive: true,
      liveAt: '2026-05-02T00:00:00Z',
      namedBy: 'Ingress late',
      applied: false,
    },
    { revision: 'v1', role: 'live', namedBy: undefined },
    // Deployed before the last switch, and never seen since.
    { revision: 'v2', role: 'candidate', abandoned: true, wasLive: false },
    { revision: 'v3', applied: true },
    { revision: 'v4', role: 'previous', abandoned: false, namedBy: undefined },
  ]);
  const even = stackFacts(found, records, objects, { evenApplied: true });
  expect(even.some(({ applied }) => applied)).toBe(false);
});

test('parking names every Service, so it keeps none', () => {
  const metadata = { labels: { 'greenpath.dev/app': 'web' } };
  const parking = read(ingress('greenpath-web-parking', { paths: { '/x': 'web-v1' }, metadata }));
  expect(namedBy({ app: 'web', allRoutes: [parking] }, 'web-v1')).toBeUndefined();
  expect(namedBy({ app: 'web', allRoutes: [parking, read(ingress())] }, 'web-v1')).toBe('Ingress web');
});

describe('the preview shows', () => {
  const shows = async (namespace: Given) => situation(await look(), namespace);
  test('the Services of one revision, or none', async () => {
    const found = await shows({ ...LIVE, ingresses: [ingress(), preview('v2')] });
    expect(previewedServices(found)).toEqual(['web-v2']);
    expect(isShown(found, counterparts('v2'))).toBe(true);
    expect(isShown(found, counterparts('v1'))).toBe(false);
    const none = await shows(LIVE);
    expect(isShown(none, counterparts('v2'))).toBe(false);
  });

  test('two revisions: no one of them is the candidate, and both ways out are named', async () => {
    const both = { ...preview('v2'), spec: ingress('x', { paths: { '/green': 'web-v2', '/green/a': 'web-v3' } }).spec };
    const found = await shows({ ingresses: [ingress(), both], services: [V1, V2, stackService('v3')] });
    expect(() => previewedServices(found)).toThrow(
      expect.objectContaining({
        code: 'two-candidates',
        next: 'Run deploy-green for revision v2, or deploy-green for revision v3: it writes the preview again.',
      }),
    );
  });
});

describe('a side', () => {
  test('is whole if every live path has a Service of its revision', async () => {
    const looking = await look();
    const paths = { '/': 'web-v1', '/api': 'api-v1' };
    const services = [V1, V2, stackService('v1', 'api'), stackService('v3', 'api')];
    const found = situation(
      looking,
      { ingresses: [ingress('web', { paths })], services },
      counterparts('v1', 'web', 'api'),
    );
    expect(findServices(found, 'v1')?.services).toEqual({ web: 'web-v1', api: 'api-v1' });
    expect(findServices(found, 'v2')).toBeUndefined();
    expect(stackServices({ revision: 'v1', counterparts: counterparts('v1') })).toEqual({
      revision: 'v1',
      services: { web: 'web-v1' },
    });
  });

  test('that visitors leave is what is live; of several routes, what only some are on', async () => {
    const looking = await look({ route: 'ingress/web\ningress/admin' });
    const halfway = {
      ingresses: [
        ingress('web', { switchNote: switchNote({}) }),
        ingress('admin', {
          host: 'a.test',
          paths: { '/': 'web-v2' },
          switchNote: switchNote({ live: 'v2', previous: 'v1', phase: 'switched' }),
        }),
      ],
      services: [V1, V2],
    };
    expect(leftBy(situation(looking, halfway), 'v1').revision).toBe('v2');
    expect(leftBy(situation(looking, halfway), 'v2').revision).toBe('v1');
  });

  test('that was there before Greenpath is what the other routes still name', async () => {
    const looking = await look();
    const plain = {
      ingresses: [ingress('web', { paths: { '/': 'web' } })],
      services: [service('web', { app: 'web' }), V2],
    };
    const found = situation(looking, plain);
    expect(handMade(found, 'adopted')?.services).toEqual({ web: 'web' });
    expect(handMade(found, 'v2')).toBeUndefined();
  });
});

describe('a rollback', () => {
  test('that stays says why, and that there is nothing to do', async () => {
    const looking = await look({ mode: 'rollback', revision: 'v9' });
    expect(targetOf(looking.run, situation(looking, PROMOTED), [])).toBeUndefined();
    expect(looking.told()).toContain('Revision v9 is not live (v2 is): nothing to do.');
  });

  test('that does not know where to go names the input', async () => {
    const looking = await look({ mode: 'rollback', revision: '' });
    expect(() => targetOf(looking.run, situation(looking, LIVE), [])).toThrow(
      expect.objectContaining({ code: 'no-way-back', next: expect.stringContaining('Set the input `to`') }),
    );
    expect(gone(situation(looking, LIVE), 'v0').message).toContain('revision v0 of app web is gone');
    expect(unknownApp(looking.run)).toMatchObject({
      code: 'no-candidate',
      message: expect.stringContaining('Ingress web'),
    });
  });
});
