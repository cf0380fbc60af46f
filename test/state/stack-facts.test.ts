import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../src/core/release/record.ts';
import type { ReleaseRecord } from '../../src/state/records.ts';
import { stackFacts } from '../../src/state/stack-facts.ts';
import { counterparts, ingress, look, situation, stackService, switchNote } from './app.ts';

const [V1, V2] = [stackService('v1'), stackService('v2')];
const releaseRecord = (revision: string, ...events: TimelineEvent['event'][]) =>
  ({
    release: { revision, counterparts: counterparts(revision), at: '2026-05-01T00:00:00Z' },
    timeline: events.map((event) => ({ at: '2026-05-02T00:00:00Z', event, run: 'r' })),
  }) as unknown as ReleaseRecord;

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
