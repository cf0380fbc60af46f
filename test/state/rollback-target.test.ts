import { describe, expect, test } from 'vitest';
import { gone, handMade, leftBy, targetOf, unknownApp } from '../../src/state/rollback-target.ts';
import { ingress, look, service, situation, stackService, switchNote } from './app.ts';

/** Where a rollback finds its two sides. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const PROMOTED = {
  ingresses: [ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) })],
  services: [V1, V2],
};

describe('a side', () => {
  test('that visitors leave is what is live; of several routes, what only some are on', async () => {
    const looking = await look({ route: 'ingress/web\ningress/admin' });
    const halfway = {
      ingresses: [
        ingress('web', { switchNote: switchNote({}) }),
        ingress('admin', {
          host: 'a.test',
          paths: { '/': 'web-v2' },
          switchNote: switchNote({ live: 'v2', previous: 'v1', phase: 'switched' }),
        }),
      ],
      services: [V1, V2],
    };
    expect(leftBy(situation(looking, halfway), 'v1').revision).toBe('v2');
    expect(leftBy(situation(looking, halfway), 'v2').revision).toBe('v1');
  });

  test('that was there before Greenpath is what the other routes still name', async () => {
    const looking = await look();
    const plain = {
      ingresses: [ingress('web', { paths: { '/': 'web' } })],
      services: [service('web', { app: 'web' }), V2],
    };
    const found = situation(looking, plain);
    expect(handMade(found, 'adopted')?.services).toEqual({ web: 'web' });
    expect(handMade(found, 'v2')).toBeUndefined();
  });
});

describe('a rollback', () => {
  test('that stays says why, and that there is nothing to do', async () => {
    const looking = await look({ mode: 'rollback', revision: 'v9' });
    expect(targetOf(looking.run, situation(looking, PROMOTED), [])).toBeUndefined();
    expect(looking.told()).toContain('Revision v9 is not live (v2 is): nothing to do.');
    expect(looking.told()).toContain(
      '::warning::there is no revision v9 of app web (there: v1, v2): check the input revision',
    );
  });

  test.each(['', 'v1'])('that stays says nothing of a revision that is there: "%s"', async (revision) => {
    const looking = await look({ mode: 'rollback', revision, to: 'v1' });
    targetOf(looking.run, situation(looking, PROMOTED), []);
    expect(looking.told()).not.toContain('there is no revision');
  });

  test('that does not know where to go names the input', async () => {
    const looking = await look({ mode: 'rollback', revision: '' });
    expect(() => targetOf(looking.run, situation(looking, LIVE), [])).toThrow(
      expect.objectContaining({ code: 'no-way-back', next: expect.stringContaining('Set the input `to`') }),
    );
    expect(gone(situation(looking, LIVE), 'v0').message).toBe('there is no revision v0 of app web (there: v1, v2)');
    expect(gone(situation(looking, LIVE), 'v2').message).toBe(
      'revision v2 of app web is gone: a Service of it is missing',
    );
    expect(unknownApp(looking.run, [])).toMatchObject({
      code: 'no-candidate',
      message: expect.stringContaining('Ingress web'),
    });
  });
});
