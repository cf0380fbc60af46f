import { expect, test } from 'vitest';
import { retire } from '../../src/modes/retire.ts';
import { type Answering, json } from '../cluster/server.ts';
import { httpRouteTo, ingress, items, KINDS_OF_GATEWAY_API, look, stackService, switchNote } from '../state/app.ts';
import { ofRevision, recordOf, shop } from './app.ts';

/** What retire returns. */

const RETIRE = { mode: 'retire', revision: '' };
const services = [stackService('v1'), stackService('v2')];
const live = [ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) })];
const seen = { timeline: JSON.stringify([{ at: '2026-05-01T10:00:01Z', event: 'proven', run: 'r' }]) };
const config = { keep: 0, drain: '1s' };
const [first, second] = [recordOf('v1', { config }, seen), recordOf('v2', { config }, seen)];
const records = [first, second];
const more = {
  'GET services': ofRevision({ v1: services.slice(0, 1) }, services),
  'PATCH configmaps/greenpath-web-v1': json(200, first),
};

test('where nothing was released is nothing to do', async () => {
  const { run, told } = await look(RETIRE, shop({ ingresses: [ingress()] }));
  expect(await retire(run)).toMatchObject({ state: 'unchanged', changed: false });
  expect(told()).toContain('Greenpath has released nothing here yet: nothing to do.');
});

test('of the version before is retired, and there is no previous one any more', async () => {
  const { run, asked } = await look(RETIRE, shop({ ingresses: live, services, records, more }));
  expect(await retire(run)).toMatchObject({ state: 'retired', previousRevision: '', changed: true });
  const gone = asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path.split('/').at(-1));
  expect(gone).toContain('web-v1');
  expect(gone).not.toContain('web-v2');
});

test('of a version that a route of another kind names stays, and that route is named', async () => {
  const { run, asked, told } = await look(
    RETIRE,
    shop({
      ingresses: live,
      services,
      records,
      more: { ...more, ...KINDS_OF_GATEWAY_API, 'GET httproutes': items(httpRouteTo('web-v1')) },
    }),
  );
  expect(await retire(run)).toMatchObject({ state: 'unchanged', changed: false });
  expect(told()).toContain('v1 stays: HTTPRoute web names it');
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});

test('of a version that a route of another kind names since the first look stays', async () => {
  let lists = 0;
  const named: Answering = (response, request, count) => {
    lists += 1;
    items(...(lists > 1 ? [httpRouteTo('web-v1')] : []))(response, request, count);
  };
  const { run, asked } = await look(
    RETIRE,
    shop({
      ingresses: live,
      services,
      records,
      more: { ...more, ...KINDS_OF_GATEWAY_API, 'GET httproutes': named },
    }),
  );
  await expect(retire(run)).rejects.toMatchObject({
    code: 'drifted',
    message: expect.stringContaining('is named by HTTPRoute web now'),
  });
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});

test('of what drains for longer than the step may last stays, and what has drained goes', async () => {
  const switched = switchNote({ live: 'v2', previous: 'v1', at: new Date().toISOString() });
  const long = { config: { keep: 0, drain: '15m' } };
  const [older, old] = [recordOf('v0', long, seen), recordOf('v1', long, seen)];
  const all = [stackService('v0'), ...services];
  const { run, asked, told } = await look(
    RETIRE,
    shop({
      ingresses: [ingress('web', { paths: { '/': 'web-v2' }, switchNote: switched })],
      services: all,
      records: [older, old, recordOf('v2', long, seen)],
      more: {
        'GET services': ofRevision({ v0: all.slice(0, 1), v1: all.slice(1, 2) }, all),
        'PATCH configmaps/greenpath-web-v0': json(200, older),
      },
    }),
  );
  expect(await retire(run)).toMatchObject({ state: 'retired', previousRevision: 'v1', changed: true });
  expect(told()).toMatch(/v1 may go in 1\d min.* \(drain\), after this step's timeout: run retire again then/);
  const gone = asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path.split('/').at(-1));
  expect(gone).toContain('web-v0');
  expect(gone).not.toContain('web-v1');
});

test('in a dry run leaves it, and rollback would still go there', async () => {
  const { run, asked, told } = await look(
    { ...RETIRE, 'dry-run': 'true' },
    shop({ ingresses: live, services, records, more }),
  );
  expect(await retire(run)).toMatchObject({ state: 'unchanged', previousRevision: 'v1', changed: false });
  expect(told()).toContain('Dry run: would retire v1');
  expect(asked.every(({ method, query }) => method === 'GET' || query.dryRun === 'All')).toBe(true);
  // A server reads the options of a delete from its body.
  const deletes = asked.filter(({ method }) => method === 'DELETE');
  expect(deletes.length).toBeGreaterThan(0);
  for (const { body } of deletes) expect(body).toMatchObject({ dryRun: ['All'] });
});
