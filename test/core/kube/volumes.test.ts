import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { mountedClaims, writtenDisk, writtenNodePaths } from '../../../src/core/kube/volumes.ts';
import { CLAIM, deployment, READ_ONLY } from '../data-deployment.ts';

describe('mountedClaims', () => {
  test('a block device is written to', () => {
    const raw = deployment(CLAIM, READ_ONLY);
    const container = JSON.stringify(raw).replace(
      '"volumeMounts"',
      '"volumeDevices":[{"name":"v","devicePath":"/dev/x"}],"volumeMounts"',
    );
    expect(mountedClaims(JSON.parse(container))).toEqual([{ name: 'data', written: true }]);
  });

  test('one that no container mounts may be written to, one that is mounted read-only may not', () => {
    expect(mountedClaims(deployment(CLAIM, '{name: other, mountPath: /x, readOnly: true}'))).toEqual([
      { name: 'data', written: true },
    ]);
    const other = `${READ_ONLY}, {name: other, mountPath: /x}`;
    expect(mountedClaims(deployment(CLAIM, other))).toEqual([{ name: 'data', written: false }]);
  });
});

describe('writtenDisk', () => {
  test.each([
    'awsElasticBlockStore',
    'azureDisk',
    'cinder',
    'fc',
    'gcePersistentDisk',
    'iscsi',
    'rbd',
    'vsphereVolume',
  ])('%s', (kind) => {
    expect(writtenDisk(deployment(`${kind}: {id: x}`))).toBe('v');
    expect(writtenDisk(deployment(`${kind}: {id: x, readOnly: true}`))).toBeUndefined();
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
});
