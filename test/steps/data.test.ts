import { describe, expect, test } from 'vitest';
import { refuseDoubled, tellNodePaths } from '../../src/steps/data.ts';
import { findMissing, refuseOthersObjects, tellSecondBudgets } from '../../src/steps/preflight.ts';
import { json } from '../cluster/server.ts';
import { byPath, ingress, items, look, situation, stackService } from '../state/app.ts';
import { claims, deployment, PLAIN, SERVICE, stackOf } from './stacks.ts';

/** What is found out before a candidate is written: what must not run twice, and what is missing or somebody else's. */

const LIVE = { ingresses: [ingress()], services: [stackService('v1')] };
const claim = (...accessModes: string[]) => json(200, { metadata: { name: 'data' }, spec: { accessModes } });
const problemsOf = (work: Promise<void>) =>
  work.then(
    () => [],
    (error) => error.problems.map(({ text }: { text: string }) => text),
  );

describe('a part with state', () => {
  const doubled = async (manifests: string[], answers: Parameters<typeof byPath>[0]) => {
    const looking = await look({}, byPath(answers));
    return problemsOf(refuseDoubled(looking.run, stackOf(...manifests), situation(looking, LIVE)));
  };

  test('that visitors reach has to keep its data where two versions may write', async () => {
    const problems = await doubled([deployment('web', claims('data')), SERVICE], {
      'GET persistentvolumeclaims/data': claim('ReadWriteOnce'),
    });
    expect(problems).toEqual([
      expect.stringMatching(/writes to PersistentVolumeClaim data \(ReadWriteOnce\).*visitors reach it/),
    ]);
  });

  test('may run twice where the claim can be mounted by many', async () => {
    expect(
      await doubled([deployment('web', claims('data')), SERVICE], {
        'GET persistentvolumeclaims/data': claim('ReadWriteMany'),
      }),
    ).toEqual([]);
  });

  test('beside the application is to be shared, with what it needs', async () => {
    const service = SERVICE.replaceAll('web', 'db');
    const problems = await doubled([...PLAIN, deployment('db', claims('data')), service], {});
    expect(problems).toEqual([
      expect.stringMatching(
        /it does not exist yet.*annotate Deployment db and Service db with greenpath\.dev\/shared: "true"/,
      ),
    ]);
  });

  test('that starts early as a worker waits without that annotation', async () => {
    const early = deployment('jobs', claims('data'), '', ', annotations: {greenpath.dev/start: early}');
    const problems = await doubled([...PLAIN, early], { 'GET persistentvolumeclaims/data': claim('ReadWriteOnce') });
    expect(problems).toEqual([expect.stringContaining('remove its annotation greenpath.dev/start: early')]);
  });

  test('that is shared is not created beside whatever writes to its claim now', async () => {
    const shared = deployment('db', claims('data'), '', ', annotations: {greenpath.dev/shared: "true"}');
    const old = {
      metadata: { name: 'old-db' },
      spec: {
        template: {
          spec: {
            volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
            containers: [{ name: 'db' }],
          },
        },
      },
    };
    const answers = { 'GET persistentvolumeclaims/data': claim('ReadWriteOnce') };
    const beside = await doubled([...PLAIN, shared], { ...answers, 'GET deployments': items(old) });
    expect(beside).toEqual([expect.stringContaining('Deployment db would be created beside Deployment old-db')]);
    const stopped = { ...old, spec: { ...old.spec, replicas: 0 } };
    expect(await doubled([...PLAIN, shared], { ...answers, 'GET deployments': items(stopped) })).toEqual([]);
    const itself = { ...old, metadata: { name: 'db' } };
    expect(await doubled([...PLAIN, shared], { ...answers, 'GET deployments': items(itself) })).toEqual([]);
  });

  test('on its node is only warned of: it may be a cache', async () => {
    const looking = await look();
    const node = deployment('web', 'volumes: [{name: data, hostPath: {path: /srv/data}}], ');
    tellNodePaths(looking.run, stackOf(node, SERVICE), situation(looking, LIVE));
    tellNodePaths(looking.run, stackOf(...PLAIN), situation(looking, LIVE));
    expect(looking.told().match(/::warning::/g)).toHaveLength(1);
    expect(looking.told()).toContain('Deployment web writes to /srv/data of its node (hostPath)');
  });
});

describe('what the pods need and nobody brings', () => {
  const reads = deployment('web', 'volumes: [{name: data, secret: {secretName: db}}], ');
  const external =
    '{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: db, annotations: {greenpath.dev/shared: "true"}}, spec: {}}';

  test('is a problem at the place that needs it', async () => {
    const { run } = await look({}, byPath({}));
    const [problem] = await findMissing(run, stackOf(reads, SERVICE));
    expect(problem).toMatchObject({ text: expect.stringContaining('needs Secret db'), place: { file: 'all.yaml' } });
  });

  test('is only told where a controller may make it of a shared object', async () => {
    const looking = await look({}, byPath({}));
    expect(await findMissing(looking.run, stackOf(reads, SERVICE, external))).toEqual([]);
    expect(looking.told()).toContain('let one of the shared objects bring it');
  });

  test('is none if it is there, and what it holds is shown nowhere', async () => {
    const secret = { kind: 'Secret', metadata: { name: 'db' }, data: { password: btoa('correct-horse-battery') } };
    const looking = await look({}, byPath({ 'GET secrets/db': json(200, secret) }));
    expect(await findMissing(looking.run, stackOf(reads, SERVICE))).toEqual([]);
    looking.run.report.line('the password is correct-horse-battery');
    expect(looking.told()).toContain('the password is ***');
  });
});

test('names that another app of the namespace has are refused, each at its place', async () => {
  const taken = { metadata: { name: 'web-v2', labels: { 'greenpath.dev/app': 'other' } } };
  const looking = await look(
    {},
    byPath({
      'GET configmaps': items({ ...taken, metadata: { ...taken.metadata, name: 'greenpath-web-v2' } }),
      'GET deployments': items(taken),
    }),
  );
  const found = situation(looking, { ...LIVE, services: [stackService('v1'), stackService('v2', 'web', 'other')] });
  expect(await problemsOf(refuseOthersObjects(looking.run, stackOf(...PLAIN), found))).toEqual([
    expect.stringContaining('web-v2 belongs to app other already'),
    expect.stringContaining('web-v2 belongs to app other already'),
    'ConfigMap greenpath-web-v2 belongs to app other already',
  ]);
  const fine = await look({}, byPath({ 'GET configmaps': items(), 'GET deployments': items() }));
  await refuseOthersObjects(fine.run, stackOf(...PLAIN), situation(fine, LIVE));
});

describe('a second disruption budget', () => {
  const budget =
    '{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}';
  const other = (labels: object) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'old', labels },
    spec: { selector: { matchLabels: { app: 'web' } } },
  });

  test('that selects the same pods is told: none of them could be evicted', async () => {
    const looking = await look(
      {},
      byPath({ 'GET poddisruptionbudgets': items(other({}), other({ 'greenpath.dev/app': 'web' })) }),
    );
    await tellSecondBudgets(looking.run, stackOf(...PLAIN, budget));
    expect(looking.told().match(/::notice::/g)).toHaveLength(1);
    expect(looking.told()).toContain('PodDisruptionBudget old selects the pods of Deployment web too');
  });

  test('is not asked for where the manifests have none', async () => {
    const looking = await look();
    await tellSecondBudgets(looking.run, stackOf(...PLAIN));
    expect(looking.asked).toEqual([]);
  });
});
