import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { holdersOf, keysHeld, whyHeld } from '../../../src/core/release/data-holders.ts';
import { CLAIM, deployment } from '../data-deployment.ts';

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

  test('a counterpart that lacks one of its claims does not go on with the data, and a claim is named once', () => {
    const two = of('v1', `${CLAIM}}, {name: w, persistentVolumeClaim: {claimName: more}}, {name: x, ${CLAIM}`);
    const [holder] = holdersOf('v1', 'v2', [two, of('v2')]);
    expect(holder).toMatchObject({ why: 'mounts PersistentVolumeClaim data, more', successor: undefined });
  });

  test.each<[string, string, string | undefined]>([
    ['a claim', CLAIM, 'mounts PersistentVolumeClaim data'],
    ['a disk', 'gcePersistentDisk: {pdName: x}', 'writes to the disk of its volume v'],
    ['a directory that ends with the pod', 'emptyDir: {}', undefined],
  ])('%s', (_, volume, why) => {
    expect(whyHeld(deployment(volume))).toBe(why);
  });

  test('a data store that was taken for stateless stays, unless its annotation says that it has no data', () => {
    const store = JSON.parse(JSON.stringify(of('v1', 'emptyDir: {}')).replace('"image":"x"', '"image":"postgres:15"'));
    const [holder, ...rest] = holdersOf('v1', 'v2', [store, { ...store, metadata: of('v2').metadata }]);
    expect(rest).toEqual([]);
    expect(holder).toMatchObject({ why: 'runs PostgreSQL (image postgres)', successor: undefined });
    store.metadata.annotations = { 'greenpath.dev/backing': 'false' };
    expect(holdersOf('v1', 'v2', [store])).toEqual([]);
  });
});
