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
  ...['/databases', '/app/db', '/storage', '/upload', '/database', 'data'].map((path): [string, string[]] => [
    scratch(path),
    [`Deployment web keeps ${path} in a volume that ends with the pod (emptyDir)`],
  ]),
  [scratch('/tmp'), []],
  [scratch('/databank'), []],
  [scratch('/metadata'), []],
  [scratch('/data').replace('emptyDir: {}', 'configMap: {name: x}'), []],
  [scratch('/var/cache/nginx'), []],
  ['containers: [{name: web, image: "minio/minio"}]', ['Deployment web runs MinIO (image minio/minio)']],
  ['containers: [{name: web, image: "acme/web:1"}]', []],
])('%s', (pod, expected) => {
  expect(doubts(web(pod))).toEqual(expected);
});

test('a port of its own Service is a reason, one of another part is none', () => {
  const front = DEPLOYMENT.replaceAll('web', 'front');
  const kafka = SERVICE.replace('name: http', 'name: kafka');
  const { own } = stackOf(join(SERVICE, DEPLOYMENT));
  const { own: both, services } = stackOf(join(kafka, DEPLOYMENT, SERVICE.replaceAll('web', 'front'), front));
  expect(doubtsIn({ own: both, services }).map(({ given, why }) => `${given} ${why}`)).toEqual([
    'Deployment web offers a port of Kafka (kafka)',
  ]);
  expect(doubtsIn({ own, services: [] })).toEqual([]);
});

test('Jobs keep nothing, whatever they mount', () => {
  const job = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec: {schedule: "@daily", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, ${scratch('/data')}}}}}}
`;
  expect(doubts(join(DEPLOYMENT, job))).toEqual([]);
});

test('an annotation says that there is no data', () => {
  expect(doubts(web(scratch('/data'), ', annotations: {greenpath.dev/backing: "false"}'))).toEqual([]);
});
