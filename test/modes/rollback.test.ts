import { describe, expect, test } from 'vitest';
import { rollback } from '../../src/modes/rollback.ts';
import { json } from '../cluster/server.ts';
import { entry, httpRouteTo, ingress, items, look, slice, stackService, switchNote } from '../state/app.ts';
import { recordOf, replaced, shop, waitingHook } from './app.ts';

/** What rollback returns: where it stays, and what it would do. */

const services = [stackService('v1'), stackService('v2')];
const slices = [slice('web-v1', 1), slice('web-v2', 1)];
const records = [recordOf('v1'), recordOf('v2')];
const ROLLBACK = { mode: 'rollback', revision: '', addresses: '127.0.0.1:9' };
const at2 = [ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) })];

test('stays where visitors were taken back already: unchanged, and there is no way further', async () => {
  const ingresses = [ingress('web', { switchNote: switchNote({ live: 'v1', left: 'v2' }) })];
  const { run, told } = await look(ROLLBACK, shop({ ingresses, services, slices, records }));
  expect(await rollback(run)).toMatchObject({
    state: 'unchanged',
    revision: 'v1',
    previousRevision: '',
    changed: false,
  });
  expect(told()).toContain('Visitors were moved off v2 already');
});

test('to where visitors are is live, and nothing to do', async () => {
  const { run, told } = await look({ ...ROLLBACK, to: 'v2' }, shop({ ingresses: at2, services, slices, records }));
  expect(await rollback(run)).toMatchObject({ state: 'live', revision: 'v2', previousRevision: 'v1', changed: false });
  expect(told()).toContain('Revision v2 is live already: nothing to do.');
});

test('in a dry run tries parking and the switch, and leaves everything as it was', async () => {
  const more = { 'PATCH ingresses/web': json(200, ingress()) };
  const answer = shop({ ingresses: at2, services, slices, records, more });
  const { run, asked } = await look({ ...ROLLBACK, 'dry-run': 'true' }, answer);
  expect(await rollback(run)).toMatchObject({
    state: 'unchanged',
    revision: 'v1',
    previousRevision: 'v2',
    changed: false,
    visitors: expect.stringContaining('is served by web-v2 (revision v2); this run has not changed that.'),
  });
  const writes = asked.filter(({ method }) => method !== 'GET');
  expect(writes.map(({ path, query }) => [path.split('/').at(-1), query.dryRun])).toEqual([
    ['greenpath-web-parking', 'All'],
    ['web', 'All'],
  ]);
  // What the next run goes by if this one ends before its hooks.
  expect(JSON.stringify(writes.at(-1)?.body)).toMatch(/left\W+v2.*rollback\W+true/);
});

test('goes back without parking if the server refuses that, and warns', async () => {
  const more = {
    'PATCH ingresses/greenpath-web-parking': json(403, { message: 'no right' }),
    'PATCH ingresses/web': json(200, ingress()),
  };
  const answer = shop({ ingresses: at2, services, slices, records, more });
  const { run, told } = await look({ ...ROLLBACK, 'dry-run': 'true' }, answer);
  expect(await rollback(run)).toMatchObject({ revision: 'v1', previousRevision: 'v2' });
  expect(told()).toMatch(/::warning::Parking was not written: .*Visitors go back without it/);
});

test('goes to a version of which a Service was created again, and warns that its pods call the old address', async () => {
  const { record, answers } = replaced('v1');
  const more = { 'PATCH ingresses/web': json(200, ingress()), ...answers };
  const answer = shop({ ingresses: at2, services, slices, records: [record, recordOf('v2')], more });
  const { run, told } = await look({ ...ROLLBACK, 'dry-run': 'true' }, answer);
  expect(await rollback(run)).toMatchObject({ revision: 'v1', previousRevision: 'v2' });
  expect(told()).toMatch(
    /::warning::a part of v1 was replaced: Service web-v1 .*they call 10\.0\.0\.1\. Create the Service/,
  );
});

test('of an app that was never released is refused', async () => {
  const { run, observer } = await look(ROLLBACK, shop({ ingresses: at2, services }));
  await expect(rollback(run)).rejects.toMatchObject({ code: 'no-candidate' });
  expect(observer.outcome.visitors).toContain('not checked yet');
});

