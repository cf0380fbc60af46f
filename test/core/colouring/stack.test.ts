import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { objectAt, objectsAt } from '../../../src/core/base/json.ts';
import { buildStack, outsideReferences, type Stack } from '../../../src/core/colouring/stack.ts';
import { nameOf } from '../../../src/core/kube/objects.ts';
import { podLabels, podSpecOf } from '../../../src/core/kube/workload.ts';
import { identifiers, manifestsOf, only, present } from '../support.ts';

const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
`;
const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: ghcr.io/acme/web:v1}]}
`;
const HPA_V1 = `
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 4, targetCPUUtilizationPercentage: 70}
`;
const V1_METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {password: one}\n';
const join = (...parts: string[]) => parts.join('\n---\n');

function build(text: string, images: Record<string, string> = {}, ids = identifiers()) {
  return buildStack(manifestsOf(text), new Map(Object.entries(images)), ids);
}
function stackOf(text: string, images: Record<string, string> = {}, ids = identifiers()): Stack {
  const result = build(text, images, ids);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.stack;
}
function problemsOf(text: string, images: Record<string, string> = {}, ids = identifiers()) {
  const result = build(text, images, ids);
  if ('stack' in result) throw new Error('expected a refusal');
  return result.problems;
}

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
      'Service web selects the pods of Job migrate, which serve nobody: give them other labels',
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
      'Service nginx-v1-22-0 belongs to another revision and is left alone',
      'Deployment nginx-v1-22-0 belongs to another revision and is left alone',
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

  describe('a CronJob', () => {
    const cron = (name: string, labels = '{}') => `
apiVersion: batch/v1
kind: CronJob
metadata: {name: ${name}}
spec:
  schedule: "0 2 * * *"
  jobTemplate: {spec: {template: {metadata: {labels: ${labels}}, spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: key}}]}]}}}}`;

    test('gets the revision in its name, in its pods and in what they read, and is applied last', () => {
      const { object } = present(stackOf(join(SERVICE, DEPLOYMENT, SECRET, cron('report'))).own.at(-1));
      expect(nameOf(object)).toBe('CronJob report-v2');
      expect(podLabels(object)).toEqual({ revision: 'v2' });
      const [container] = objectsAt(podSpecOf(object), 'containers');
      expect(objectsAt(container, 'envFrom')).toEqual([{ secretRef: { name: 'key-v2' } }]);
    });

    test('has at most 52 characters in its name, as Kubernetes wants it', () => {
      const { object } = present(stackOf(join(SERVICE, DEPLOYMENT, cron('r'.repeat(52)))).own.at(-1));
      expect(object.metadata.name).toMatch(/^r+-[0-9a-f]+-v2$/);
      expect(object.metadata.name.length).toBeLessThanOrEqual(52);
    });

    test('is refused if a Service would take in its pods', () => {
      expect(only(problemsOf(join(SERVICE, DEPLOYMENT, cron('report', '{app: web}')))).text).toContain(
        'Service web selects the pods of CronJob report, which serve nobody',
      );
    });
  });

  test('sets images by exact name', () => {
    const stack = stackOf(join(SERVICE, DEPLOYMENT), { 'ghcr.io/acme/web': 'ghcr.io/acme/web:v2' });
    const [container] = objectsAt(podSpecOf(present(stack.own[1]).object), 'containers');
    expect(container?.image).toBe('ghcr.io/acme/web:v2');
  });

  test('a headless Service is one of each revision', () => {
    const headless = SERVICE.replace('spec: {', 'spec: {clusterIP: None, ');
    const stack = stackOf(join(headless, DEPLOYMENT));
    expect(only(stack.services)).toMatchObject({
      metadata: { name: 'web-v2' },
      spec: { type: 'ClusterIP', clusterIP: 'None', selector: { app: 'web', revision: 'v2' } },
    });
  });

  test('a part that is switched off is fine if no Service leads to it alone', () => {
    const off = DEPLOYMENT.replace('spec:\n', 'spec:\n  replicas: 0\n').replace('{name: web}', '{name: idle}');
    const worker = off.replaceAll('app: web', 'app: idle');
    expect(stackOf(join(SERVICE, DEPLOYMENT, worker)).own).toHaveLength(3);
    expect(stackOf(join(SERVICE, DEPLOYMENT, off)).own).toHaveLength(3);
  });

  test('an HPA of autoscaling/v1 is written as autoscaling/v2 has it, and shared ones too', () => {
    const scalers = (stack: Stack) =>
      [...stack.own, ...stack.shared].flatMap(({ object }) => (object.kind.startsWith('Horiz') ? [object] : []));
    const target = { type: 'Utilization', averageUtilization: 70 };
    expect(only(scalers(stackOf(join(SERVICE, DEPLOYMENT, HPA_V1))))).toMatchObject({
      apiVersion: 'autoscaling/v2',
      metadata: { name: 'web-v2' },
      spec: {
        scaleTargetRef: { name: 'web-v2' },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      },
    });
    const without = HPA_V1.replace(', targetCPUUtilizationPercentage: 70', '').replace(
      'name: web}, min',
      'name: x}, min',
    );
    const shared = only(scalers(stackOf(join(SERVICE, DEPLOYMENT, without))));
    expect(shared).toMatchObject({ apiVersion: 'autoscaling/v2', metadata: { name: 'web' } });
    expect(objectAt(shared, 'spec')).not.toHaveProperty('metrics');
  });

  test('texts of a Secret are sent as they are stored: a key that is left out later goes', () => {
    const secret = `${SECRET}data: {password: MQ==, other: Mg==, empty: }\n`;
    const { object } = present(stackOf(join(secret, SERVICE, DEPLOYMENT)).own[0]);
    expect(object).toMatchObject({ kind: 'Secret', data: { password: 'b25l', other: 'Mg==', empty: '' } });
    expect(object).not.toHaveProperty('stringData');
  });

  test('an object annotated as shared is neither coloured nor judged', () => {
    const set =
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, annotations: {greenpath.dev/shared: "true"}}';
    const stack = stackOf(join(SERVICE, DEPLOYMENT, set));
    expect(stack.shared.map(({ object }) => nameOf(object))).toEqual(['StatefulSet db']);
  });
});

