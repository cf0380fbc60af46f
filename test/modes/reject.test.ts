import { describe, expect, test } from 'vitest';
import { ANNOTATION_ENTRY, type Service } from '../../src/core/kube/objects.ts';
import { reject } from '../../src/modes/reject.ts';
import { type Answering, json } from '../cluster/server.ts';
import {
  entry,
  httpRouteTo,
  ingress,
  items,
  KINDS_OF_GATEWAY_API,
  look,
  preview,
  service,
  slice,
  stackService,
  switchNote,
} from '../state/app.ts';
import { deployed } from '../steps/stacks.ts';
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

test('of what is not there is nothing to do, and the log says what is there', async () => {
  const more = { 'GET services': ofRevision({}, services) };
  const { run, told } = await look({ ...REJECT, revision: 'v9' }, shop({ ingresses: [ingress()], more }));
  expect(await reject(run)).toMatchObject({ state: 'unchanged', changed: false, revision: 'v9' });
  expect(told()).toContain('Greenpath has nothing of revision v9 here (there: v1, v2): nothing to do.');
});

test('of what a route of another kind names is refused, and nothing is written', async () => {
  const more = {
    'GET services': ofRevision({ v2: services.slice(1) }, services),
    ...KINDS_OF_GATEWAY_API,
    'GET httproutes': items(httpRouteTo('web-v2')),
  };
  const { run, asked } = await look(REJECT, shop({ ingresses: [ingress(), preview('v2')], services, records, more }));
  await expect(reject(run)).rejects.toMatchObject({
    code: 'drifted',
    message: 'HTTPRoute web names a Service of revision v2, so that revision was not removed',
  });
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});

test('of what is live is refused', async () => {
  const live = [ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) })];
  const { run } = await look(REJECT, shop({ ingresses: live, services, records }));
  await expect(reject(run)).rejects.toMatchObject({ code: 'is-live' });
});

describe('of a first candidate', () => {
  /** As the server says it of what Greenpath created, and of what somebody edited since. */
  const by = (one: Service, ...managers: string[]): Service => ({
    ...one,
    metadata: { ...one.metadata, managedFields: managers.map((manager) => ({ manager, operation: 'Update' })) },
  });
  const manifest = ingress('web', { paths: { '/': 'web' } });
  const first = recordOf('v2', { routes: [{ kind: 'ingress', name: 'web', manifest }] });
  const own = stackService('v2');
  const made = by(entry('v2'), 'greenpath');
  const template = { metadata: { labels: { app: 'web', revision: 'v2' } } };
  const selected = { ...deployed('web-v2'), spec: { template } };
  /** What is deleted beside the preview and the record, and what the server was told to check. */
  async function rejected(
    plain: readonly Service[],
    more: Readonly<Record<string, Answering>> = {},
    live: readonly Service[] = [],
  ) {
    const all = [...live, own, ...plain];
    const { run, asked } = await look(
      REJECT,
      shop({
        ingresses: [...(live.length > 0 ? [ingress()] : []), preview('v2')],
        services: all,
        slices: [slice('web', 1)],
        records: [first],
        more: {
          'GET services': ofRevision({ v2: [own] }, all),
          'PATCH configmaps/greenpath-web-v2': json(200, first),
          ...more,
        },
      }),
    );
    const outcome = await reject(run).catch((error: unknown) => error);
    const deletes = asked.filter(({ method }) => method === 'DELETE');
    return { outcome, deletes, services: deletes.filter(({ path }) => path.includes('/services/')).map(nameIn) };
  }
  const nameIn = ({ path }: { path: string }) => path.split('/').at(-1);

  test('goes the plain Service that was created for it, guarded by what was read, and before its pods', async () => {
    const { outcome, services: gone, deletes } = await rejected([made]);
    expect(outcome).toMatchObject({ state: 'rejected', changed: true });
    expect(gone).toEqual(['web', 'web-v2']);
    const body = deletes.find(({ path }) => path.endsWith('/services/web'))?.body;
    expect(body).toMatchObject({ preconditions: { uid: 'web' } });
  });

  test.each<[string, Service]>([
    ['somebody else made', by(service('web', { app: 'web', revision: 'v2' }), 'kubectl')],
    ['somebody else has edited', by(made, 'greenpath', 'kubectl-edit')],
    [
      'another app keeps',
      by({ ...made, metadata: { ...made.metadata, annotations: { [ANNOTATION_ENTRY]: 'other' } } }, 'greenpath'),
    ],
    ['leads to another revision', by(entry('v3'), 'greenpath')],
  ])('stays a plain Service that %s', async (_, plain) => {
    const { outcome, services: gone } = await rejected([plain]);
    expect(outcome).toMatchObject({ state: 'rejected' });
    expect(gone).toEqual(['web-v2']);
  });

  test('stays the plain Service that leads to what is live, and one that leads to the candidate beside it', async () => {
    const cart = { ...made, metadata: { ...made.metadata, name: 'cart', uid: 'cart' } };
    const { outcome, services: gone } = await rejected([by(entry('v1'), 'greenpath'), cart], {}, [stackService('v1')]);
    expect(outcome).toMatchObject({ state: 'rejected' });
    expect(gone).toEqual(['web-v2']);
  });

  test('the Service that was created for it does not keep it, and one that somebody edited does', async () => {
    const pods = { 'GET deployments': items(selected) };
    expect((await rejected([made], pods)).services).toEqual(['web', 'web-v2']);
    const { outcome, deletes } = await rejected([by(made, 'greenpath', 'kubectl-edit')], pods);
    expect(outcome).toMatchObject({ code: 'drifted', next: expect.stringContaining('delete service web') });
    expect(deletes).toEqual([]);
  });

  test('a Service that was changed since it was read is not deleted, and neither is the rest', async () => {
    const { outcome, services: tried } = await rejected([made], {
      'DELETE services/web': json(409),
      'GET services/web': json(200, by(made, 'greenpath', 'kubectl-edit')),
    });
    expect(outcome).toMatchObject({ code: 'conflict' });
    expect(tried).toEqual(['web']);
  });
});
