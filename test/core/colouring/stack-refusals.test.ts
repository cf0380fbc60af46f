import { describe, expect, test } from 'vitest';
import { nameOf } from '../../../src/core/kube/objects.ts';
import { only } from '../support.ts';
import { DEPLOYMENT, join, problemsOf, SECRET, SERVICE, stackOf } from './stack-manifests.ts';

describe('buildStack refuses', () => {
  const external = SERVICE.replace('spec: {', 'spec: {type: ExternalName, ');
  test.each<[string, string, RegExp]>([
    ['an ExternalName', join(external, DEPLOYMENT), /^Service web is an ExternalName/],
    [
      'only Services of another namespace',
      join(SERVICE.replace('{name: web}', '{name: web, namespace: other}'), DEPLOYMENT),
      /there is no Service.* Left alone: Service web \(.*\): it belongs to namespace other\. This release is for namespace \w+ \(input namespace\)$/,
    ],
    [
      '0 replicas',
      join(SERVICE, DEPLOYMENT.replace('spec:\n', 'spec:\n  replicas: 0\n')),
      /^Deployment web has 0 replicas, and Service web selects its pods/,
    ],
    [
      'a paused Deployment',
      join(SERVICE, DEPLOYMENT.replace('spec:\n', 'spec:\n  paused: true\n')),
      /^Deployment web is paused \(spec\.paused: true\), so Kubernetes would start none of its pods/,
    ],
    [
      'a ReplicaSet',
      join(SERVICE, DEPLOYMENT, 'apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: db}'),
      /^ReplicaSet db cannot be released: it makes pods as a Deployment does/,
    ],
    [
      'a rollout of another tool',
      join(SERVICE, DEPLOYMENT, 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: g}'),
      /^Rollout g cannot be released: .*Rollout/,
    ],
    ['no Service', DEPLOYMENT, /there is no Service/],
    ['no Deployment', SERVICE, /there is no Deployment/],
    [
      'a Deployment whose kind is misspelled',
      join(SERVICE, DEPLOYMENT.replace('kind: Deployment', 'kind: Deploymnt')),
      /there is no Deployment.*\. Left alone: Deploymnt web \(.*\): its kind is unknown to Greenpath$/,
    ],
    [
      'nothing but a StatefulSet',
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}',
      /there is no Deployment of this revision to release: StatefulSet db is a StatefulSet.*ReadWriteMany/,
    ],
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
    ['ghcr.io/acme/web:v1', 'a name with a tag', ': names are without tag and digest (ghcr.io/acme/web)'],
    ['web', 'the last part only', ''],
    ['ghcr.io/acme/api', 'another image', ''],
  ])('an entry of images that matches nothing: %s, %s', (name, _, advice) => {
    const [problem, ...others] = problemsOf(join(SERVICE, DEPLOYMENT), { [name]: 'x:1' });
    expect(problem?.text).toBe(`input images: no container has an image named exactly ${name}${advice}`);
    expect(others).toEqual([]);
  });

  test('manifests that hold only another revision', () => {
    const text = join(SERVICE, DEPLOYMENT.replace('labels: {app: web}}', 'labels: {app: web, revision: v1}}'));
    expect(problemsOf(text).map((problem) => problem.text)).toEqual([
      'input revision is v2, and the manifests hold revision v1 (pod label revision): set it to that or, if this label means something else, set another revision-label in the config',
    ]);
  });

  test('everything at once, each with its place', () => {
    const problems = problemsOf(
      join(
        DEPLOYMENT.replace('spec:\n', 'spec:\n  replicas: 0\n'),
        external,
        'apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: j}',
      ),
      { nothing: 'x:1' },
    );
    const texts = problems.map(({ text }) => text);
    for (const part of ['0 replicas', 'ExternalName', 'ReplicaSet j', 'named exactly nothing']) {
      expect(texts).toContainEqual(expect.stringContaining(part));
    }
    expect(problems.find(({ text }) => text.includes('ExternalName'))?.place).toEqual({ file: 'all.yaml', line: 14 });
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

  test('a CronJob that reads what each revision has for itself is refused', () => {
    expect(only(problemsOf(join(SERVICE, DEPLOYMENT, SECRET, cronJob('key')))).text).toContain(
      'CronJob other is shared and reads Secret key, of which each revision has its own',
    );
    stackOf(join(SERVICE, DEPLOYMENT, SECRET, cronJob('another')));
    stackOf(join(SERVICE, DEPLOYMENT, shared(SECRET), cronJob('key')));
  });

  test('what a StatefulSet reads exists once with it', () => {
    const { own, shared: once } = stackOf(join(SERVICE, DEPLOYMENT, SECRET, statefulSet('key')));
    expect(once.map(({ object }) => nameOf(object))).toEqual(['Secret key', 'StatefulSet other']);
    expect(own.map(({ object }) => object.kind)).not.toContain('Secret');
  });

  test('a Service that selects pods of which each revision has its own is refused', () => {
    const headless = shared(SERVICE.replace('name: web', 'name: peers').replace('spec: {', 'spec: {clusterIP: None, '));
    expect(only(problemsOf(join(SERVICE, DEPLOYMENT, headless))).text).toContain(
      'Service peers is shared and selects the pods of Deployment web',
    );
  });

  test('what is shared may read what is optional, and select pods that no revision has for itself', () => {
    stackOf(join(SERVICE, DEPLOYMENT, SECRET, cronJob('key').replace('{name: key}', '{name: key, optional: true}')));
    const others = shared(SERVICE.replace('name: web', 'name: peers').replace('app: web', 'app: other'));
    stackOf(join(SERVICE, DEPLOYMENT, others));
    const monitor = shared('apiVersion: a.test/v1\nkind: Watcher\nmetadata: {name: w}\nspec: {selector: {app: web}}');
    stackOf(join(SERVICE, DEPLOYMENT, monitor));
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
