import { describe, expect, test } from 'vitest';
import { holdStrength, releaseStrength } from '../../../src/steps/pods/hpa-limits.ts';
import { strengthenLater, strengthenSide } from '../../../src/steps/pods/strength.ts';
import { json } from '../../cluster/server.ts';
import { side } from '../../core/support.ts';
import { byPath, ingress, items, look, situation, slice, stackService } from '../../state/app.ts';
import { deployed } from '../stacks.ts';

/** How a side is made as strong as the one that visitors are on, and kept so. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const [GREEN, BLUE] = [side('web-v2'), side('web-v1', 'v1')];
const forbidden = (kind: string, verb: string) =>
  json(403, {
    message: `${kind} is forbidden: User "x" cannot ${verb} resource "${kind}" in API group "autoscaling" in the namespace "shop"`,
  });

describe('a side', () => {
  const hpa = (name: string) => ({
    metadata: { name: 'hpa', uid: 'h' },
    spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name } },
  });

  test('at strength is left alone', async () => {
    const looking = await look();
    const found = situation(looking, { ...LIVE, slices: [slice('web-v1', 2), slice('web-v2', 2)] });
    expect(await strengthenSide(looking.run, found, GREEN, BLUE)).toBe(false);
    expect(looking.told()).toContain('web-v2 is at strength: 2 ready pods');
  });

  test.each([
    [
      'whose Service is gone',
      { services: [V1] },
      GREEN,
      'Service web-v2 is gone',
      'Run deploy-green for this revision again',
    ],
    ['behind whose Service nothing is', {}, GREEN, 'no Deployment is behind Service web-v2', 'Run deploy-green'],
    [
      'that existed before Greenpath',
      { services: [V1] },
      { ...GREEN, revision: 'adopted' },
      'is gone',
      'apply it again yourself',
    ],
  ])('%s cannot be', async (_, namespace, to, message, next) => {
    const looking = await look({}, byPath({ 'GET deployments': items() }));
    const found = situation(looking, { ...LIVE, ...namespace });
    await expect(strengthenSide(looking.run, found, to, BLUE)).rejects.toMatchObject({
      code: 'no-candidate',
      message: expect.stringContaining(message),
      next: expect.stringContaining(next),
    });
    // Visitors are there already: it is thrown only by the wait.
    const later = await strengthenLater(looking.run, found, to, BLUE);
    await expect(later?.()).rejects.toMatchObject({ code: 'no-candidate' });
  });

  test('that is weaker is scaled; a dry run tries that, says so, and waits for nothing', async () => {
    const deployment = deployed('web-v2');
    const looking = await look(
      { 'dry-run': 'true' },
      byPath({
        'GET deployments': items(deployment),
        'GET horizontalpodautoscalers': items(),
        'PATCH deployments/web-v2': json(200, deployment),
      }),
    );
    const found = situation(looking, { ...LIVE, slices: [slice('web-v1', 3), slice('web-v2', 1)] });
    expect(await strengthenSide(looking.run, found, GREEN, BLUE)).toBe(false);
    expect(looking.told()).toContain('web-v2 has 1 ready pod, and 3 are needed');
    expect(looking.told()).toContain('Deployment web-v2 would be scaled from 1 to 3');
    const writes = looking.asked.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ body, query }) => [body, query.dryRun])).toMatchObject([[{ spec: { replicas: 3 } }, 'All']]);
    expect(looking.observer.outcome.changed).toBe(false);
  });

  test('that was left keeps its pods until retire: its HPA is held there, and let go', async () => {
    const answers = {
      'GET horizontalpodautoscalers': items(hpa('web-v1')),
      'GET deployments': items(deployed('web-v1', 3, 'v1')),
      'PATCH horizontalpodautoscalers/hpa': json(200, hpa('web-v1')),
    };
    const looking = await look({}, byPath(answers));
    const found = situation(looking, { ...LIVE, slices: [slice('web-v1', 3)] });
    await holdStrength(looking.run, found, BLUE);
    expect(looking.asked.at(-1)?.body).toMatchObject({
      spec: { minReplicas: 3 },
      metadata: { annotations: { 'greenpath.dev/limits': '1..5' } },
    });
    const held = {
      ...hpa('web-v1'),
      metadata: { name: 'hpa', uid: 'h', annotations: { 'greenpath.dev/limits': '1..5' } },
    };
    const back = await look({}, byPath({ ...answers, 'GET horizontalpodautoscalers': items(held) }));
    await releaseStrength(back.run, situation(back, LIVE));
    expect(back.asked.at(-1)?.body).toMatchObject({ spec: { minReplicas: 1, maxReplicas: 5 } });
  });

  test('without an HPA, or where the Role may not list them, is held by nothing', async () => {
    const looking = await look(
      {},
      byPath({ 'GET horizontalpodautoscalers': forbidden('horizontalpodautoscalers', 'list') }),
    );
    await holdStrength(looking.run, situation(looking, LIVE), BLUE);
    expect(looking.told()).toContain('HorizontalPodAutoscalers were not read');
    expect(looking.asked).toHaveLength(1);
  });
});
