import { describe, expect, test } from 'vitest';
import { planShared, writeShared } from '../../../src/steps/candidate/shared-objects.ts';
import { type Asked, json } from '../../cluster/server.ts';
import { byPath, entry, ingress, look, situation, stackService } from '../../state/app.ts';
import { PLAIN, SERVICE, stackOf } from '../stacks.ts';

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

test.each(['keep', 'apply'])('a plain Service of what is live still leads there, with backing: %s', async (backing) => {
  const backed = SERVICE.replaceAll('web', 'db').replace(
    'name: db',
    'name: db, annotations: {greenpath.dev/shared: "true"}',
  );
  const present = json(200, { ...entry('v1', 'db'), apiVersion: 'v1', kind: 'Service' });
  const options = { config: `backing: ${backing}`, mode: 'deploy-green', manifests: 'package.json' };
  const looking = await look(options, byPath({ 'GET services/db': present, 'PATCH services/db': present }));
  await writeShared(looking.run, await planShared(looking.run, stackOf(...PLAIN, backed), situation(looking, LIVE)));
  expect(looking.asked.filter(({ method }) => method === 'PATCH')).toEqual([]);
  expect(looking.told()).toContain(
    'Service db is shared now, but leads to v1, which is live, and its spec is not changed',
  );
});
