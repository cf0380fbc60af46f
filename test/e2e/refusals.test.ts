import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { requestsOf } from '../../harness/action.ts';
import { policyIn } from './policies.ts';
import { apply, CONFIG, makeWorld, type World } from './world.ts';

/** Bad input and bad weather: exit 1, a sentence that says what to do, the live route as it was, nothing started. */

const cluster = inject('cluster');
let world: World;
let before: string;

beforeAll(async () => {
  world = await makeWorld(cluster, 'refusals', 'split', 1);
});
afterAll(() => world.end());

const objects = () =>
  world.kubectl(
    'get',
    'ingress,service,deployment,configmap',
    '-o',
    'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.spec}{"\\n"}{end}',
  );
beforeEach(async () => {
  before = await objects();
});
afterEach(async () => {
  expect(await objects()).toBe(before);
});

const put = (name: string, text: string) => writeFileSync(join(world.folder, name), text);
const manifest = (text: string) => {
  put('bad.yaml', text);
  return { manifests: 'bad.yaml' };
};
const deployment = (more = '', labels = '{app: web}') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: ${labels}}\n  template:\n    metadata: {labels: ${labels}}\n    spec: {containers: [{name: web, image: x}]}\n${more}`;
const service =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';
const claim = (mode: string) =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [${mode}], resources: {requests: {storage: 1Gi}}}\n`;
const DATA = 'image: x}], volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]';
const both = (more = '') => manifest(`${deployment(more)}---\n${service}`);

