import { describe, expect, test } from 'vitest';
import { addressesOf, ownNames, withOwnNames } from '../../../src/core/colouring/plain-names.ts';
import { buildStack } from '../../../src/core/colouring/stack.ts';
import type { KubeObject, Service } from '../../../src/core/kube/objects.ts';
import { imagePairs, type Side, twinsOf } from '../../../src/core/kube/twins.ts';
import { identifiers, manifestsOf, objectOf } from '../support.ts';

/** The candidate beside its counterparts in the live stack, as both are after colouring. */

interface Shape {
  readonly image?: string;
  readonly level?: string;
  readonly memory?: string;
  readonly greeting?: string;
  readonly more?: string;
}

const manifests = ({
  image = 'acme/web:1',
  level = 'info',
  memory = '256Mi',
  greeting = 'hello',
  more = '',
}: Shape) => `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {GREETING: ${greeting}}
---
apiVersion: v1
kind: Secret
metadata: {name: passwords}
stringData: {PASSWORD: s3cret-${image}}
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
      containers:
        - name: web
          image: ${image}
          env: [{name: LEVEL, value: ${level}}]
          envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: passwords}}]
          resources: {limits: {memory: ${memory}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 1, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
${more}`;

function side(revision: string, shape: Shape = {}): Side {
  const built = buildStack(manifestsOf(manifests(shape)), new Map(), identifiers(revision));
  if ('problems' in built) throw new Error(JSON.stringify(built.problems));
  return { revision, objects: built.stack.own.map(({ object }) => object) };
}

const linesOf = (live: Side, candidate: Side, name: string) =>
  (twinsOf(live, candidate).find(({ after }) => after === name)?.diff ?? '')
    .split('\n')
    .filter((line) => /^[+-]/.test(line));