describe('buildStack refuses', () => {
  const external = SERVICE.replace('spec: {', 'spec: {type: ExternalName, ');
  test.each<[string, string, RegExp]>([
    ['an ExternalName', join(external, DEPLOYMENT), /^Service web is an ExternalName/],
    [
      'another namespace',
      join(SERVICE.replace('{name: web}', '{name: web, namespace: other}'), DEPLOYMENT),
      /^Service web is for namespace other, .* shop$/,
    ],
    [
      '0 replicas',
      join(SERVICE, DEPLOYMENT.replace('spec:\n', 'spec:\n  replicas: 0\n')),
      /^Deployment web asks for 0 replicas, and Service web leads to its pods/,
    ],
    [
      'a paused Deployment',
      join(SERVICE, DEPLOYMENT.replace('spec:\n', 'spec:\n  paused: true\n')),
      /^Deployment web is paused \(spec\.paused: true\), so Kubernetes would start none of its pods/,
    ],
    [
      'an HPA whose metrics stand in an annotation',
      join(SERVICE, DEPLOYMENT, `${HPA_V1}`.replace('{name: web}', `{name: web, annotations: {${V1_METRICS}: "[]"}}`)),
      /^HorizontalPodAutoscaler web has apiVersion autoscaling\/v1; use autoscaling\/v2/,
    ],
    [
      'a StatefulSet',
      join(SERVICE, DEPLOYMENT, 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}'),
      /^StatefulSet db cannot be released: its pods/,
    ],
    [
      'an unknown kind',
      join(SERVICE, DEPLOYMENT, 'apiVersion: x.io/v1\nkind: Gizmo\nmetadata: {name: g}'),
      /^Gizmo g cannot be released: .*Gizmo/,
    ],
    ['no Service', DEPLOYMENT, /there is no Service/],
    ['no Deployment', SERVICE, /there is no Deployment/],
    [
      'a selector beside its own pods',
      join(SERVICE, DEPLOYMENT.replace('matchLabels: {app: web}', 'matchLabels: {app: api}')),
      /^Deployment web: spec\.selector\.matchLabels must match/,
    ],
    [
      'a Service of no pods',
      join(SERVICE.replace('selector: {app: web}', 'selector: {app: api}'), DEPLOYMENT),
      /^Service web selects the pods of no Deployment/,
    ],
    [
      'a Service without a spec',
      join('apiVersion: v1\nkind: Service\nmetadata: {name: web}', DEPLOYMENT),
      /^Service web/,
    ],
    [
      'a Deployment without a spec',
      join(SERVICE, 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}'),
      /^Deployment web/,
    ],
  ])('%s', (_, text, sentence) => {
    expect(problemsOf(text).map((problem) => problem.text)).toContainEqual(expect.stringMatching(sentence));
  });

  test.each([
    ['ghcr.io/acme/web:v1', 'a name with a tag'],
    ['web', 'the last part only'],
    ['ghcr.io/acme/api', 'another image'],
  ])('an entry of images that matches nothing: %s, %s', (name) => {
    const [problem, ...others] = problemsOf(join(SERVICE, DEPLOYMENT), { [name]: 'x:1' });
    expect(problem?.text).toBe(`input images: no container has an image named exactly ${name}`);
    expect(others).toEqual([]);
  });

  test('manifests that hold only another revision', () => {
    const text = join(SERVICE, DEPLOYMENT.replace('labels: {app: web}}', 'labels: {app: web, revision: v1}}'));
    expect(problemsOf(text).map((problem) => problem.text)).toContainEqual(
      expect.stringMatching(/^Deployment web is of revision v1 .* this run is for v2: give that one/),
    );
  });

  test('everything at once, each with its place', () => {
    const problems = problemsOf(
      join(
        DEPLOYMENT.replace('spec:\n', 'spec:\n  replicas: 0\n'),
        external,
        'apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}',
      ),
      { nothing: 'x:1' },
    );
    const texts = problems.map(({ text }) => text);
    for (const part of ['0 replicas', 'ExternalName', 'Job j', 'named exactly nothing']) {
      expect(texts).toContainEqual(expect.stringContaining(part));
    }
    expect(problems.find(({ text }) => text.includes('ExternalName'))?.place).toEqual({ file: 'all.yaml', line: 14 });
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

describe('outsideReferences', () => {
  const pod = (spec: string) =>
    join(SERVICE, DEPLOYMENT.replace('spec: {containers', `spec: {${spec}, containers`), SECRET);
  const outside = (text: string) => outsideReferences(stackOf(text)).map(({ kind, name }) => `${kind} ${name}`);

  test.each<[string, string[]]>([
    ['volumes: [{name: v, configMap: {name: c}}]', ['ConfigMap c']],
    ['volumes: [{name: v, configMap: {name: c, optional: true}}]', []],
    ['volumes: [{name: v, secret: {secretName: key}}]', []],
    ['volumes: [{name: v, configMap: {name: key}}]', ['ConfigMap key']],
    ['serviceAccountName: default', []],
    ['serviceAccountName: web', ['ServiceAccount web']],
    [
      'volumes: [{name: v, configMap: {name: c}}, {name: w, configMap: {name: c}}, {name: x, secret: {secretName: c}}]',
      ['ConfigMap c', 'Secret c'],
    ],
    ['volumes: [{name: v, configMap: {name: default}}]', ['ConfigMap default']],
  ])('%s: %j', (spec, names) => {
    expect(outside(pod(spec))).toEqual(names);
  });

  test('says which workload needs it', () => {
    const one = only(outsideReferences(stackOf(pod('serviceAccountName: web'))));
    expect(nameOf(one.manifest.object)).toBe('Deployment web-v2');
  });

  test('another kind of the same name is not what is read', () => {
    const other =
      'apiVersion: example.com/v1\nkind: ConfigMap\nmetadata: {name: env, annotations: {greenpath.dev/shared: "true"}}';
    const read = pod('volumes: [{name: v, configMap: {name: env}}]');
    expect(outside(join(read, other))).toEqual(['ConfigMap env']);
  });

  test('what is shared is there', () => {
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}';
    expect(outside(join(pod('serviceAccountName: web'), account))).toEqual([]);
  });
});

describe('podLabels and podSpecOf', () => {
  test('read the template and leave out what is no text', () => {
    const template = { metadata: { labels: { a: 'b', n: 1 } }, spec: { x: 'z' } };
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: { template } };
    expect(podLabels(object)).toEqual({ a: 'b' });
    expect(podSpecOf(object)).toEqual({ x: 'z' });
    expect(objectAt(podSpecOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }))).toEqual({});
  });
});