describe('a post-rollback hook that has not run', () => {
  const { recorded, answers } = waitingHook('undo-v2', 'post-rollback');
  const own = (more: object = {}) => [recordOf('v1', more), recordOf('v2', { objects: [recorded], ...more })];
  const at1 = (more: Parameters<typeof switchNote>[0]) => [ingress('web', { switchNote: switchNote(more) })];
  const scene = { services, slices, records: own(), more: answers };

  test.each([
    ['without inputs', {}, 'unchanged'],
    ['from what it was run for', { revision: 'v2' }, 'unchanged'],
    ['to where it was run to', { to: 'v1' }, 'live'],
  ])('runs when the rollback is run again %s, which says that it changed something', async (_, inputs, state) => {
    const ingresses = at1({ live: 'v1', left: 'v2', rollback: true });
    const { run, told } = await look({ ...ROLLBACK, ...inputs }, shop({ ...scene, ingresses }));
    expect(await rollback(run)).toMatchObject({ state, revision: 'v1', changed: true });
    expect(told()).toContain('undo-v2 succeeded');
  });

  test('stays so where somebody moved visitors on to that revision since, and that is accepted', async () => {
    const noted = switchNote({ live: 'v1', left: 'v2', rollback: true });
    const ingresses = [ingress('web', { paths: { '/': 'web-v2' }, switchNote: noted })];
    const more = { ...answers, 'PATCH ingresses/web': json(200, ingresses[0]) };
    const { run, told } = await look({ ...ROLLBACK, to: 'v2' }, shop({ ...scene, ingresses, more }));
    expect(await rollback(run)).toMatchObject({ state: 'live', revision: 'v2' });
    expect(told()).toContain('Noted that v2 is live');
    expect(told()).not.toContain('undo-v2');
  });

  test('stays so after a restore: promote moved visitors back by itself, and no rollback did', async () => {
    const ingresses = at1({ live: 'v1', left: 'v2' });
    const { run, asked } = await look({ ...ROLLBACK, revision: 'v2' }, shop({ ...scene, ingresses }));
    expect(await rollback(run)).toMatchObject({ state: 'unchanged', revision: 'v1', changed: false });
    expect(asked.every(({ method }) => method === 'GET')).toBe(true);
  });

  test.each([
    ['runs once a rollback is finished that another run began', { rollback: true }, true],
    ['stays so where that was a restore', {}, false],
  ])('%s', async (_, how, runs) => {
    const ingresses = at1({ live: 'v1', left: 'v2', phase: 'switched', ...how });
    const records = own({ config: { proof: 'off' } });
    const noted = { [`PATCH configmaps/${records[1]?.metadata.name}`]: json(200, records[1]) };
    const { run, told } = await look(ROLLBACK, shop({ ...scene, ingresses, records, more: { ...answers, ...noted } }));
    expect(await rollback(run)).toMatchObject({ state: 'rolled-back', revision: 'v1' });
    expect(told().includes('undo-v2 succeeded')).toBe(runs);
  });
});

test('that repairs what had drifted says that it changed something', async () => {
  const drifted = [...services, { ...entry('v1'), metadata: { ...entry('v1').metadata, resourceVersion: '7' } }];
  const more = { 'PATCH services/web': json(200, entry('v2')) };
  const answer = shop({ ingresses: at2, services: drifted, slices, records, more });
  const { run, told } = await look({ ...ROLLBACK, to: 'v2' }, answer);
  expect(await rollback(run)).toMatchObject({ state: 'live', revision: 'v2', changed: true });
  expect(told()).toContain('what had drifted was repaired: Service web');
});

describe('a version that another run was removing', () => {
  const deployment = (name: string, metadata: object = {}) => ({
    metadata: { name, uid: name, labels: { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v1' }, ...metadata },
    spec: { replicas: 1, template: { metadata: { labels: { app: 'web', revision: 'v1' } } } },
  });
  const retiring = recordOf('v1', {}, { timeline: JSON.stringify([{ at: 'now', event: 'retiring', run: 'r' }]) });
  const begun = (...deployments: object[]) =>
    look(
      { ...ROLLBACK, 'dry-run': 'true' },
      shop({
        ...{ ingresses: at2, services, slices, records: [retiring, recordOf('v2')] },
        more: { 'PATCH ingresses/web': json(200, ingress()), 'GET deployments': items(...deployments) },
      }),
    );

  test.each([
    ['is deleted', []],
    ['is being deleted', [deployment('web-v1', { deletionTimestamp: '2026-05-01T10:00:00Z' })]],
  ])('gets no visitors once its Deployment %s, although its pods still look ready', async (_, deployments) => {
    const { run, asked } = await begun(...deployments);
    await expect(rollback(run)).rejects.toMatchObject({
      code: 'no-way-back',
      message:
        'revision v1 of app web is gone: it is being removed, and the Deployment behind Service web-v1 is deleted',
    });
    expect(asked.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('is gone back to while all of it is there', async () => {
    const { run } = await begun(deployment('web-v1'));
    expect(await rollback(run)).toMatchObject({ state: 'unchanged', revision: 'v1' });
  });
});

describe('while the application moves from an Ingress to an HTTPRoute', () => {
  const more = {
    'GET httproutes': items(httpRouteTo('web-v2')),
    'PATCH httproutes/web': json(200, httpRouteTo('web-v1')),
    'PATCH ingresses/web': json(200, ingress()),
  };

  test('goes to a version from before the HTTPRoute, also where that is named first', async () => {
    const route = 'httproute/web\ningress/web';
    const { run } = await look(
      { ...ROLLBACK, route, 'dry-run': 'true' },
      shop({ ingresses: at2, services, slices, records, more }),
    );
    expect(await rollback(run)).toMatchObject({ revision: 'v1', previousRevision: 'v2' });
  });

  test('names the routes of the releases that it knows, where none was behind the HTTPRoute', async () => {
    const inputs = { ...ROLLBACK, route: 'httproute/web' };
    const { run } = await look(inputs, shop({ ingresses: at2, services, slices, records, more }));
    await expect(rollback(run)).rejects.toMatchObject({
      code: 'no-candidate',
      message: 'Greenpath knows no release of app web behind HTTPRoute web; those that it knows are behind Ingress web',
      next: expect.stringContaining('ingress/web still exists, name it in the input `route` too'),
    });
  });
});
