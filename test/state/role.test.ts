import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '../../src/core/release/record.ts';
import type { ReleaseRecord } from '../../src/state/records.ts';
import { findServices, roleIn, stackServices } from '../../src/state/role.ts';
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

/** What each stack of an app is, by what was read of the namespace. */

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
});
