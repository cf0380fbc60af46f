import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { claim } from './disk.ts';
import { ingress } from './parts.ts';
import { Place } from './place.ts';
import { fileServer } from './stores.ts';

/** Shapes of applications that cannot be released safely: each is refused for its reason, before anything is written. */

const cluster = inject('cluster');

describe('what cannot be released safely', () => {
  let place: Place;

  beforeAll(async () => {
    place = await Place.open('unsafe', 'ReadWriteOnce');
  });
  afterAll(() => place.close());
  const own = (more: Parameters<typeof fileServer>[2]) => {
    const { host, namespace } = place.world;
    return [
      ...fileServer(cluster, 'web', more),
      claim(namespace, 'data', 'ReadWriteOnce'),
      ingress('web', [{ host, path: '/', service: 'web' }]),
    ];
  };

  test.each<[string, () => object[], string]>([
    [
      'an application that is its own database',
      () => own({ volume: { persistentVolumeClaim: { claimName: 'data' } } }),
      'Deployment web writes to PersistentVolumeClaim data (ReadWriteOnce), so two versions of it must not run at once',
    ],
    [
      'an application of which its author wants one',
      () => own({ spec: { strategy: { type: 'Recreate' } } }),
      'Deployment web says strategy: Recreate, so two versions of it must not run at once',
    ],
    [
      'an application that is a StatefulSet',
      () => own({ kind: 'StatefulSet', spec: { serviceName: 'web' } }),
      'no Deployment of this revision to release: StatefulSet web is a StatefulSet',
    ],
    [
      'an application that another tool rolls out',
      () => [
        ...place.web(),
        { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'api' }, spec: {} },
      ],
      'Rollout api cannot be released',
    ],
    [
      'pods that need what nothing creates',
      () => {
        const web = JSON.stringify(place.web());
        return JSON.parse(
          web.replace('"name":"app","image"', '"name":"app","envFrom":[{"secretRef":{"name":"none"}}],"image"'),
        );
      },
      'Secret none',
    ],
  ])('%s is refused before anything is written', async (_, items, text) => {
    place.manifests(...items());
    const { stdout } = await place.acts.refused('manifest', 'deploy-green', 'v1');
    expect(stdout).toContain(text);
  });
});
