import { describe, expect, test } from 'vitest';
import { NO_MARK } from '../../../src/core/release/router-mark.ts';
import { pathsOf } from '../../../src/routes/ingress/paths.ts';
import { observeLive } from '../../../src/state/tell-live.ts';
import { moveRoute } from '../../../src/steps/switch/move-route.ts';
import { cut, json } from '../../cluster/server.ts';
import { side } from '../../core/support.ts';
import { ingress, look, situation, stackService, switchNote } from '../../state/app.ts';

/** Promise 3: the guarded write of one route, and what each answer means for what the run says about visitors. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const TO_GREEN = {
  ...{ to: side('web-v2'), switchNote: switchNote({ live: 'v2' }) },
  ...{ mark: NO_MARK, url: 'http://shop.test/' },
};
const MOVED = ingress('web', { paths: { '/': 'web-v2' } });
const REFUSED = json(422, { message: 'the server rejected our request due to an error in our request' });
const BEFORE = 'http://shop.test/ is served by web-v1 (revision v1); this run has not changed that.';

describe('the switch of one route', () => {
  const move = async (answer: ReturnType<typeof json>) => {
    const looking = await look({}, answer);
    const found = situation(looking, LIVE);
    observeLive(looking.run, found, { moved: false });
    const moving = moveRoute(looking.run, found.routes[0], TO_GREEN);
    return { looking, end: await moving.catch((error: unknown) => error) };
  };

  test('is one patch that tests what was read', async () => {
    const { looking, end } = await move(json(200, MOVED));
    expect(end).toMatchObject({ object: { metadata: { name: 'web' } }, paths: [{ service: 'web-v2' }] });
    expect(looking.asked).toHaveLength(1);
    expect(looking.asked[0]?.body).toContainEqual({ op: 'test', path: '/spec/rules/0/host', value: 'shop.test' });
    expect(looking.observer.outcome.changed).toBe(true);
    expect(await looking.observer.settle(looking.run.api)).toBe(true);
    expect(looking.asked).toHaveLength(1);
  });

  test('that the server refuses leaves visitors where they were', async () => {
    for (const answer of [REFUSED, json(400, { message: 'no' })]) {
      const { looking, end } = await move(answer);
      expect(end).toMatchObject({ code: answer === REFUSED ? 'route-changed' : 'refused-by-server' });
      expect(looking.observer.outcome).toMatchObject({ visitors: BEFORE, changed: false });
    }
  });

  describe('whose answer was lost: the route is looked at again', () => {
    test.each([
      ['it was moved', MOVED, 'it sends http://shop.test/ to web-v2; whether that answers was not proven', 'switched'],
      ['it was not', ingress(), 'it sends http://shop.test/ to web-v1', 'unchanged'],
      [
        'its path is gone',
        ingress('web', { host: 'else.test', paths: { '/a': 'x', '/b': 'y' }, spec: { rules: [] } }),
        'its path no longer exists',
        'unchanged',
      ],
    ])('%s', async (_, now, text, state) => {
      const { looking, end } = await move((response, asked, count) =>
        (asked.method === 'GET' ? json(200, now) : cut)(response, asked, count),
      );
      expect(end).toMatchObject({ code: 'unreachable' });
      expect(looking.observer.outcome.visitors).toContain(
        'was sent and not confirmed; visitors are on web-v1 or on the new one',
      );
      expect(await looking.observer.settle(looking.run.api)).toBe(true);
      expect(looking.observer.outcome).toMatchObject({ visitors: expect.stringContaining(text), state });
    });
  });

  test('that does not exist creates it, with a note and the backends of green', async () => {
    const looking = await look({}, json(201, MOVED));
    const planned = ingress('web', {
      paths: { '/': 'web' },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    });
    const found = situation(looking, { services: [V2] }, undefined, [planned]);
    await moveRoute(looking.run, found.routes[0], TO_GREEN);
    const [created] = looking.asked;
    expect(created).toMatchObject({
      method: 'POST',
      body: { metadata: { annotations: { 'greenpath.dev/web': expect.stringContaining('"live":"v2"') } } },
    });
    expect(pathsOf(created?.body as never).map((rule) => rule.service)).toEqual(['web-v2', 'web-v2']);
  });
});
