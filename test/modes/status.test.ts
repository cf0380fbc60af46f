import { expect, test } from 'vitest';
import { status } from '../../src/modes/status.ts';
import { ingress, look, slice, stackService, switchNote } from '../state/app.ts';
import { recordOf, replaced, shop } from './app.ts';

/** What status returns: how everything stands, and no failure where something is wrong. */

const STATUS = { mode: 'status', revision: '' };
const services = [stackService('v1'), stackService('v2')];

test('is the tree as a value, and the revision that is live', async () => {
  const ingresses = [
    ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) }),
  ];
  const answer = shop({ ingresses, services, slices: [slice('web-v2', 2)], records: [recordOf('v1'), recordOf('v2')] });
  const { run, asked } = await look(STATUS, answer);
  const outcome = await status(run);
  expect(outcome).toMatchObject({ state: 'unchanged', revision: 'v2', previousRevision: 'v1', changed: false });
  expect(outcome.status).toMatchObject({
    live: { service: 'web-v2', revision: 'v2' },
    problem: undefined,
    stacks: [
      { revision: 'v2', role: 'live', ready: ['web-v2-0', 'web-v2-1'] },
      { revision: 'v1', role: 'previous' },
    ],
  });
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});

test('says what is wrong with a route, and does not fail', async () => {
  const ingresses = [
    ingress('web', { paths: { '/': 'web-v1' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) }),
  ];
  const { run } = await look(STATUS, shop({ ingresses, services, records: [recordOf('v1'), recordOf('v2')] }));
  expect((await status(run)).status).toMatchObject({ problem: { code: 'reverted' } });
});

test('says of each stack whether a Service of it was created again, at an address that its pods do not call', async () => {
  const ingresses = [
    ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) }),
  ];
  const { record, answers } = replaced('v1');
  const { run, told } = await look(
    STATUS,
    shop({ ingresses, services, records: [record, recordOf('v2')], more: answers }),
  );
  expect((await status(run)).status?.stacks).toMatchObject([
    { revision: 'v2' },
    { revision: 'v1', replaced: expect.stringContaining('Service web-v1 was created again') },
  ]);
  expect(told()).toMatch(/stack v1: previous, .*; Service web-v1 was created again with another address/);
  expect(told()).not.toMatch(/stack v2: .*created again/);
});