describe('beside what is shared', () => {
  const shared = (text: string) =>
    text.replace('metadata: {', 'metadata: {annotations: {greenpath.dev/shared: "true"}, ');
  const template = (ref: string) =>
    `{template: {metadata: {labels: {app: other}}, spec: {containers: [{name: a, image: b, envFrom: [{secretRef: {name: ${ref}}}]}]}}}`;
  const statefulSet = (ref: string) =>
    shared(`apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: other}\nspec: ${template(ref)}`);
  const cronJob = (ref: string) =>
    shared(
      `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: other}\nspec: {jobTemplate: {spec: ${template(ref)}}}`,
    );

  test.each([
    ['StatefulSet', statefulSet],
    ['CronJob', cronJob],
  ])('a %s that reads what each revision has for itself is refused', (kind, of) => {
    expect(only(problemsOf(join(SERVICE, DEPLOYMENT, SECRET, of('key')))).text).toContain(
      `${kind} other is shared and reads Secret key, of which each revision has its own`,
    );
    stackOf(join(SERVICE, DEPLOYMENT, SECRET, of('another')));
    stackOf(join(SERVICE, DEPLOYMENT, shared(SECRET), of('key')));
  });

  test('a Service that selects pods of which each revision has its own is refused', () => {
    const headless = shared(SERVICE.replace('name: web', 'name: peers').replace('spec: {', 'spec: {clusterIP: None, '));
    expect(only(problemsOf(join(SERVICE, DEPLOYMENT, headless))).text).toContain(
      'Service peers is shared and selects the pods of Deployment web',
    );
  });

  test('an HPA or a PDB of what is no Deployment of the manifests is not made once a revision', () => {
    const hpa =
      'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: redis}\nspec: {scaleTargetRef: {kind: StatefulSet, name: redis}}';
    const pdb =
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: redis}\nspec: {selector: {matchLabels: {app: redis}}}';
    const own = pdb.replaceAll('redis', 'web');
    const stack = stackOf(join(SERVICE, DEPLOYMENT, hpa, pdb, own));
    expect(stack.shared.map(({ object }) => nameOf(object))).toEqual([
      'HorizontalPodAutoscaler redis',
      'PodDisruptionBudget redis',
    ]);
    expect(stack.own.map(({ object }) => nameOf(object))).toContain('PodDisruptionBudget web-v2');
  });

  test('a PDB by the revision label is of one revision, as colouring leaves it', () => {
    const pdb =
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web, revision: v2}}}';
    expect(stackOf(join(SERVICE, DEPLOYMENT, pdb)).own.map(({ object }) => nameOf(object))).toContain(
      'PodDisruptionBudget web-v2',
    );
  });

  test('what is optional may be missing, and a Secret of another namespace is not the one here', () => {
    const optional = statefulSet('key').replace('name: key', 'name: key, optional: true');
    stackOf(join(SERVICE, DEPLOYMENT, SECRET, optional));
    const route = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, annotations: {nginx.ingress.kubernetes.io/auth-secret: other-shop/key}}\nspec: {}`;
    expect(stackOf(join(route, SECRET, SECRET.replace('key', 'other-key'), SERVICE, DEPLOYMENT)).shared).toEqual([]);
  });

  test.each(['auth-secret: login', 'auth-tls-secret: shop/login'])(
    'a Secret that the router reads keeps its name: %s',
    (line) => {
      const route = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, annotations: {nginx.ingress.kubernetes.io/${line}}}\nspec: {}`;
      const stack = stackOf(join(route, SECRET.replace('key', 'login'), SERVICE, DEPLOYMENT));
      expect(stack.shared.map(({ object }) => nameOf(object))).toEqual(['Secret login']);
    },
  );
});
