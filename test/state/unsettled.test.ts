import { describe, expect, test } from 'vitest';
import type { SwitchNote } from '../../src/core/release/switch-note.ts';
import { refuseDrift, tellDrift, tellRepair } from '../../src/state/drift.ts';
import { refuseLedTo, refuseNamed, routeTo } from '../../src/state/route-references.ts';
import { refuseUnsettled, unsettled } from '../../src/state/unsettled.ts';
import { json } from '../cluster/server.ts';
import { byPath, entry, ingress, items, look, service, situation, stackService, switchNote } from './app.ts';

/** What of an earlier switch, or of somebody else's work, keeps a mode from working. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const SWITCHED = switchNote({ live: 'v2', previous: 'v1', phase: 'switched' });
const at = (revision: string, noted?: SwitchNote, more: object = {}) => ({
  ingresses: [ingress('web', { paths: { '/': `web-${revision}` }, switchNote: noted })],
  services: [V1, V2],
  ...more,
});
/** No record is left of any revision. */
const NO_RECORDS = byPath({});
const record = (event: string) =>
  byPath({
    'GET configmaps/greenpath-web-v2': json(200, {
      metadata: { name: 'greenpath-web-v2' },
      data: { timeline: JSON.stringify([{ at: '2026-05-01T10:00:01Z', event, run: 'r' }]) },
    }),
  });

describe('an earlier switch', () => {
  test.each<[string, ReturnType<typeof at>, string | undefined]>([
    ['was finished', at('v2', switchNote({ live: 'v2', previous: 'v1' })), undefined],
    ['never was', at('v1'), undefined],
    ['is not proven', at('v2', SWITCHED), 'unfinished'],
    ['went back, and that is not proven', at('v1', { ...SWITCHED, live: 'v1', left: 'v2' }), 'unfinished'],
    ['was undone by somebody', at('v1', switchNote({ live: 'v2', previous: 'v1' })), 'reverted'],
  ])('%s', async (_, namespace, code) => {
    const looking = await look({}, NO_RECORDS);
    expect((await unsettled(looking.run, situation(looking, namespace)))?.code).toBe(code);
  });

  test('of an older Greenpath was noted as done in the record only', async () => {
    const looking = await look({}, record('switched'));
    expect(await unsettled(looking.run, situation(looking, at('v2', SWITCHED)))).toBeUndefined();
    const other = await look({}, record('verified'));
    expect((await unsettled(other.run, situation(other, at('v2', SWITCHED))))?.code).toBe('unfinished');
  });

  test.each([
    [
      'one of them is promoted again',
      switchNote({ live: 'v2', previous: 'v1', phase: 'switched' }),
      'Run promote for revision v2 again',
    ],
    [
      'a switch back is finished by rollback',
      switchNote({ live: 'v2', left: 'v1', phase: 'switched' }),
      'run rollback again',
    ],
  ])('ended between two routes: %s', async (_, noted, next) => {
    const looking = await look({ route: 'ingress/web\ningress/admin' }, NO_RECORDS);
    const routes = [
      ingress('web', { switchNote: switchNote({}) }),
      ingress('admin', { host: 'a.test', paths: { '/': 'web-v2' }, switchNote: noted }),
    ];
    const found = await unsettled(looking.run, situation(looking, { ingresses: routes, services: [V1, V2] }));
    expect(found).toMatchObject({ code: 'unfinished', next: expect.stringContaining(next) });
  });
});

describe('other modes', () => {
  test('refuse it, but for the one that goes on with it', async () => {
    const looking = await look({}, NO_RECORDS);
    const found = situation(looking, at('v2', SWITCHED));
    await expect(refuseUnsettled(looking.run, found)).rejects.toMatchObject({ code: 'unfinished' });
    await expect(refuseUnsettled(looking.run, found, 'v3')).rejects.toMatchObject({ code: 'unfinished' });
    await refuseUnsettled(looking.run, found, 'v2');
  });

  test('go on where a rollback has no target: a new version may be the only way out', async () => {
    const looking = await look({}, NO_RECORDS);
    await refuseUnsettled(looking.run, situation(looking, at('v2', SWITCHED, { services: [V2] })), 'v3');
    expect(looking.told()).toContain('There is no version to roll back to, so this step continues');
  });
});

describe('what drifted inside', () => {
  const drifted = async () => {
    const looking = await look();
    return { looking, found: situation(looking, at('v1', undefined, { services: [V1, V2, entry('v2')] })) };
  };
  test('is refused by a mode that would make it worse, and told by others', async () => {
    const { looking, found } = await drifted();
    expect(() => refuseDrift(found)).toThrow(expect.objectContaining({ code: 'drifted' }));
    tellDrift(looking.run, found);
    tellRepair(looking.run, found);
    expect(looking.told()).toContain('Run promote for revision v1: it is live already');
    expect(looking.told()).toContain('This step repairs it');
  });

  test('is nothing where nothing did', async () => {
    const looking = await look();
    expect(() => refuseDrift(situation(looking, at('v1')))).not.toThrow();
  });
});

describe('a stack is kept', () => {
  const late = ingress('late', { host: 'late.test', paths: { '/': 'web-v2' } });

  test('while a route leads to it that Greenpath did not make', async () => {
    const looking = await look();
    const found = situation(looking, at('v1', undefined, { ingresses: [ingress(), late] }));
    expect(() => refuseNamed(found, 'v2', ['web-v2'])).toThrow('Ingress late names a Service of revision v2');
    expect(routeTo(found, ['web-v9'])).toBeUndefined();
    expect(() => refuseNamed(found, 'v9', ['web-v9'])).not.toThrow();
  });

  test('while a Service outside of it would lose its last pods', async () => {
    const caller = service('reports', { app: 'web', revision: 'v2' });
    const deployment = (revision: string) => ({
      metadata: { name: `web-${revision}`, labels: { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': revision } },
      spec: { template: { metadata: { labels: { app: 'web', revision } } } },
    });
    const looking = await look({}, byPath({ 'GET deployments': items(deployment('v1'), deployment('v2')) }));
    const found = situation(looking, at('v1', undefined, { services: [V1, V2, caller] }));
    await expect(refuseLedTo(looking.run, found, 'v2')).rejects.toMatchObject({
      code: 'drifted',
      message: expect.stringContaining('Service reports selects pods of revision v2'),
      next: expect.stringContaining('kubectl -n shop delete service reports'),
    });
    await refuseLedTo(looking.run, situation(looking, at('v1')), 'v2');
  });
});
