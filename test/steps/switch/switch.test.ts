import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import { isRefused } from '../../../src/state/run.ts';
import { observeLive } from '../../../src/state/tell-live.ts';
import { takenBack } from '../../../src/steps/switch/move-route.ts';
import { noteSwitch, switchRoutes } from '../../../src/steps/switch/switch.ts';
import { inTurn, json } from '../../cluster/server.ts';
import { side } from '../../core/support.ts';
import { byPath, ingress, look, situation, stackService, switchNote } from '../../state/app.ts';

/** The switch of all routes of an app: all of them move, or none. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const GREEN = side('web-v2');
const MOVED = ingress('web', { paths: { '/': 'web-v2' } });
const REFUSED = json(422, { message: 'the server rejected our request due to an error in our request' });
const TWO = { route: 'ingress/web\ningress/admin' };
const admin = (to: string) => ingress('admin', { host: 'admin.test', paths: { '/': to } });

describe('the switch of several routes', () => {
  const both = { ingresses: [ingress(), admin('web-v1')], services: [V1, V2] };

  test('moves each, and only those that are not there yet', async () => {
    const looking = await look(
      TWO,
      byPath({ 'PATCH ingresses/web': json(200, MOVED), 'PATCH ingresses/admin': json(200, admin('web-v2')) }),
    );
    const switched = await switchRoutes(looking.run, situation(looking, both), GREEN, { previous: 'v1' }, {});
    expect(switched?.switchNote).toMatchObject({ live: 'v2', previous: 'v1', phase: 'switched' });
    expect(looking.told()).toContain(
      'Switched: 2 paths of Ingress web, Ingress admin from web-v1 to web-v2 in 2 patches',
    );
    expect(looking.observer.outcome.visitors).toContain('was switched to web-v2 (revision v2), and that is not proven');
  });

  test('of which one is refused takes back the others: nobody sees two versions', async () => {
    const looking = await look(
      TWO,
      byPath({ 'PATCH ingresses/web': inTurn(json(200, MOVED)), 'PATCH ingresses/admin': REFUSED }),
    );
    const failed = await switchRoutes(looking.run, situation(looking, both), GREEN, { previous: 'v1' }, {}).catch(
      (error) => error,
    );
    expect(failed).toMatchObject({
      code: 'route-changed',
      message: expect.stringContaining('The routes that were switched before it were reverted (Ingress web)'),
    });
    expect(looking.asked.map(({ path }) => path.split('/').at(-1))).toEqual(['web', 'admin', 'web']);
    expect(looking.asked[2]?.body).toContainEqual(
      expect.objectContaining({ op: 'replace', value: { service: { name: 'web-v1', port: { number: 80 } } } }),
    );
  });

  test('takes nothing back where the answer was lost, or the run ends', async () => {
    const looking = await look();
    const lost = new GreenpathError('unreachable', 'lost', '');
    expect(isRefused(looking.run, lost)).toBe(false);
    expect(isRefused(looking.run, new Error('other'))).toBe(false);
    expect(isRefused(looking.run, new GreenpathError('conflict', 'no', ''))).toBe(true);
    const found = situation(looking, LIVE);
    await expect(takenBack(looking.run, found, [], {}, new Error('strange'))).rejects.toThrow('strange');
  });

  test('in a dry run is asked, and nothing was written', async () => {
    const looking = await look({ 'dry-run': 'true' }, json(200, MOVED));
    const found = situation(looking, LIVE);
    const { visitors } = observeLive(looking.run, found, { moved: false });
    expect(await switchRoutes(looking.run, found, GREEN, { previous: 'v1' }, {})).toBeUndefined();
    expect(looking.asked.map(({ method, query }) => [method, query.dryRun])).toEqual([['PATCH', 'All']]);
    expect(looking.observer.outcome).toMatchObject({ visitors, state: 'unchanged', changed: false });
    expect(looking.told()).toContain(
      'Dry run: the server accepts the switch of 1 path of Ingress web from web-v1 to web-v2; nothing was written.',
    );
  });

  test('is refused before anything is written if green lacks a Service', async () => {
    const looking = await look();
    const nobody = { revision: 'v2', services: {} };
    await expect(
      switchRoutes(looking.run, situation(looking, LIVE), nobody, { previous: 'v1' }, {}),
    ).rejects.toMatchObject({ code: 'no-candidate' });
    expect(looking.asked).toEqual([]);
  });
});

test('a note on a route that somebody changed is refused', async () => {
  const looking = await look({}, inTurn(json(200, ingress()), REFUSED));
  const { routes } = situation(looking, LIVE);
  await noteSwitch(looking.run, routes, switchNote({ live: 'v2' }));
  await expect(noteSwitch(looking.run, routes, switchNote({ live: 'v2' }))).rejects.toMatchObject({
    code: 'route-changed',
  });
});
