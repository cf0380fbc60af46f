import { groupOf } from '../src/core/kube/identity.ts';
import type { Access, KindRow } from '../src/core/kube/kind-row.ts';
import { KINDS } from '../src/core/kube/kinds.ts';

/** What the docs say of the table of kinds: the Role, and what becomes of the kinds that manifests may hold. */

/** The parts of the Role in their order, and what each is for. */
const PARTS: Readonly<Record<Access['part'], readonly string[]>> = {
  route: ['The live route, the preview and parking.'],
  stack: [
    'The objects of a stack, and the record. You may omit kinds that your manifests do not hold (Secrets only if the pods read',
    'none either). Roles and RoleBindings in manifests, and shared objects of other kinds, need get, create and patch.',
  ],
  hooks: ['Hooks and the Jobs of CronJobs, if the manifests hold any.'],
  lock: ['The lock: only one run at a time works on an app.'],
  shared: ['Objects that exist once for all revisions: read, and created if missing.'],
  backing: [
    'Only if your manifests hold StatefulSets or DaemonSets: to create them if missing (patch: only for `backing: apply` in',
    'the config). Without these rules they are not looked at.',
  ],
  policies: ["The same, and to see whether a policy selects green's pods as it selects blue's."],
  rollout: ['To see whether green is ready, and why not.'],
};

/** docs/role.yaml. */
export function roleText(): string {
  const parts = Object.keys(PARTS) as Access['part'][];
  return `# What Greenpath may do in the namespace of the app. Bind this Role to the account whose credentials the workflow uses.
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: greenpath
rules:
${parts.flatMap((part) => [...PARTS[part].map((line) => `  # ${line}`), ...shown(part)]).join('\n')}
`;
}

/** The rules of a part; those that few need are comments. */
function shown(part: Access['part']): string[] {
  const rules = rulesOf(part);
  return part === 'backing' ? rules.map((line) => line.replace('  ', '  # ')) : rules;
}

/** One rule for what is of one group and allows the same. */
function rulesOf(part: Access['part']): string[] {
  const allowed = KINDS.flatMap(({ apiVersion, resource, access = [] }) =>
    access.flatMap((one) => {
      const group = groupOf(apiVersion) || '""';
      const suffix = one.subresource === undefined ? '' : `/${one.subresource}`;
      return one.part === part ? [{ group, resource: resource + suffix, verbs: one.verbs.join(', ') }] : [];
    }),
  );
  return [...Map.groupBy(allowed, ({ group, verbs }) => `${group} ${verbs}`).values()].flatMap((same) => [
    `  - apiGroups: [${same[0]?.group}]`,
    `    resources: [${same.map(({ resource }) => resource).join(', ')}]`,
    `    verbs: [${same[0]?.verbs}]`,
  ]);
}

function named(...treatments: KindRow['treatment'][]): string[] {
  return KINDS.filter((row) => treatments.includes(row.treatment)).map((row) => row.short ?? row.kind);
}

/** Objects of manifests, what they are, and what happens to them. */
const WORDS: readonly (readonly [string | string[], string, string])[] = [
  [
    named('coloured'),
    'coloured',
    'each revision has its own copy, unless a row below names it. Pods keep all other labels. Manifests that already carry their revision are used unchanged',
  ],
  [
    named('hook').map(
      (name) =>
        `${name} annotated \`greenpath.dev/hook\`, or as a hook of [Helm or Argo CD](#hooks-of-helm-and-argo-cd)`,
    ),
    'coloured',
    'it runs at its [point](#hooks)',
  ],
  [named('backing'), 'backing', 'created if missing'],
  [
    'Deployment that no live route reaches and that is a known data store (by its image or a port), writes to a claim or a cloud disk, or has `strategy: Recreate`',
    'backing',
    'created if missing. A [worker](#workers) is coloured, unless it is a data store',
  ],
  ['Deployment annotated `greenpath.dev/backing: "true"`', 'backing', 'created if missing'],
  [
    'Service, PDB, HPA or NetworkPolicy of backing workloads only; claim, ServiceAccount, ConfigMap or Secret that their pods name, even if the application reads it too',
    'backing',
    'created if missing, under its plain name',
  ],
  [
    named('shared'),
    'shared',
    'created if missing. A Role or RoleBinding that the account may not create is left alone',
  ],
  [
    'Secret or ConfigMap that an Ingress (TLS, or an annotation such as `auth-secret` or `proxy-set-headers`) or a ServiceAccount names; HPA or PDB of something else; ExternalName Service; Service that selects no pods of the manifests',
    'shared',
    'created if missing, unless a live route names that Service: then it is refused',
  ],
  [
    'anything annotated `greenpath.dev/shared: "true"`',
    'shared',
    'created if missing. A Deployment, StatefulSet or DaemonSet is backing then',
  ],
  [
    named('route'),
    'live route',
    'created by the first `promote` if there is none, never applied if it exists. The log names differences in hosts, paths, ports, TLS, class, annotations and labels',
  ],
  [
    'Namespace, ClusterRole, ClusterIssuer, IngressClass, whatever belongs to the whole cluster or to another namespace',
    'left alone',
    'annotated or not: a release writes to one namespace only',
  ],
  [
    [
      'custom resources (ServiceMonitor, ExternalSecret, Certificate, …)',
      ...named('left'),
      ...named('hook').map((name) => `any other ${name}`),
      'Pod that no Service selects',
    ],
    'left alone',
    'unless it is annotated as shared',
  ],
  [
    [...named('refused'), 'any other Pod', 'Rollout of Argo, Canary of Flagger, Knative Service, DeploymentConfig'],
    'refused',
    'it runs an application in a way that Greenpath does not release',
  ],
  [
    'Deployment that a live route reaches and that must not run twice (a claim without ReadWriteMany, a disk, `strategy: Recreate`)',
    'refused',
    'with the [ways out](#what-has-state)',
  ],
];

/** The table in docs/applications.md: what happens to an object of the manifests. */
export function kindsTable(): string {
  const lines = WORDS.map(
    ([kinds, word, text]) => `| ${Array.isArray(kinds) ? kinds.join(', ') : kinds} | ${word} | ${text} |`,
  );
  return ['| my … | is | what happens |', '| --- | --- | --- |', ...lines].join('\n');
}
