import { describe, expect, test } from 'vitest';
import type { Ingress } from '../../../src/routes/ingress/object.ts';
import { planOwnRoutes, writeOwnRoutes } from '../../../src/steps/own-routes/own-routes.ts';
import { json } from '../../cluster/server.ts';
import { side } from '../../core/support.ts';
import { shop } from '../../modes/app.ts';
import { deletedBy, ingress, look, preview, situation, stackService } from '../../state/app.ts';

/** What stays open beside the live route: what nothing closes, and what an earlier run left. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const GREEN = side('web-v2');

describe('parking that nothing closes', () => {
  const told = async (spec: object) => {
    const looking = await look({ config: 'preview: {host: green.shop.test}' });
    const live = ingress('web', { spec: spec as never });
    planOwnRoutes(looking.run, situation(looking, { ...LIVE, ingresses: [live] }), [GREEN]);
    return looking.told();
  };

  test('is warned of: what visitors left can be reached until it is removed', async () => {
    expect(await told({ ingressClassName: 'contour' })).toContain(
      'The router contour cannot close parking. Whoever finds an unguessable path of Ingress greenpath-web-parking reaches what visitors reach or reached before, without what protects the live route: now web-v1, and a version that visitors left until retire removes it',
    );
    expect(await told({})).not.toContain('cannot close parking');
  });
});

describe('the preview of an earlier run, once this one has written its own', () => {
  const labels = { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v2' };
  const part = ingress('greenpath-web.2', { paths: { '/green/a': 'web-v2' }, metadata: { labels, generation: 1 } });
  const OTHERS = ingress('greenpath-web.3', {
    paths: { '/green/b': 'x' },
    metadata: { labels: { 'greenpath.dev/app': 'web.3' } },
  });
  const written = async (now: Ingress) => {
    const ingresses = [ingress(), preview('v2'), part, OTHERS];
    const more = {
      'DELETE ingresses/greenpath-web.2': json(409, { reason: 'Conflict', message: 'it has changed' }),
      'GET ingresses/greenpath-web.2': json(200, now),
    };
    const changed = now !== part;
    const looking = await look({}, shop({ ingresses, services: [V1, V2], ...(changed && { more }) }));
    const found = situation(looking, { ...LIVE, ingresses });
    const plan = planOwnRoutes(looking.run, found, [GREEN]);
    const ended = await writeOwnRoutes(looking.run, found, plan, new Map(), async () => undefined).catch(
      (error: unknown) => error,
    );
    return { ended, looking };
  };

  test('goes with what this one does not write any more, and nothing else does', async () => {
    const { ended, looking } = await written(part);
    expect([ended, deletedBy(looking)]).toEqual([undefined, ['greenpath-web.2']]);
    const order = looking.asked.map(({ method }) => method).filter((method) => method !== 'GET');
    expect(order).toEqual(['PATCH', 'PATCH', 'DELETE']);
  });

  test('stays if somebody else has changed it meanwhile, and the run says so', async () => {
    const { ended } = await written({ ...part, metadata: { ...part.metadata, generation: 2 } });
    expect(ended).toMatchObject({ code: 'conflict', message: expect.stringContaining('Ingress greenpath-web.2') });
  });
});
