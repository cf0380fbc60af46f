import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { objectAt, objectsAt } from '../../../src/core/base/json.ts';
import { buildStack } from '../../../src/core/colouring/stack.ts';
import { nameOf } from '../../../src/core/kube/objects.ts';
import { podSpecOf } from '../../../src/core/kube/workload.ts';
import { identifiers, manifestsOf, only, present } from '../support.ts';
import { DEPLOYMENT, join, problemsOf, SECRET, SERVICE, stackOf } from './stack-manifests.ts';

describe('buildStack', () => {
  test('colours manifests without a revision, in the order in which they can be applied', () => {
    const hpa = `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {scaleTargetRef: {kind: Deployment, name: web}}`;
    const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}';
    const stack = stackOf(join(hpa, DEPLOYMENT, SERVICE, SECRET, config));
    expect(stack.form).toBe('coloured');
    expect(stack.own.map(({ object }) => nameOf(object))).toEqual([
      'ConfigMap c-v2',
      'Secret key-v2',
      'Service web-v2',
      'Deployment web-v2',
      'HorizontalPodAutoscaler web-v2',
    ]);
    expect(stack.counterparts).toEqual([{ service: 'web-v2', baseName: 'web', ports: [{ number: 80, name: 'http' }] }]);
    expect(stack.own.every(({ object }) => object.metadata.namespace === 'shop')).toBe(true);
  });

  test('a Secret that the route or a ServiceAccount names keeps its name: those are not coloured', () => {
    const route = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {tls: [{hosts: [example.com], secretName: tls}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
imagePullSecrets: [{name: pull}]`;
    const named = (name: string) => SECRET.replace('name: key', `name: ${name}`);
    const stack = stackOf(join(route, named('tls'), named('pull'), SECRET, SERVICE, DEPLOYMENT));
    expect(stack.shared.map(({ object }) => nameOf(object))).toEqual([
      'ServiceAccount web',
      'Secret tls',
      'Secret pull',
    ]);
    expect(stack.own.map(({ object }) => nameOf(object))).toContain('Secret key-v2');
  });

  test('several Services are one stack', () => {
    const api = (text: string) => text.replaceAll('web', 'api');
    const stack = stackOf(join(SERVICE, api(SERVICE), DEPLOYMENT, api(DEPLOYMENT)));
    expect(stack.counterparts.map(({ service, baseName }) => [service, baseName])).toEqual([
      ['web-v2', 'web'],
      ['api-v2', 'api'],
    ]);
  });

  test('a hook whose pods a Service would take in is refused', () => {
    const job = `
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {greenpath.dev/hook: pre-deploy}}
spec: {template: {metadata: {labels: {app: web}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}`;
    expect(only(problemsOf(join(SERVICE, DEPLOYMENT, job))).text).toBe(
      'Service web selects the pods of Job migrate, which answer no requests: give them other labels',
    );
    const apart = job.replace('{labels: {app: web}}', '{}');
    const stack = stackOf(join(SERVICE, DEPLOYMENT, apart));
    expect(stack.own.map(({ object }) => nameOf(object))).toEqual([
      'Job migrate-v2',
      'Service web-v2',
      'Deployment web-v2',
    ]);
    expect(objectAt(present(stack.own[0]).object, 'spec')).toMatchObject({ suspend: true, activeDeadlineSeconds: 300 });
  });

  test('keeps a hand-written pair and says what it leaves alone', () => {
    const read = (name: string) => readFileSync(`examples/nginx/${name}.yaml`, 'utf8');
    const text = join(read('blue'), read('green'), read('shared'), read('ingress'));
    const stack = stackOf(text, {}, identifiers('v1.24.0', { app: 'nginx' }));
    expect(stack.form).toBe('pair');
    expect(stack.own.map(({ object }) => nameOf(object))).toEqual([
      'Service nginx-v1-24-0',
      'Deployment nginx-v1-24-0',
    ]);
    expect(stack.shared.map(({ object }) => nameOf(object))).toEqual([
      'ServiceAccount nginx',
      'ConfigMap nginx-config',
    ]);
    expect(only(stack.routes).object.kind).toBe('Ingress');
    expect(only(stack.counterparts).baseName).toBe('nginx');
    expect(stack.notices).toEqual([
      'Service nginx-v1-22-0 belongs to another revision and is skipped',
      'Deployment nginx-v1-22-0 belongs to another revision and is skipped',
    ]);
  });

  test('does not change the manifests it is given', () => {
    const given = manifestsOf(join(SERVICE, DEPLOYMENT));
    buildStack(given, new Map([['ghcr.io/acme/web', 'ghcr.io/acme/web:v2']]), identifiers());
    expect(given).toEqual(manifestsOf(join(SERVICE, DEPLOYMENT)));
  });

  test('sets images of a shared CronJob too', () => {
    const cron = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, annotations: {greenpath.dev/shared: "true"}}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: report}]}}}}}`;
    const stack = stackOf(join(SERVICE, DEPLOYMENT, cron), { report: 'report@sha256:abc' });
    expect(objectsAt(podSpecOf(present(stack.shared[0]).object), 'containers')[0]?.image).toBe('report@sha256:abc');
  });
});

describe('the digest', () => {
  const digest = (text: string, images = {}) => stackOf(text, images).digest;
  const all = join(SERVICE, DEPLOYMENT, SECRET);

  test('is the same for other data of a Secret', () => {
    expect(digest(all.replace('password: one', 'password: two'))).toBe(digest(all));
    expect(digest(all.replace('stringData: {password: one}', 'data: {password: b25l, more: eA==}'))).toBe(digest(all));
  });

  test.each<[string, string]>([
    ['name: key}', 'name: other}'],
    ['port: 80', 'port: 81'],
    ['image: ghcr.io/acme/web:v1', 'image: ghcr.io/acme/web:v2'],
    ['spec: {containers', 'spec: {terminationGracePeriodSeconds: 5, containers'],
  ])('is another one if %s becomes %s', (from, to) => {
    expect(all).toContain(from);
    expect(digest(all.replace(from, to))).not.toBe(digest(all));
  });

  test('is another one for other images, and the same for images that say the same', () => {
    expect(digest(all, { 'ghcr.io/acme/web': 'ghcr.io/acme/web:v2' })).not.toBe(digest(all));
    expect(digest(all, { 'ghcr.io/acme/web': 'ghcr.io/acme/web:v1' })).toBe(digest(all));
  });

  test('does not depend on the order of keys', () => {
    expect(digest(all.replace('{name: http, port: 80}', '{port: 80, name: http}'))).toBe(digest(all));
  });

  test('does not depend on the files in which the objects stand', () => {
    const [service, ...rest] = manifestsOf(all);
    const moved = { ...present(service), place: { file: 'other.yaml', line: 7 } };
    const result = buildStack([moved, ...rest], new Map(), identifiers());
    expect('stack' in result && result.stack.digest).toBe(digest(all));
  });
});
