import { expect, test } from 'vitest';
import { reject } from '../../src/modes/reject.ts';
import { retire } from '../../src/modes/retire.ts';
import type { Run } from '../../src/state/run.ts';
import { json } from '../cluster/server.ts';
import { ingress, look, service, stackService, switchNote } from '../state/app.ts';
import { deployed } from '../steps/stacks.ts';
import { ofRevision, recordOf, shop } from './app.ts';

/** When an autoscaler that ran before Greenpath, and is at no object of a stack, gets its own limits back. */

const HELD = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', uid: 'h', resourceVersion: '7', annotations: { 'greenpath.dev/limits': '2..10' } },
  spec: { minReplicas: 8, maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
};
const LIVE = service('web', { app: 'web' });

/** Runs a mode after a rollback from v1 to what ran before, and returns the limits that it wrote. */
async function limitsAfter(mode: (run: Run) => Promise<unknown>, inputs: Record<string, string>, ...more: string[]) {
  const paths = { '/': 'web' };
  const note = switchNote({ live: 'adopted', left: 'v1' });
  const config = { keep: 0, drain: '1s' };
  const seen = { timeline: JSON.stringify([{ at: '2026-05-01T10:00:00Z', event: 'proven', run: 'r' }]) };
  const [v1, ...others] = ['v1', ...more].map((revision) => recordOf(revision, { config }, seen));
  const stacks = ['v1', ...more].map((revision) => stackService(revision));
  const answer = shop({
    ingresses: [ingress('web', { paths, switchNote: note })],
    services: [LIVE, ...stacks],
    records: [v1, ...others].flatMap((one) => one ?? []),
    more: {
      'GET services': ofRevision({ v1: stacks.slice(0, 1) }, [LIVE, ...stacks]),
      'GET deployments': ofRevision({}, [deployed('web', 8, 'adopted')]),
      'GET horizontalpodautoscalers': ofRevision({}, [HELD]),
      'PATCH configmaps/greenpath-web-v1': json(200, v1 ?? {}),
    },
  });
  const { run, asked } = await look(inputs, answer);
  await mode(run);
  return asked.find(({ method, path }) => method === 'PATCH' && path.endsWith('/horizontalpodautoscalers/web'))?.body;
}
const OWN = { spec: { minReplicas: 2, maxReplicas: 10 } };

test('retire gives them back, although no stack has an autoscaler', async () => {
  expect(await limitsAfter(retire, { mode: 'retire', revision: '' })).toMatchObject(OWN);
});

test('reject of the last revision gives them back, since no record is left for retire', async () => {
  expect(await limitsAfter(reject, { mode: 'reject', revision: 'v1' })).toMatchObject(OWN);
});

test('reject of another one leaves that to retire', async () => {
  expect(await limitsAfter(reject, { mode: 'reject', revision: 'v1' }, 'v0')).toBeUndefined();
});
