import { expect, test } from 'vitest';
import { reject } from '../../src/modes/reject.ts';
import { json } from '../cluster/server.ts';
import { ingress, look, preview, stackService, switchNote } from '../state/app.ts';
import { ofRevision, recordOf, shop } from './app.ts';

/** What reject returns. */

const REJECT = { mode: 'reject' };
const services = [stackService('v1'), stackService('v2')];
const records = [recordOf('v2')];
const [record = {}] = records;
const candidate = shop({
  ingresses: [ingress(), preview('v2')],
  services,
  records,
  more: {
    'GET services': ofRevision({ v2: services.slice(1) }, services),
    'PATCH configmaps/greenpath-web-v2': json(200, record),
  },
});

test('of a candidate is rejected: its preview, its Service and its record are gone', async () => {
  const { run, asked } = await look(REJECT, candidate);
  expect(await reject(run)).toMatchObject({
    state: 'rejected',
    changed: true,
    visitors: expect.stringContaining('web-v1 (revision v1); this run has not changed that.'),
  });
  const gone = asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path.split('/').at(-1));
  expect(gone).toEqual(['greenpath-web', 'web-v2', 'greenpath-web-v2']);
});

test('of a candidate, in a dry run, is unchanged, and each write was only tried', async () => {
  const { run, asked, told } = await look({ ...REJECT, 'dry-run': 'true' }, candidate);
  expect(await reject(run)).toMatchObject({ state: 'unchanged', changed: false });
  expect(told()).toContain('Dry run: would reject v2');
  const writes = asked.filter(({ method }) => method !== 'GET');
  expect(writes.length).toBeGreaterThan(2);
  expect(writes.every(({ query }) => query.dryRun === 'All')).toBe(true);
  // A server reads the options of a delete from its body.
  const deletes = asked.filter(({ method }) => method === 'DELETE');
  expect(deletes.length).toBeGreaterThan(0);
  for (const { body } of deletes) expect(body).toMatchObject({ dryRun: ['All'] });
});

test('of what is not there is nothing to do', async () => {
  const { run, told } = await look({ ...REJECT, revision: 'v9' }, shop({ ingresses: [ingress()] }));
  expect(await reject(run)).toMatchObject({ state: 'unchanged', changed: false, revision: 'v9' });
  expect(told()).toContain('Greenpath has nothing of revision v9 here: nothing to do.');
});

test('of what is live is refused', async () => {
  const live = [ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) })];
  const { run } = await look(REJECT, shop({ ingresses: live, services, records }));
  await expect(reject(run)).rejects.toMatchObject({ code: 'is-live' });
});
