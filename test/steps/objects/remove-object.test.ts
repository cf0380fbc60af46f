import { describe, expect, test } from 'vitest';
import { isAsRead, removeObject } from '../../../src/steps/objects/remove-object.ts';
import { inTurn, json } from '../../cluster/server.ts';
import { look, stackService } from '../../state/app.ts';

/** What is deleted is what was read, or a later version of it that is still meant. */

const V2 = stackService('v2');

describe('a removal', () => {
  const object = { ...V2, metadata: { ...V2.metadata, generation: 1, resourceVersion: '7' } };
  const now = (more: object) => json(200, { ...object, metadata: { ...object.metadata, ...more } });
  const isMeant = isAsRead(object);

  test.each<[string, Parameters<typeof inTurn>, 'removed' | 'gone' | 'conflict', number]>([
    ['of what is as it was read', [json(200)], 'removed', 1],
    ['of what is gone', [json(404)], 'gone', 1],
    [
      'of what got another status meanwhile',
      [json(409), now({ resourceVersion: '8' }), now({ resourceVersion: '8' }), json(200)],
      'removed',
      4,
    ],
    ['of what says something else now', [json(409), now({ generation: 2 }), now({ generation: 2 })], 'conflict', 3],
    ['of what carries other labels now', [json(409), now({ labels: {} }), now({ labels: {} })], 'conflict', 3],
    ['of what another one has the name of', [json(409), now({ uid: 'other' })], 'gone', 2],
  ])('%s', async (_, answers, end, requests) => {
    const looking = await look({}, inTurn(...answers));
    const code = await removeObject(looking.run, object, isMeant).then(
      () => undefined,
      (error) => error.code,
    );
    expect(code).toBe(end === 'conflict' ? 'conflict' : undefined);
    expect(looking.observer.outcome.changed).toBe(end === 'removed');
    expect(looking.asked).toHaveLength(requests);
  });

  test('is tried five times against whoever writes all the time', async () => {
    const looking = await look({}, (response, asked, count) =>
      (asked.method === 'DELETE' ? json(409) : now({}))(response, asked, count),
    );
    await expect(removeObject(looking.run, object, isMeant)).rejects.toMatchObject({ code: 'conflict' });
    expect(looking.asked.filter(({ method }) => method === 'DELETE')).toHaveLength(5);
  });
});
