import { describe, expect, test } from 'vitest';
import type { Service } from '../../../src/core/kube/objects.ts';
import { refuseDoubled, tellNodePaths } from '../../../src/steps/candidate/doubled-data.ts';
import { json } from '../../cluster/server.ts';
import { byPath, ingress, items, look, service, situation, stackService } from '../../state/app.ts';
import { claims, deployment, PLAIN, SERVICE, stackOf } from '../stacks.ts';

/** Parts with state, which must not run twice at once. */

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

  test('beside the application that each revision shall have is refused, and may exist once', async () => {
    const service = SERVICE.replaceAll('web', 'db');
    const own = ', annotations: {greenpath.dev/backing: "false"}';
    const problems = await doubled([...PLAIN, deployment('db', claims('data'), '', own), service], {});
    expect(problems).toEqual([
      expect.stringMatching(/it does not exist yet.*annotate it greenpath\.dev\/backing: "true"/),
    ]);
    expect(await doubled([...PLAIN, deployment('db', claims('data')), service], {})).toEqual([]);
  });

  test('that was backing is not one of each revision by an oversight', async () => {
    const own = (name: string, metadata = {}) =>
      service(name, { app: name }, { managedFields: [{ manager: 'greenpath', operation: 'Update' }], ...metadata });
    const text = [
      ...PLAIN,
      deployment('db', 'volumes: [{name: data, emptyDir: {}}], '),
      SERVICE.replaceAll('web', 'db'),
    ];
    const faults = async (manifests: string[], ...services: Service[]) => {
      const looking = await look({}, byPath({}));
      const found = situation(looking, { ...LIVE, services: [...LIVE.services, ...services] });
      return problemsOf(refuseDoubled(looking.run, stackOf(...manifests), found));
    };
    expect(await faults(text, own('db'))).toEqual([
      expect.stringMatching(/^Deployment db was backing: Service db .* starts empty: annotate it .*"true".*"false"/),
    ]);
    const entryOf = own('db', { annotations: { 'greenpath.dev/entry': 'web' } });
    const byHand = service('db', { app: 'db' });
    const ofStack = own('db', { labels: { 'greenpath.dev/app': 'other' } });
    for (const other of [entryOf, byHand, ofStack, own('cache')]) expect(await faults(text, other)).toEqual([]);
    const said = text.map((one) =>
      one.replace('{name: db}, spec: {', '{name: db, annotations: {greenpath.dev/backing: "false"}}, spec: {'),
    );
    expect(await faults(said, own('db'))).toEqual([]);
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