test.each<[string, () => Record<string, string>, string[]]>([
  [
    'an unknown mode',
    () => ({ mode: 'deploy-blue' }),
    ['input mode is "deploy-blue"; allowed: deploy-green, verify, promote'],
  ],
  [
    'several inputs at once',
    () => ({ timeout: '10', addresses: 'proxy', revision: '-' }),
    [
      '3 inputs are wrong: revision, timeout and addresses',
      'input timeout is "10"; allowed: a duration with a unit',
      'input addresses is "proxy"',
      'input revision is "-"',
    ],
  ],
  ['a file that is not there', () => ({ manifests: 'k8s/*.yaml' }), ['input manifests: "k8s/*.yaml" is no file']],
  [
    'YAML that cannot be read',
    () => manifest('kind: Service\n  name: web\n'),
    ['::error file=bad.yaml,line=2::is not valid YAML', '[manifest]'],
  ],
  [
    'two objects of one name',
    () => manifest(`${service}---\n${service.replace('{name: web}', '{name: web, labels: {a: b}}')}`),
    ['::error file=bad.yaml,line=6::Service web is already defined in bad.yaml:1'],
  ],
  [
    'an application that is a StatefulSet',
    () => manifest('apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n'),
    ['there is no Deployment of this revision to release: StatefulSet db is a StatefulSet', 'ReadWriteMany'],
  ],
  [
    'a rollout of another tool',
    () => manifest('apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\n'),
    ['Rollout web cannot be released', 'greenpath.dev/shared'],
  ],
  [
    'another namespace',
    () => manifest(`${deployment()}---\n${service.replace('{name: web}', '{name: web, namespace: other}')}`),
    [
      'there is no Service that the live route could name. Left alone: Service web (bad.yaml:',
      'it belongs to namespace other',
    ],
  ],
  [
    'a field that no server knows',
    () => both('  replica: 2\n'),
    ['::error file=bad.yaml,line=1::', 'replica', '[refused-by-server]'],
  ],
  [
    'an image that no container has',
    () => ({ ...both(), images: 'y=z' }),
    ['no container has an image named exactly y'],
  ],
  [
    'a volume that only one pod can have',
    () => manifest(`${deployment().replace('image: x}]', DATA)}---\n${service}---\n${claim('ReadWriteOncePod')}`),
    [
      '::error file=bad.yaml,line=1::Deployment web writes to PersistentVolumeClaim data (ReadWriteOncePod)',
      'visitors reach it, so its data must be where two versions may write at once',
      '[manifest]',
    ],
  ],
  [
    'a Deployment that each revision shall have, and whose author wants one of it at a time',
    () => {
      const labels = '{app: db}';
      const db = deployment('  strategy: {type: Recreate}\n', labels).replace(
        'name: web',
        'name: db, annotations: {greenpath.dev/backing: "false"}',
      );
      const called = service.replace('name: web', 'name: db').replace('app: web', 'app: db');
      return manifest([deployment(), service, db, called].join('---\n'));
    },
    [
      'Deployment db says strategy: Recreate, so two versions of it must not run at once',
      'annotate it greenpath.dev/backing: "true"',
      '[manifest]',
    ],
  ],
  [
    'a ConfigMap that nobody makes',
    () =>
      manifest(
        `${deployment().replace('image: x', 'image: x, envFrom: [{configMapRef: {name: settings}}]')}---\n${service}`,
      ),
    ['Deployment web needs ConfigMap settings, which is neither in the manifests', '[manifest]'],
  ],
  [
    'an Ingress that does not exist',
    () => ({ route: 'ingress/shop' }),
    ['Ingress shop does not exist in namespace e2e-refusals (there: web)'],
  ],
  [
    'a config with a mistyped word',
    () => ({ config: 'cheks: [GET /]' }),
    ['input config: cheks: no such setting; did you mean checks?'],
  ],
  [
    'an API server that is not there',
    () => ({ kubeconfig: kubeconfig('https://127.0.0.1:1', 'x') }),
    ['the API server at 127.0.0.1:1 cannot be reached', '[unreachable]'],
  ],
  [
    'credentials that expired',
    () => ({ kubeconfig: kubeconfig(cluster.server, 'expired') }),
    ['did not accept the credentials (401)', '[unauthorized]'],
  ],
  [
    'a context that the kubeconfig lacks',
    () => ({ context: 'prod' }),
    ['input context is "prod", which the kubeconfig does not have (there: greenpath'],
  ],
])('%s', async (_, inputs, sentences) => {
  const since = requestsOf(cluster, world.namespace).length;
  const { exitCode, stdout, outputs } = await world.run('deploy-green', 'v2', inputs());
  expect(exitCode).toBe(1);
  for (const sentence of sentences) expect(stdout).toContain(sentence);
  for (const part of ['What failed: ', 'What to do: ', 'docs/troubleshooting.md#']) expect(stdout).toContain(part);
  expect(stdout.includes('Visitors: ')).toBe(!stdout.includes('[input]'));
  expect(outputs.changed).toBe('false');
  const written = requestsOf(cluster, world.namespace, since).filter(
    ({ verb, resource, dryRun }) => !['get', 'list', 'watch'].includes(verb) && resource !== 'leases' && !dryRun,
  );
  expect(written).toEqual([]);
});

function kubeconfig(server: string, token: string): string {
  return JSON.stringify({
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    clusters: [{ name: 'a', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'a', user: { token } }],
  });
}

const ingress = (name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name },
  spec: { ingressClassName: 'nginx', ...spec },
});
const rule = (host: string, path: string, backend: object) => ({
  rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend }] } }],
});
const protectedBy = (key: string, spec: object) => ({
  ...ingress('other', spec),
  metadata: { name: 'other', annotations: { [key]: 'login@kubernetescrd' } },
});
const to = (name: string) => ({ service: { name, port: { number: 80 } } });

