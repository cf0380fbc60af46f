import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import { gateway } from '../../../src/routes/httproute/router.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import type { Situation } from '../../../src/state/situation.ts';
import { tellReports, tellTroubles, troublesOf } from '../../../src/steps/evidence/route-reports.ts';
import { json } from '../../cluster/server.ts';
import { httpRouteOf } from '../../routes/httproute/routes.ts';
import { byPath, items, look } from '../../state/app.ts';

const BY = 'Gateway public (example.com/ours)';

/** An HTTPRoute of which its Gateway says this. */
function reported(name: string, status: 'True' | 'False', labels = {}) {
  const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({
    ...{ type, status: type === 'ResolvedRefs' ? status : 'True', observedGeneration: 2, reason: 'Because' },
  }));
  const parents = [{ parentRef: { name: 'public' }, controllerName: 'example.com/ours', conditions }];
  return httpRouteOf('{parentRefs: [{name: public}]}', {
    metadata: { name, namespace: 'shop', generation: 2, labels },
    status: { parents },
  });
}

const PREVIEW = { 'greenpath.dev/app': 'web' };

/** A run behind the HTTPRoute web, with what the cluster says now. */
async function behind(...now: KubeObject[]) {
  const { run, told } = await look(
    { route: 'httproute/web' },
    byPath({ 'GET ingresses': items(), 'GET httproutes': items(...now) }),
  );
  const live = { ...routeOf(httpRoute, reported('web', 'True')), router: gateway };
  return { run, told, situation: { app: 'web', routes: [live] } as unknown as Situation };
}

describe('what controllers say', () => {
  test('of the live route and of those of Greenpath, and of nobody else', async () => {
    const other = reported('other', 'False');
    const { run, told, situation } = await behind(
      reported('web', 'True'),
      reported('greenpath-web', 'False', PREVIEW),
      other,
    );
    await tellReports(run, situation, { previewSeen: true });
    expect(told()).toContain(`Accepted, with all that it names: HTTPRoute web by ${BY}`);
    expect(told()).toContain(
      `${BY} says ResolvedRefs: False of HTTPRoute greenpath-web (Because). It answers all the same`,
    );
    expect(told()).not.toContain('HTTPRoute other');
    expect(await troublesOf(run, situation)).toEqual([
      `${BY} says ResolvedRefs: False of HTTPRoute greenpath-web (Because)`,
    ]);
  });

  test.each([
    ['a preview that was not seen to answer', { previewSeen: false }, 'greenpath-web'],
    ['parking, which no answer of the preview shows', { previewSeen: true }, 'greenpath-web-parking'],
  ])('of %s is not said to be refuted by answers', async (_, seen, name) => {
    const { run, told, situation } = await behind(reported('web', 'True'), reported(name, 'False', PREVIEW));
    await tellReports(run, situation, seen);
    expect(told()).toContain(
      `${BY} says ResolvedRefs: False of HTTPRoute ${name} (Because). The answers decide, not this report`,
    );
    expect(told()).not.toContain('It answers all the same');
  });

  test('is no reason for another error if it cannot be read', async () => {
    const { run } = await look({ route: 'httproute/web' }, json(500, { message: 'no' }));
    const { situation } = await behind();
    expect(await troublesOf({ ...run, deadline: 0 }, situation)).toEqual([]);
  });

  test('before a switch is a warning, without a request', async () => {
    const { run, told } = await look({ route: 'httproute/web' });
    tellTroubles(run, { routes: [{ ...routeOf(httpRoute, reported('web', 'False')), router: gateway }] } as never);
    expect(told()).toContain(
      'says ResolvedRefs: False of HTTPRoute web (Because). The answers decide, not this report',
    );
  });
});
