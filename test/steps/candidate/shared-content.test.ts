import { describe, expect, test } from 'vitest';
import { planShared, writeShared } from '../../../src/steps/candidate/shared-objects.ts';
import { type Asked, json } from '../../cluster/server.ts';
import { byPath, ingress, look, situation, stackService } from '../../state/app.ts';
import { PLAIN, stackOf } from '../stacks.ts';

const LIVE = { ingresses: [ingress()], services: [stackService('v1')] };

/** A NetworkPolicy is shared; that of the cluster selects by another label than that of the manifests. */
describe('a shared object whose label selector differs', () => {
  const policy = (labels: string) =>
    `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db}, spec: {podSelector: ${labels}}}`;
  const of = (podSelector: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'db', resourceVersion: '7' },
    spec: { podSelector },
  });
  const plan = async (labels: string, config: string) => {
    const answers = {
      'GET networkpolicies/db': json(200, of({ matchLabels: { app: 'db' } })),
      'PATCH networkpolicies/db': json(200, of({})),
    };
    const looking = await look({ config, mode: 'deploy-green', manifests: 'package.json' }, byPath(answers));
    const changes = await planShared(looking.run, stackOf(...PLAIN, policy(labels)), situation(looking, LIVE));
    await writeShared(looking.run, changes);
    const patches = looking.asked.filter(({ method }) => method === 'PATCH');
    const isDry = ({ query }: Asked) => query.dryRun === 'All';
    const bodies = (all: Asked[]) => all.map(({ body }) => body);
    return {
      told: looking.told(),
      tried: bodies(patches.filter(isDry)),
      sent: bodies(patches.filter((one) => !isDry(one))),
    };
  };

  test('is told under keep, also where the manifests select every pod', async () => {
    const { told, sent } = await plan('{}', 'backing: keep');
    expect(told).toContain('it differs from the manifests in spec.podSelector.matchLabels');
    expect(sent).toEqual([]);
  });

  test('is applied without the labels that only the cluster has, and tried so first', async () => {
    const { tried, sent } = await plan('{matchLabels: {name: db}}', 'backing: apply');
    const spec = { podSelector: { matchLabels: { name: 'db', app: null } } };
    expect(sent).toMatchObject([{ spec }]);
    expect(tried).toMatchObject([{ spec }, { spec }]);
  });
});