describe('twins', () => {
  test('of two releases of one content differ in nothing, whatever their names and labels', () => {
    expect(twinsOf(side('v1.2.0'), side('v1.3.0')).map(({ before, after, diff }) => [before, after, diff])).toEqual([
      ['Deployment web-v1-2-0', 'Deployment web-v1-3-0', ''],
      ['ConfigMap settings-v1-2-0', 'ConfigMap settings-v1-3-0', ''],
      ['Service web-v1-2-0', 'Service web-v1-3-0', ''],
      ['HorizontalPodAutoscaler web-v1-2-0', 'HorizontalPodAutoscaler web-v1-3-0', ''],
    ]);
  });

  test('show image, variables and resources, and no more', () => {
    const green = side('v2', { image: 'acme/web:2', level: 'debug', memory: '512Mi' });
    expect(linesOf(side('v1'), green, 'Deployment web-v2')).toEqual([
      ...['-              value: info', '+              value: debug'],
      ...['-          image: acme/web:1', '+          image: acme/web:2'],
      ...['-              memory: 256Mi', '+              memory: 512Mi'],
    ]);
    expect(linesOf(side('v1'), green, 'ConfigMap settings-v2')).toEqual([]);
  });

  test('show what a ConfigMap holds, and nothing of a Secret', () => {
    const twins = twinsOf(side('v1'), side('v2', { greeting: 'good-bye', image: 'acme/web:2' }));
    expect(twins.find(({ after }) => after === 'ConfigMap settings-v2')?.diff).toContain('+  GREETING: good-bye');
    expect(JSON.stringify(twins)).not.toContain('s3cret');
  });

  test.each([
    ['another', "@it's-5", "@it's-6", 2],
    ['the same', "@it's-5", "@it's-5", 0],
  ])('show no password, and whether it is %s', (_, before, after, lines) => {
    const pod = (value: string): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'PASSWORD', value }] }] } } },
    });
    const [twin] = twinsOf({ revision: 'v1', objects: [pod(before)] }, { revision: 'v2', objects: [pod(after)] });
    expect(twin?.diff).not.toContain('@it');
    expect(twin?.diff.split('\n').filter((line) => /^[+-].*hidden/.test(line))).toHaveLength(lines);
  });

  test('leave out what the server chooses, and what a release itself changes', () => {
    const green = side('v2');
    const live = side('v1').objects.map((object): KubeObject => {
      const spec = object.spec as object;
      if (object.kind === 'Service')
        return { ...object, spec: { ...spec, clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'] } };
      return object.kind === 'Deployment'
        ? { ...object, spec: { ...spec, replicas: 7 }, status: { replicas: 7 } }
        : object;
    });
    expect(twinsOf({ revision: 'v1', objects: live }, green).map(({ diff }) => diff)).toEqual(['', '', '', '']);
  });

  test('leave out the addresses of their own Services', () => {
    const wired = (revision: string, ip: string): Side => {
      const isService = (one: KubeObject): one is Service => one.kind === 'Service';
      const objects = side(revision).objects.map((one) =>
        isService(one) ? { ...one, spec: { ...one.spec, clusterIPs: [ip] } } : one,
      );
      const services = objects.filter(isService);
      const [names, addresses] = [ownNames(services, 'shop'), addressesOf(services)];
      return { revision, objects: objects.map((one) => withOwnNames(one, names, addresses)) };
    };
    const [live, green] = [wired('v1', '10.0.0.1'), wired('v2', '10.0.0.2')];
    expect(JSON.stringify(green)).toContain('hostAliases');
    expect(twinsOf(live, green).map(({ diff }) => diff)).toEqual(['', '', '', '']);
  });

  test('are found under the plain names of what existed before', () => {
    const plain = manifestsOf(manifests({})).map(({ object }) => object);
    const [twin] = twinsOf({ revision: 'adopted', objects: plain }, side('v1', { image: 'acme/web:2' }));
    expect(twin).toMatchObject({ before: 'Deployment web', after: 'Deployment web-v1' });
    expect(twin?.diff.split('\n').filter((line) => /^[+-]/.test(line))).toEqual([
      '-          image: acme/web:1',
      '+          image: acme/web:2',
    ]);
  });

  test('are missing for a new object; a workload that is gone is named', () => {
    const worker = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mailer}
spec: {selector: {matchLabels: {app: mailer}}, template: {metadata: {labels: {app: mailer}}, spec: {containers: [{name: a, image: b}]}}}
`;
    const [without, withMailer] = [side('v1'), side('v2', { more: worker })];
    expect(twinsOf(without, withMailer).some(({ after }) => after.includes('mailer'))).toBe(false);
    const back = twinsOf(withMailer, { ...without, revision: 'v1' });
    expect(back.at(-1)).toEqual({ before: 'Deployment mailer-v2', after: '', diff: '' });
  });
});

describe('images', () => {
  const pod = (name: string, ...containers: string[]): KubeObject => {
    const list = containers.map((one) => `{name: ${one.split('=')[0]}, image: "${one.split('=')[1]}"}`).join(', ');
    return objectOf(
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}}, spec: {template: {spec: {containers: [${list}]}}}}`,
    );
  };
  const cron = (name: string, ...containers: string[]): KubeObject => {
    const { metadata, spec } = pod(name, ...containers);
    return { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { jobTemplate: { spec } } };
  };
  const pairs = (before: KubeObject[], after: KubeObject[]) =>
    imagePairs({ revision: 'v1', objects: before }, { revision: 'v2', objects: after }).map((one) =>
      Object.values(one),
    );

  test.each([
    [
      'of the only container are those of the workload',
      [pod('web-v1', 'app=a:1')],
      [pod('web-v2', 'app=a:2')],
      [['web', 'a:1', 'a:2']],
    ],
    [
      'of several are told by container',
      [pod('web-v1', 'web=a:1', 'proxy=p:1')],
      [pod('web-v2', 'web=a:2', 'proxy=p:1')],
      [
        ['web', 'a:1', 'a:2'],
        ['web/proxy', 'p:1', 'p:1'],
      ],
    ],
    [
      'of a container that is new have no other side',
      [pod('web-v1', 'app=a:1')],
      [pod('web-v2', 'app=a:1', 'proxy=p:1')],
      [
        ['web/app', 'a:1', 'a:1'],
        ['web/proxy', '', 'p:1'],
      ],
    ],
    [
      'of workloads of one name are told by kind',
      [pod('web-v1', 'web=a:1'), cron('web-v1', 'web=c:1')],
      [pod('web-v2', 'web=a:2'), cron('web-v2', 'web=c:1', 'log=l:1')],
      [
        ['Deployment web', 'a:1', 'a:2'],
        ['CronJob web', 'c:1', 'c:1'],
        ['CronJob web/log', '', 'l:1'],
      ],
    ],
    ['of a workload that is gone neither', [pod('web-v1', 'app=a:1')], [], [['web', 'a:1', '']]],
  ])('%s', (_, before, after, wanted) => expect(pairs(before, after)).toEqual(wanted));
});
