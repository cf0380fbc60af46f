import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../src/core/base/error.ts';
import { rulesOf } from '../../src/core/release/rules.ts';
import { isRefused, moveRoute, takenBack } from '../../src/steps/move-route.ts';
import { dropPreviewOf, planOwnRoutes } from '../../src/steps/own-routes.ts';
import { holdParking, planParking, unpark, unparked } from '../../src/steps/parking.ts';
import { notePhase, switchRoutes } from '../../src/steps/switch.ts';
import { cut, inTurn, json } from '../cluster/server.ts';
import { side } from '../core/support.ts';
import { byPath, ingress, look, phase, preview, situation, stackService } from '../state/app.ts';

/** How the routes of visitors are moved: what each answer of the server means for what people are told of visitors. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const GREEN = side('web-v2');
const MOVED = ingress('web', { paths: { '/': 'web-v2' } });
const REFUSED = json(422, { message: 'the server rejected our request due to an error in our request' });
const BEFORE = 'http://shop.test/ is served by web-v1 (revision v1); this run has not changed that.';
const TWO = { route: 'ingress/web\ningress/admin' };
const admin = (to: string) => ingress('admin', { host: 'admin.test', paths: { '/': to } });

describe('the switch of one route', () => {
  const move = async (answer: ReturnType<typeof json>, inputs: Record<string, string> = {}) => {
    const looking = await look(inputs, answer);
    const found = situation(looking, LIVE);
    const moving = moveRoute(looking.run, found.routes[0], GREEN, phase({ live: 'v2' }), 'web-v2');
    return { looking, end: await moving.catch((error: unknown) => error) };
  };

  test('is one patch that tests what was read', async () => {
    const { looking, end } = await move(json(200, MOVED));
    expect(end).toMatchObject({ metadata: { name: 'web' } });
    expect(looking.asked).toHaveLength(1);
    expect(looking.asked[0]?.body).toContainEqual({ op: 'test', path: '/spec/rules/0/host', value: 'shop.test' });
    expect(looking.run.known).toMatchObject({ lookAgain: undefined, outputs: { changed: true } });
  });

  test('that the server refuses leaves visitors where they were', async () => {
    for (const answer of [REFUSED, json(400, { message: 'no' })]) {
      const { looking, end } = await move(answer);
      expect(end).toMatchObject({ code: answer === REFUSED ? 'route-changed' : 'refused-by-server' });
      expect(looking.run.known).toMatchObject({ visitors: BEFORE, lookAgain: undefined, outputs: { changed: false } });
    }
  });

  test('in a dry run says nothing of visitors', async () => {
    const { looking } = await move(json(200, MOVED), { 'dry-run': 'true' });
    expect(looking.asked[0]?.query.dryRun).toBe('All');
    expect(looking.run.known.visitors).toBe(BEFORE);
    expect(looking.run.known.outputs.changed).toBe(false);
  });

  describe('whose answer was lost: the route is looked at again', () => {
    test.each([
      ['it was moved', MOVED, 'it sends http://shop.test/ to web-v2; whether that answers was not proven', 'switched'],
      ['it was not', ingress(), 'it sends http://shop.test/ to web-v1', 'unchanged'],
      [
        'its path is gone',
        ingress('web', { host: 'else.test', paths: { '/a': 'x', '/b': 'y' }, spec: { rules: [] } }),
        'its path is not there any more',
        'unchanged',
      ],
    ])('%s', async (_, now, text, state) => {
      const { looking, end } = await move((response, asked, count) =>
        (asked.method === 'GET' ? json(200, now) : cut)(response, asked, count),
      );
      expect(end).toMatchObject({ code: 'unreachable' });
      expect(looking.run.known.visitors).toContain('was sent and not confirmed; they are on web-v1 or on it');
      expect(await looking.run.known.lookAgain?.(looking.run.api)).toContain(text);
      expect(looking.run.known.outputs.state).toBe(state);
    });
  });

  test('that does not exist creates it, with a note and the backends of green', async () => {
    const looking = await look({}, json(201, MOVED));
    const planned = ingress('web', {
      paths: { '/': 'web' },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    });
    const found = situation(looking, { services: [V2] }, undefined, [planned]);
    await moveRoute(looking.run, found.routes[0], GREEN, phase({ live: 'v2' }), 'web-v2');
    const [created] = looking.asked;
    expect(created).toMatchObject({
      method: 'POST',
      body: { metadata: { annotations: { 'greenpath.dev/web': expect.stringContaining('"live":"v2"') } } },
    });
    expect(rulesOf(created?.body as never).map((rule) => rule.service)).toEqual(['web-v2', 'web-v2']);
  });
});

describe('the switch of several routes', () => {
  const both = { ingresses: [ingress(), admin('web-v1')], services: [V1, V2] };

  test('moves each, and only those that are not there yet', async () => {
    const looking = await look(
      TWO,
      byPath({ 'PATCH ingresses/web': json(200, MOVED), 'PATCH ingresses/admin': json(200, admin('web-v2')) }),
    );
    const switched = await switchRoutes(looking.run, situation(looking, both), GREEN, { previous: 'v1' });
    expect(switched?.phase).toMatchObject({ live: 'v2', previous: 'v1', phase: 'switched' });
    expect(looking.told()).toContain(
      'Switched: 2 paths of Ingress web, Ingress admin from web-v1 to web-v2 in 2 patches',
    );
    expect(looking.run.known.visitors).toContain('was switched to web-v2 (revision v2), and that is not proven');
  });

  test('of which one is refused takes back the others: nobody sees two versions', async () => {
    const looking = await look(
      TWO,
      byPath({ 'PATCH ingresses/web': inTurn(json(200, MOVED)), 'PATCH ingresses/admin': REFUSED }),
    );
    const failed = await switchRoutes(looking.run, situation(looking, both), GREEN, { previous: 'v1' }).catch(
      (error) => error,
    );
    expect(failed).toMatchObject({
      code: 'route-changed',
      message: expect.stringContaining('The routes that were switched before it were taken back (web)'),
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
    await expect(takenBack(looking.run, found, [], new Error('strange'))).rejects.toThrow('strange');
  });

  test('in a dry run is asked, and nothing was written', async () => {
    const looking = await look({ 'dry-run': 'true' }, json(200, MOVED));
    expect(await switchRoutes(looking.run, situation(looking, LIVE), GREEN, { previous: 'v1' })).toBeUndefined();
    expect(looking.told()).toContain(
      'Dry run: the server accepts the switch of 1 path of Ingress web from web-v1 to web-v2; nothing was written.',
    );
  });

  test('is refused before anything is written if green lacks a Service', async () => {
    const looking = await look();
    const nobody = { revision: 'v2', services: {} };
    await expect(switchRoutes(looking.run, situation(looking, LIVE), nobody, { previous: 'v1' })).rejects.toMatchObject(
      { code: 'no-candidate' },
    );
    expect(looking.asked).toEqual([]);
  });
});

test('a note on a route that somebody changed is refused', async () => {
  const looking = await look({}, inTurn(json(200, ingress()), REFUSED));
  const { routes } = situation(looking, LIVE);
  await notePhase(looking.run, routes, phase({ live: 'v2' }));
  await expect(notePhase(looking.run, routes, phase({ live: 'v2' }))).rejects.toMatchObject({ code: 'route-changed' });
});

describe('parking', () => {
  const closed = (...services: string[]) =>
    ingress('greenpath-web-parking', {
      paths: Object.fromEntries(services.map((name, index) => [`/${index}`, name])),
      metadata: { labels: { 'greenpath.dev/app': 'web' }, generation: 1 },
    });
  const parked = (...services: string[]) => ({ ...LIVE, ingresses: [ingress(), closed(...services)] });

  test('keeps the path of each Service that it names already', async () => {
    const looking = await look();
    const { config } = looking.run.inputs;
    const object = planParking(looking.run, situation(looking, parked('web-v1')), [GREEN], config);
    expect(rulesOf(object).map(({ path, service }) => [path, service])).toEqual([
      ['/0', 'web-v1'],
      [expect.stringMatching(/^\/[0-9a-f]{32}$/), 'web-v2'],
    ]);
  });

  test('that names both sides is left alone before a switch', async () => {
    const looking = await look();
    const found = situation(looking, parked('web-v1', 'web-v2'));
    await holdParking(looking.run, found, GREEN, looking.run.inputs.config);
    expect(looking.asked).toEqual([]);
    expect(unparked(looking.run, situation(looking, LIVE), GREEN)).toEqual(['web-v1', 'web-v2']);
  });

  test('that somebody deleted is applied again, and nobody claims that it is closed', async () => {
    const looking = await look({}, json(200, closed('web-v1')));
    await holdParking(looking.run, situation(looking, LIVE), GREEN, looking.run.inputs.config);
    expect(looking.asked[0]).toMatchObject({ method: 'PATCH', query: { fieldManager: 'greenpath' } });
    expect(looking.told()).toContain('did not name web-v1, web-v2; it was applied again, and nobody has looked yet');
  });

  test('loses the Services of a stack that goes, and goes with the last one', async () => {
    const looking = await look({}, json(200, closed('web-v1')));
    const { config } = looking.run.inputs;
    await unpark(looking.run, situation(looking, parked('web-v1', 'web-v2')), ['web-v2'], config);
    expect(rulesOf(looking.asked[0]?.body as never).map(({ service }) => service)).toEqual(['web-v1']);
    const first = situation(looking, { ingresses: [closed('web-v2')], services: [V2] }, undefined, [
      ingress('web', { paths: { '/': 'web' } }),
    ]);
    await unpark(looking.run, first, ['web-v2'], config);
    expect(looking.asked[1]?.method).toBe('DELETE');
    await unpark(looking.run, situation(looking, parked('web-v1')), ['web-v9'], config);
    expect(looking.asked).toHaveLength(2);
  });
});

describe('the preview', () => {
  test('and parking are planned together, and what was not looked at is told', async () => {
    const looking = await look();
    const { previews, parking } = planOwnRoutes(looking.run, situation(looking, LIVE), [GREEN]);
    expect(previews.map(({ preview: one }) => one.form)).toEqual(['split']);
    expect(rulesOf(parking).map(({ service }) => service)).toEqual(['web-v1', 'web-v2']);
    expect(looking.told()).toContain('Ingresses of other namespaces were not looked at');
  });

  test('that the config lets change other paths says so', async () => {
    const looking = await look({ config: 'preview: {overlap: accept}' });
    planOwnRoutes(looking.run, situation(looking, LIVE), [GREEN]);
    expect(looking.told()).toContain('The config accepts that the preview may change whom other paths reach');
  });

  test('of a route that strips paths itself and does not exist has no place', async () => {
    const looking = await look();
    const annotations = {
      'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
      'nginx.ingress.kubernetes.io/use-regex': 'true',
    };
    const backend = { service: { name: 'web', port: { number: 80 } } };
    const rules = [
      { host: 'shop.test', http: { paths: [{ path: '/()(.*)', pathType: 'ImplementationSpecific', backend }] } },
    ];
    const planned = ingress('web', { metadata: { annotations }, spec: { rules } });
    const found = situation(looking, { services: [V2] }, undefined, [planned]);
    expect(() => planOwnRoutes(looking.run, found, [GREEN])).toThrow('there is nothing to put the preview into');
  });

  test('of a stack that goes is taken away; that of another one stays', async () => {
    const gone = await look({}, json(200, {}));
    await dropPreviewOf(gone.run, situation(gone, { ...LIVE, ingresses: [ingress(), preview('v2')] }), ['web-v2']);
    expect(gone.asked.map(({ method }) => method)).toEqual(['DELETE']);
    const stays = await look();
    await dropPreviewOf(stays.run, situation(stays, { ...LIVE, ingresses: [ingress(), preview('v2')] }), ['web-v3']);
    expect(stays.asked).toEqual([]);
  });
});
