import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { claimsOf, holdersOf, keysHeld } from '../../../src/core/release/claim-holders.ts';
import { mountedClaims, whySingle, writtenNodePaths } from '../../../src/core/release/single-instance.ts';
import { objectOf } from '../support.ts';

const CLAIM = 'persistentVolumeClaim: {claimName: data}';
/** A Deployment with one volume `v`. */
const deployment = (volume: string, mount = '{name: v, mountPath: /data}', more = ''): KubeObject =>
  objectOf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: db-v2, annotations: {}, labels: {greenpath.dev/name: db, greenpath.dev/revision: v2}}
spec:
  ${more}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: x, envFrom: [{secretRef: {name: db-v2}}], volumeMounts: [${mount}]}]
      volumes: [{name: v, ${volume}}]
`);
const READ_ONLY = '{name: v, mountPath: /data, readOnly: true}';

describe('whySingle', () => {
  test.each<[string, KubeObject, string[], string | undefined]>([
    ['ReadWriteOnce', deployment(CLAIM), ['ReadWriteOnce'], 'writes to PersistentVolumeClaim data (ReadWriteOnce)'],
    [
      'ReadWriteOncePod',
      deployment(CLAIM),
      ['ReadWriteOncePod'],
      'writes to PersistentVolumeClaim data (ReadWriteOncePod)',
    ],
    ['ReadWriteMany', deployment(CLAIM), ['ReadWriteMany'], undefined],
    ['ReadWriteOnce or ReadWriteMany', deployment(CLAIM), ['ReadWriteOnce', 'ReadWriteMany'], undefined],
    ['ReadOnlyMany', deployment(CLAIM), ['ReadOnlyMany'], undefined],
    [
      'ReadWriteOnce or ReadOnlyMany, written',
      deployment(CLAIM),
      ['ReadWriteOnce', 'ReadOnlyMany'],
      'writes to PersistentVolumeClaim data (ReadWriteOnce, ReadOnlyMany)',
    ],
    ['ReadWriteOnce, mounted read-only', deployment(CLAIM, READ_ONLY), ['ReadWriteOnce'], undefined],
    [
      'ReadWriteOnce, a volume that is read-only',
      deployment('persistentVolumeClaim: {claimName: data, readOnly: true}'),
      ['ReadWriteOnce'],
      undefined,
    ],
    [
      'ReadWriteOnce, mounted read-only and once more',
      deployment(CLAIM, `${READ_ONLY}, {name: v, mountPath: /more}`),
      ['ReadWriteOnce'],
      'writes to PersistentVolumeClaim data (ReadWriteOnce)',
    ],
    [
      'ReadWriteOncePod, mounted read-only',
      deployment(CLAIM, READ_ONLY),
      ['ReadWriteOncePod'],
      'mounts PersistentVolumeClaim data (ReadWriteOncePod)',
    ],
    [
      'a claim that is not there',
      deployment(CLAIM),
      [],
      'writes to PersistentVolumeClaim data (it does not exist yet, so how it may be mounted is not known)',
    ],
    ['emptyDir', deployment('emptyDir: {}'), [], undefined],
    ['a disk of a cloud', deployment('awsElasticBlockStore: {volumeID: x}'), [], 'writes to the disk of its volume v'],
    ['a disk that is read-only', deployment('gcePersistentDisk: {pdName: x, readOnly: true}'), [], undefined],
    ['Recreate', deployment('emptyDir: {}', READ_ONLY, 'strategy: {type: Recreate}'), [], 'says strategy: Recreate'],
    ['RollingUpdate', deployment('emptyDir: {}', READ_ONLY, 'strategy: {type: RollingUpdate}'), [], undefined],
  ])('%s', (_, object, modes, expected) => {
    expect(whySingle(object, () => modes)).toBe(expected);
  });

  test('a worker waits until the old one has ended', () => {
    const worker = deployment(CLAIM, undefined, 'strategy: {type: Recreate}');
    worker.metadata.annotations = { 'greenpath.dev/replicas': '1' };
    expect(whySingle(worker, () => ['ReadWriteOnce'])).toBeUndefined();
  });

  test('a block device is written to', () => {
    const raw = deployment(CLAIM, READ_ONLY);
    const container = JSON.stringify(raw).replace(
      '"volumeMounts"',
      '"volumeDevices":[{"name":"v","devicePath":"/dev/x"}],"volumeMounts"',
    );
    expect(mountedClaims(JSON.parse(container))).toEqual([{ name: 'data', written: true }]);
  });
});

describe('writtenNodePaths', () => {
  const DATA = 'hostPath: {path: /srv/data}';
  test.each<[string, KubeObject, string[]]>([
    ['a path of no type', deployment(DATA), ['/srv/data']],
    ['an empty type', deployment('hostPath: {path: /srv/data, type: ""}'), ['/srv/data']],
    ['Directory', deployment('hostPath: {path: /srv/data, type: Directory}'), ['/srv/data']],
    ['DirectoryOrCreate', deployment('hostPath: {path: /srv/data, type: DirectoryOrCreate}'), ['/srv/data']],
    ['File', deployment('hostPath: {path: /srv/data/db, type: File}'), ['/srv/data/db']],
    ['FileOrCreate', deployment('hostPath: {path: /srv/data/db, type: FileOrCreate}'), ['/srv/data/db']],
    ['Socket', deployment('hostPath: {path: /srv/data/sock, type: Socket}'), []],
    ['CharDevice', deployment('hostPath: {path: /srv/null, type: CharDevice}'), []],
    ['BlockDevice', deployment('hostPath: {path: /srv/disk, type: BlockDevice}'), []],
    ['the whole node', deployment('hostPath: {path: /}'), ['/']],
    ['a directory that only begins like one of devices', deployment('hostPath: {path: /devices}'), ['/devices']],
    ['read-only', deployment(DATA, READ_ONLY), []],
    ['read-only and once more', deployment(DATA, `${READ_ONLY}, {name: v, mountPath: /more}`), ['/srv/data']],
    ['mounted by nobody', deployment(DATA, '{name: other, mountPath: /data}'), []],
    ['a claim', deployment(CLAIM), []],
    ['emptyDir', deployment('emptyDir: {}'), []],
    ...['/var/run/docker.sock', '/run/containerd', '/dev', '/dev/', '/sys/fs/cgroup', '/proc'].map(
      (path): [string, KubeObject, string[]] => [path, deployment(`hostPath: {path: ${path}}`), []],
    ),
  ])('%s', (_, object, paths) => {
    expect(writtenNodePaths(object)).toEqual(paths);
  });

  test('by an init container', () => {
    const object = deployment(DATA);
    const moved = JSON.stringify(object).replace('"containers"', '"initContainers"');
    expect(writtenNodePaths(JSON.parse(moved))).toEqual(['/srv/data']);
  });

  test('a worker waits until the old one has ended', () => {
    const worker = deployment(DATA);
    worker.metadata.annotations = { 'greenpath.dev/replicas': '1' };
    expect(writtenNodePaths(worker)).toEqual([]);
  });
});

describe('holdersOf', () => {
  const of = (revision: string, volume = CLAIM, name = 'db'): KubeObject => {
    const object = deployment(volume);
    object.metadata.name = `${name}-${revision}`;
    object.metadata.labels = { 'greenpath.dev/name': name, 'greenpath.dev/revision': revision };
    return object;
  };

  test('what mounts a claim stays, with what it reads; the rest goes', () => {
    const holders = holdersOf('v1', 'v2', [of('v1'), of('v1', 'emptyDir: {}', 'web'), of('v2')]);
    expect(holders.map(({ deployment: { metadata } }) => metadata.name)).toEqual(['db-v1']);
    expect([...keysHeld(holders)]).toEqual(expect.arrayContaining(['apps/Deployment/db-v1', '/Secret/db-v2']));
    expect(keysHeld(holders)).not.toContain('apps/Deployment/web-v1');
  });

  test.each<[string, KubeObject[], string | undefined]>([
    ['the live counterpart mounts the same claim', [of('v2')], 'db-v2'],
    ['the live counterpart mounts none', [of('v2', 'emptyDir: {}')], undefined],
    ['another Deployment of the live version does', [of('v2', CLAIM, 'other')], undefined],
    ['a counterpart that is not live does', [of('v3')], undefined],
    ['there is none', [], undefined],
  ])('the live version goes on with the data: %s', (_, others, name) => {
    const [holder] = holdersOf('v1', 'v2', [of('v1'), ...others]);
    expect(holder?.successor?.metadata.name).toBe(name);
  });

  test('claims are named once', () => {
    expect(claimsOf(deployment(CLAIM))).toEqual(['data']);
    expect(claimsOf(deployment('emptyDir: {}'))).toEqual([]);
  });
});
