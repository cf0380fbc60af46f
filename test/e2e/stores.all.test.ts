import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { claim } from './disk.ts';
import { liveThrough } from './life.ts';
import { Place } from './place.ts';
import { fileServer, fileStore, redisStore, visitedStore } from './stores.ts';
import { visitorsOf } from './visitors.ts';
import { allowOptional } from './whole-role.ts';

/** Each shape in which manifests hold state: what keeps rows keeps them over the whole life of the application. */

const cluster = inject('cluster');
/** Room for what makes two revisions, with rows in between. */
const LONG = 900_000;

describe('parts with state that visitors do not reach', () => {
  const RECREATED = { strategy: { type: 'Recreate' } };
  const ANNOTATED = { 'greenpath.dev/backing': 'true' };
  let place: Place;

  beforeAll(async () => {
    place = await Place.open('stores', 'ReadWriteOnce', 'ReadWriteOnce');
    await allowOptional(place.world);
  });
  afterAll(() => place.close());

  test('exist once, and keep their rows', { timeout: LONG }, async () => {
    const { world, acts } = place;
    const { namespace, host } = world;
    const volume = { persistentVolumeClaim: { claimName: 'written' } };
    const { metadata, ...template } = claim(namespace, 'data', 'ReadWriteOnce');
    const volumeClaimTemplates = [{ metadata, spec: template.spec }];
    place.manifests(
      ...place.web(),
      ...fileServer(cluster, 'recreated', { spec: RECREATED }),
      ...fileServer(cluster, 'annotated', { annotations: ANNOTATED }),
      ...fileServer(cluster, 'ported', { port: { name: 'tcp-mysql' } }),
      ...fileServer(cluster, 'written', { volume }),
      claim(namespace, 'written', 'ReadWriteOnce'),
      ...fileServer(cluster, 'set', { kind: 'StatefulSet', spec: { serviceName: 'set', volumeClaimTemplates } }),
      ...fileServer(cluster, 'everywhere', { kind: 'DaemonSet' }),
      ...store('cache', cluster.images.redis, 6379),
    );
    const files = ['recreated', 'annotated', 'ported', 'written', 'set', 'everywhere'];
    const kinds: Record<string, string> = { set: 'StatefulSet', everywhere: 'DaemonSet' };
    const workloads = [...files, 'cache'].map((name) => `${kinds[name] ?? 'Deployment'} ${name}`);
    const { said, left } = await liveThrough({
      world,
      passes: acts.passes,
      stores: {
        ...Object.fromEntries(files.map((name) => [name, fileStore(world, name)])),
        cache: redisStore(cluster, world, 'cache'),
      },
      once: [
        ...workloads,
        ...[...files, 'cache'].map((name) => `Service ${name}`),
        ...files.map((name) => `ConfigMap ${name}-config`),
        'PersistentVolumeClaim written',
      ],
      visitors: () => visitorsOf(cluster, host, 600),
    });
    for (const [name, why] of [
      ['Deployment recreated', 'says strategy: Recreate'],
      ['Deployment annotated', 'is annotated greenpath.dev/backing'],
      ['Deployment ported', 'offers a port of MySQL (tcp-mysql)'],
      ['Deployment written', 'writes to PersistentVolumeClaim written'],
      ['StatefulSet set', 'is a StatefulSet'],
      ['DaemonSet everywhere', 'is a DaemonSet'],
      ['Deployment cache', 'runs Redis (image localhost/redis)'],
    ])
      expect(said['deploy-green-v1']).toContain(`${name} is backing: ${why}`);
    expect(left).toEqual([]);
  });

  test('are not started once more by a revision whose manifests say no more of state', async () => {
    place.manifests(...place.web(), ...fileServer(cluster, 'recreated'));
    const { stdout } = await place.acts.refused('manifest', 'deploy-green', 'v3');
    expect(stdout).toContain('Deployment recreated was backing: Service recreated was created to exist once with it');
    place.manifests(
      ...place.web(),
      ...fileServer(cluster, 'recreated', { annotations: { 'greenpath.dev/backing': 'false' } }),
    );
    await place.acts.passes('deploy-green', 'v3', { 'dry-run': 'true' });
  });
});

describe('parts with state of which each revision has its own', () => {
  let place: Place;

  beforeAll(async () => {
    place = await Place.open('writers', 'ReadWriteMany', 'ReadWriteOnce');
  });
  afterAll(() => place.close());

  test('share a claim that several may write, and a worker writes alone', { timeout: LONG }, async () => {
    const { world, acts } = place;
    const { namespace, host } = world;
    const uploads = { persistentVolumeClaim: { claimName: 'uploads' } };
    const [scribe, , config] = fileServer(cluster, 'scribe', {
      volume: { persistentVolumeClaim: { claimName: 'notes' } },
      spec: { strategy: { type: 'Recreate' } },
    }) as [object, object, object];
    place.manifests(
      ...place.web({ path: '/files', service: 'files' }),
      ...fileServer(cluster, 'files', { volume: uploads }),
      claim(namespace, 'uploads', 'ReadWriteMany'),
      scribe,
      config,
      claim(namespace, 'notes', 'ReadWriteOnce'),
    );
    const seen: string[] = [];
    const { said, left } = await liveThrough({
      world,
      passes: acts.passes,
      since: 'promote',
      stores: { uploads: visitedStore(cluster, host, '/files') },
      once: ['PersistentVolumeClaim uploads', 'PersistentVolumeClaim notes'],
      visitors: () => visitorsOf(cluster, host, 600),
      look: async (step) => {
        const pods = await world.kubectl(
          'get',
          'pods',
          '-l',
          'app=scribe',
          '-o',
          'jsonpath={.items[*].metadata.labels.revision}',
        );
        seen.push(`${step} ${pods}`.trim());
      },
    });
    expect(seen).toEqual([
      'deploy-green-v1',
      'verify-v1',
      'promote-v1 v1',
      'deploy-green-v2 v1',
      'verify-v2 v1',
      'promote-v2 v2',
      'rollback v1',
      'retire v1',
    ]);
    expect(said.retire).toContain('Deployment files-v2 stays, since it mounts PersistentVolumeClaim uploads');
    expect(left).toEqual(['deployment.apps/files-v2', 'deployment.apps/scribe-v2']);
  });
});

/** A store of some image, without a claim, and its Service. */
function store(name: string, image: string, port: number): object[] {
  const labels = { app: name };
  const container = { name, image, readinessProbe: { tcpSocket: { port }, periodSeconds: 1 } };
  const template = { metadata: { labels }, spec: { automountServiceAccountToken: false, containers: [container] } };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { selector: { matchLabels: labels }, template },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ port }] } },
  ];
}
