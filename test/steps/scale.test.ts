import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { scaleTo } from '../../src/steps/scale.ts';
import { inTurn, json } from '../cluster/server.ts';
import { look } from '../state/app.ts';

/** A Deployment is scaled as the one that was read. */

const pods = (name: string, replicas = 1, revision = 'v2'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, uid: name, resourceVersion: '7', labels: { 'greenpath.dev/revision': revision } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web', revision } } },
  },
});

test('a Deployment that another one has the name of is not scaled', async () => {
  const looking = await look({}, inTurn(json(200, pods('web-v2', 3)), json(409)));
  expect((await scaleTo(looking.run, pods('web-v2'), 3)).spec).toMatchObject({ replicas: 3 });
  expect(looking.told()).toContain('Deployment web-v2 scaled from 1 to 3');
  await expect(scaleTo(looking.run, pods('web-v2'), 3)).rejects.toMatchObject({ code: 'conflict' });
});