test.each<[string, string, object[], string[]]>([
  [
    'an Ingress with no path of the app',
    'other',
    [ingress('other', rule('o.test', '/', to('api')))],
    ['Ingress other has no path of this app', 'o.test/ → api:80'],
  ],
  [
    'an Ingress with a resource backend',
    'other',
    [ingress('other', rule('o.test', '/', { resource: { apiGroup: 'k.example', kind: 'Bucket', name: 'b' } }))],
    ['o.test/ → a resource backend'],
  ],
  [
    'a class of an unknown router',
    'other',
    [{ ...ingress('other', { ...rule('o.test', '/', to('web-v1')), ingressClassName: 'alb' }) }],
    ['has the class alb'],
  ],
  [
    'a live Ingress that another router may protect',
    'other',
    [protectedBy('traefik.ingress.kubernetes.io/router.middlewares', rule('o.test', '/', to('web-v1')))],
    ['traefik.ingress.kubernetes.io/router.middlewares of Ingress other may restrict access', '[preview-unprotected]'],
  ],
  [
    'a path of the host that the preview would change',
    'web',
    [ingress('other', rule('refusals.test', '/app', to('api')))],
    ['would change how refusals.test/app (Prefix) of Ingress other matches', '[preview-side-effect]'],
  ],
  [
    'a preview path that is taken',
    'web',
    [ingress('other', rule('refusals.test', '/green/x', to('api')))],
    ['the preview path /green is taken: Ingress other already serves refusals.test/green/x', '[preview-taken]'],
  ],
  [
    "a Service that would take green's pods in, and a NetworkPolicy that keeps their label from being changed",
    'web',
    [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'only-web' },
        spec: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{}] },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'other' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
    ],
    ["NetworkPolicy only-web selects the live version's pods", 'by label app', '[selector-collision]'],
  ],
])('%s', async (_, route, objectsBeside, sentences) => {
  await apply(cluster, world.namespace, objectsBeside);
  try {
    const { exitCode, stdout, outputs } = await world.run('deploy-green', 'v2', {
      route: `ingress/${route}`,
      app: 'web',
      config: `${CONFIG}preview: {path: /green}\n`,
    });
    expect(exitCode, stdout).toBe(1);
    for (const sentence of sentences) expect(stdout).toContain(sentence);
    expect(outputs.changed).toBe('false');
  } finally {
    await world.kubectl('delete', 'ingress,service', 'other', '--ignore-not-found');
  }
});

test.each([
  ['create', 'deployments'],
  ['patch', 'ingresses'],
  ['list', 'services'],
])('a Role without %s on %s: which verb on which resource', async (verb, resource) => {
  const role = JSON.parse(await world.kubectl('get', 'role', 'greenpath', '-o', 'json'));
  const rules = role.rules.map((one: { resources: string[]; verbs: string[] }) =>
    one.resources.includes(resource) ? { ...one, verbs: one.verbs.filter((other) => other !== verb) } : one,
  );
  await world.kubectl('patch', 'role', 'greenpath', '--type=merge', '-p', JSON.stringify({ rules }));
  try {
    const { exitCode, stdout } = await world.run('deploy-green', 'v2');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`the account may not ${verb} ${resource} in namespace ${world.namespace}: `);
    expect(stdout).toContain(`What to do: Add the verb ${verb} on ${resource} to the Role`);
    expect(stdout).toContain('[forbidden]');
  } finally {
    await world.kubectl('patch', 'role', 'greenpath', '--type=merge', '-p', JSON.stringify({ rules: role.rules }));
  }
});

