import { describe, expect, test } from 'vitest';
import { whySingle } from '../../../src/core/colouring/single-instance.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { CLAIM, deployment, READ_ONLY } from '../data-deployment.ts';

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

  test('a claim of which nothing is known is not judged', () => {
    expect(whySingle(deployment(CLAIM), () => undefined)).toBeUndefined();
  });
});
