import { expect, test } from 'vitest';
import { doubtsIn } from '../../../src/core/colouring/doubts.ts';
import { DEPLOYMENT, join, SERVICE, stackOf } from './stack-manifests.ts';

/** A Deployment that visitors reach, so that nothing about it makes it backing. */
const web = (pod: string, more = '') =>
  DEPLOYMENT.replace('{name: web}\n', `{name: web${more}}\n`).replace(
    'spec: {containers: [{name: web, image: ghcr.io/acme/web:v1}]}',
    `spec: {${pod}}`,
  );
const scratch = (path: string, kind = '{}') =>
  `volumes: [{name: d, emptyDir: ${kind}}], containers: [{name: web, image: "acme/web:1", volumeMounts: [{name: d, mountPath: ${path}}]}]`;
const doubts = (text: string) => doubtsIn(stackOf(join(SERVICE, text))).map(({ given, why }) => `${given} ${why}`);

test.each<[string, string[]]>([
  [scratch('/data'), ['Deployment web keeps /data in a volume that ends with the pod (emptyDir)']],
  [scratch('/var/lib/app'), ['Deployment web keeps /var/lib/app in a volume that ends with the pod (emptyDir)']],
  [scratch('/app/uploads'), ['Deployment web keeps /app/uploads in a volume that ends with the pod (emptyDir)']],
  [scratch('/data', '{medium: Memory}'), []],
  [scratch('/tmp'), []],
  [scratch('/var/cache/nginx'), []],
  ['containers: [{name: web, image: "minio/minio"}]', ['Deployment web runs MinIO (image minio/minio)']],
  ['containers: [{name: web, image: "acme/web:1"}]', []],
])('%s', (pod, expected) => {
  expect(doubts(web(pod))).toEqual(expected);
});

test('an annotation says that there is no data', () => {
  expect(doubts(web(scratch('/data'), ', annotations: {greenpath.dev/backing: "false"}'))).toEqual([]);
});
