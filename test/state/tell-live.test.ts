import { describe, expect, test } from 'vitest';
import { isUnproven } from '../../src/core/release/switch-note.ts';
import { observeLive, observeStanding, tellLive } from '../../src/state/tell-live.ts';
import { counterparts, ingress, look, preview, situation, slice, stackService, switchNote } from './app.ts';

/** What a run observes of where the routes lead visitors. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const UNMOVED = { moved: false };
/** The route leads to v2, and says this of it. */
const at2 = (more: Parameters<typeof switchNote>[0] = {}) => ({
  ...LIVE,
  ingresses: [
    ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1', ...more }) }),
  ],
});

describe('where visitors are', () => {
  test('is what the route names, which the run has not changed', async () => {
    const looking = await look();
    expect(observeLive(looking.run, situation(looking, LIVE), UNMOVED)).toMatchObject({
      visitors: 'http://shop.test/ is served by web-v1 (revision v1); this run has not changed that.',
      liveUrl: 'http://shop.test/',
      previousRevision: 'v1',
      state: 'unchanged',
    });
  });

  test('is nowhere before the first release of a route that is in the manifests', async () => {
    const looking = await look();
    const planned = [ingress('web', { paths: { '/': 'web' } })];
    const found = situation(looking, { services: [V2] }, counterparts('v2'), planned);
    expect(observeLive(looking.run, found, UNMOVED).visitors).toContain(
      'is served by nobody: Ingress web does not exist yet',
    );
  });

  test('is on two versions where a switch ended between two routes', async () => {
    const looking = await look({ route: 'ingress/web\ningress/admin' });
    const switched = switchNote({ live: 'v2', previous: 'v1', phase: 'switched' });
    const ingresses = [
      ingress('web', { switchNote: switchNote({}) }),
      ingress('admin', { host: 'admin.test', paths: { '/': 'web-v2' }, switchNote: switched }),
    ];
    const found = situation(looking, { ...LIVE, ingresses });
    expect(observeLive(looking.run, found, UNMOVED).visitors).toContain(
      'an earlier run switched only some of the routes from v1 to v2',
    );
  });

  test('is shown in the summary: the live URL, and the preview if there is one', async () => {
    const looking = await look();
    const found = situation(looking, {
      ...LIVE,
      ingresses: [ingress(), preview('v2')],
      slices: [slice('web-v1', 2)],
    });
    observeLive(looking.run, found, UNMOVED);
    expect(looking.run.report.close().after).toEqual({
      live: { url: 'http://shop.test/', service: 'web-v1', revision: 'v1' },
      preview: { url: 'http://shop.test/green/', service: 'web-v2', revision: 'v2' },
    });
  });

  test('is not reported by reading alone', async () => {
    const looking = await look();
    situation(looking, LIVE);
    expect(looking.observer.outcome.visitors).toBe('not checked yet; this run has changed nothing.');
    expect(looking.run.report.close().after).toBeUndefined();
  });
});

describe('the previous revision, as an output,', () => {
  test.each([
    ['promote', 'v2', 'is what is live, before a mode that moves visitors'],
    ['status', 'v1', 'is what rollback would go to, in others'],
  ])('of %s is %s: it %s', async (mode, previous) => {
    const looking = await look({ mode });
    expect(observeLive(looking.run, situation(looking, at2()), UNMOVED).previousRevision).toBe(previous);
  });

  test('stays what it was once this run has moved somebody', async () => {
    const looking = await look();
    looking.run.observe({ state: 'switched', previousRevision: 'v0' });
    const { previousRevision, visitors } = observeLive(looking.run, situation(looking, at2()), { moved: true });
    expect(previousRevision).toBe('v0');
    expect(visitors).toMatch(/, as the route says now\.$/);
  });
});

describe('a revision that is live already', () => {
  test.each([
    ['is nothing to do', {}, 'live', 'Revision v2 is live already: nothing to do.'],
    [
      'may wait for its proof',
      { phase: 'switched' as const },
      'switched',
      'Visitors were switched to revision v2, and that is not proven',
    ],
  ])('%s', async (_, noted, state, text) => {
    const looking = await look();
    const found = situation(looking, at2(noted));
    expect(isUnproven(found.switchNote, 'v2')).toBe(state === 'switched');
    expect(observeStanding(looking.run, found)).toMatchObject({ state, previousRevision: 'v1' });
    expect(tellLive(looking.run, found)).toMatchObject({ state, previousRevision: 'v1' });
    expect(looking.told()).toContain(text);
  });
});