test('a policy that refuses own routes: its words, the ways out, and no pod was started', async () => {
  const name = 'no-own-routes.test';
  const policy = policyIn(world.namespace, {
    name,
    rules: { apiGroups: ['networking.k8s.io'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['ingresses'] },
    expression: "!object.metadata.name.startsWith('greenpath-')",
    message: 'routes are made by the platform team',
  });
  await apply(cluster, world.namespace, policy);
  const trial = () =>
    world
      .kubectl('create', 'ingress', 'greenpath-trial', '--rule=t.test/*=t:80', '--dry-run=server')
      .then(() => 'accepted', String);
  try {
    await vi.waitFor(async () => expect(await trial()).toContain('platform team'), { timeout: 30_000 });
    const { exitCode, stdout, outputs } = await world.run('deploy-green', 'v2');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('routes are made by the platform team');
    expect(stdout).toContain('parking: {annotations: {…}}');
    expect(outputs.changed).toBe('false');
  } finally {
    await kubectl(cluster, 'delete', 'validatingadmissionpolicy,validatingadmissionpolicybinding', name);
    // The server goes by it for a moment more, and the next test would meet it.
    await vi.waitFor(async () => expect(await trial()).toBe('accepted'), { timeout: 30_000 });
  }
});

test('the example as it was first printed: one run names every fault, with the corrected lines', async () => {
  const printed = `apiVersion: v1
kind: Service
metadata: {name: nginx-v1.24.0}
spec: {selector: {app: nginx, revision: v1.24.0}, ports: [{name: nginx-80, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: nginx-v1.24.0}
spec:
  selector: {matchLabels: {app: nginx, revision: v1.24.0}}
  template:
    metadata: {labels: {app: nginx, revision: v1.24.0}}
    spec:
      serviceAccountName: nginx
      containers: [{name: nginx, image: 'nginx:1.24.0', envFrom: [{configMapRef: {name: nginx-config}}]}]
      volumeMounts: [{name: page, mountPath: /usr/share/nginx/html/index.html, subPath: green}]
  volumes: [{name: page, configMap: {name: nginx-config}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$2}}
spec:
  rules:
  - host: refusals.test
    http: {paths: [{path: '/*', pathType: ImplementationSpecific, backend: {service: {name: nginx-v1.22.0, port: {number: 80}}}}]}
`;
  const { exitCode, stdout } = await world.run('deploy-green', 'v1.24.0', manifest(printed));
  expect(exitCode).toBe(1);
  expect(stdout).toContain('[classic-form]');
  const lines = [
    'name: nginx-v1-24-0',
    'volumeMounts is outside',
    "volumes is outside of the pod's spec",
    'path: /()(.*)',
    'ServiceAccount nginx, which is neither',
    'ConfigMap nginx-config, which is neither',
  ];
  for (const line of lines) expect(stdout).toContain(line);
});

test('at most ten annotations a step: the rest is counted, and listed in the log', async () => {
  const many = Array.from({ length: 14 }, (_, index) => `kind: Thing${index}\n`).join('---\n');
  const { exitCode, stdout } = await world.run('deploy-green', 'v2', manifest(many));
  expect(exitCode).toBe(1);
  expect(stdout.split('\n').filter((line) => /^::(error|warning|notice)/.test(line))).toHaveLength(10);
  expect(stdout).toContain("(5 more annotations are not shown on the run's page)");
  expect(stdout.match(/^ {2}- bad\.yaml:\d+: /gm)).toHaveLength(14);
});

test('hostile words of a crashing green end up as text: no command, no output', async () => {
  const words = '::stop-commands::x\n| cell |\n```\n# title\n<img src=x onerror=alert(1)> [link](https://evil.test)';
  world.manifests(
    { CRASH: `\n::set-output name=stolen::yes\n::error::boom\n##[error]bang\n\u001b[31mred\n${words}` },
    { progressDeadlineSeconds: 5 },
  );
  const { exitCode, stdout, outputs, summary } = await world.run('deploy-green', 'hostile');
  await world.kubectl('delete', 'deployment,service,configmap', '-l', 'greenpath.dev/revision=hostile');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('name=stolen');
  expect(outputs).not.toHaveProperty('stolen');
  const commands = stdout
    .split('\n')
    .filter(
      (line) =>
        /^\s*::/.test(line) &&
        !/^::(error( file=hostile.json,line=1)?::the pods cannot|group::[A-Z]|endgroup|add-mask::eyJ)/.test(line),
    );
  expect(commands).toEqual([]);
  expect(summary).toContain('name=stolen');
  const unfenced = summary.replaceAll(/^(`{3,})(diff|mermaid|text)\n[\s\S]*?\n\1$/gm, '');
  expect(unfenced).not.toMatch(/<img|\]\(https|^\| cell|^# title/m);
  expect(stdout).not.toContain('##[error]bang');
  expect(stdout).not.toContain('\u001b');
});

test('what two versions should not have in common is reported: a budget of somebody else', async () => {
  const budget = (name: string) =>
    `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: ${name}}\nspec: {selector: {matchLabels: {app: web}}}\n`;
  await apply(cluster, world.namespace, [load(budget('theirs')) as object]);
  const inputs = manifest([deployment(), service, budget('ours')].join('---\n'));
  const { exitCode, stdout } = await world.run('deploy-green', 'v2', { ...inputs, 'dry-run': 'true' });
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('PodDisruptionBudget theirs selects the pods of Deployment web too');
});
