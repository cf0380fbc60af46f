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
  shared: ['Shared objects: read, and created if missing.'],
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
${parts.flatMap((part) => [...PARTS[part].map((line) => `  # ${line}`), ...rulesOf(part)]).join('\n')}
`;
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

/** The table in docs/applications.md. */
export function kindsTable(): string {
  const named = (...treatments: KindRow['treatment'][]) =>
    KINDS.filter((row) => treatments.includes(row.treatment)).map((row) => row.short ?? row.kind);
  const rows = [
    [
      named('coloured'),
      'each revision has its own copy: the revision is added to names, selectors, pod labels and the references between objects. Pods keep all other labels. Manifests that already carry their revision are used unchanged',
    ],
    [
      named('route'),
      'the live route: created by the first `promote` if there is none, never applied if it exists. If its hosts, paths, ports, TLS, class, annotations or labels differ, the log names the differences',
    ],
    [
      named('shared'),
      'shared by all revisions: created if missing, never updated. If the object in the cluster lacks or contradicts something in the manifests (annotations and labels too), the log names the differences',
    ],
    [
      'a Secret or ConfigMap that an Ingress (TLS, or an annotation such as `auth-secret` or `proxy-set-headers`) or a ServiceAccount names; an HPA or PDB of something else',
      'shared too',
    ],
    [named('hook').map((name) => `${name} annotated \`greenpath.dev/hook\``), 'run at its [point](#hooks)'],
    ['anything annotated `greenpath.dev/shared: "true"`', 'shared'],
    [
      [...named('refused'), ...named('hook').map((name) => `other ${name}s`), 'custom resources'],
      'refused with a reason, unless annotated as shared',
    ],
    [
      'Namespace, ClusterRole, ClusterIssuer, IngressClass, whatever belongs to the whole cluster',
      'refused, annotated or not, since a release writes to one namespace only. Apply them with kubectl before',
    ],
  ];
  const lines = rows.map(([kinds, text]) => `| ${Array.isArray(kinds) ? kinds.join(', ') : kinds} | ${text} |`);
  return ['| kinds | how they are handled |', '| --- | --- |', ...lines].join('\n');
}
