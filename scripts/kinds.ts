import { groupOf } from '../src/core/kube/identity.ts';
import type { Access } from '../src/core/kube/kind-row.ts';
import { KINDS } from '../src/core/kube/kinds.ts';

/** The Role that the docs take from the table of kinds. */

/** The parts of the Role in their order, and what each is for. */
const PARTS: Readonly<Record<Access['part'], readonly string[]>> = {
  route: ['The live route, the preview and parking.'],
  gateway: [
    'The same, only if a live route is an HTTPRoute (Gateway API). The verb list is enough to let any HTTPRoute keep the stack',
    'that it names. Without this rule, no HTTPRoute is read.',
  ],
  parents: [
    'To read which hosts, ports and addresses its Gateway has. For a Gateway of another namespace, this rule belongs into a',
    'Role there. Without it, the addresses come from the config or from DNS.',
  ],
  traefik: [
    "The same, only if Traefik's own Ingress provider serves the live route (router: traefik): what strips the prefix of the",
    'preview, what matches its header, and what closes parking.',
  ],
  f5: ["The same, only if F5's NGINX Ingress Controller serves the live route (router: f5): what closes parking."],
  stack: [
    'The objects of a stack, and the record. You may omit kinds that your manifests do not hold (Secrets only if the pods read',
    'none either). Roles and RoleBindings in manifests, and shared objects of other kinds, need get, create and patch.',
  ],
  scalers: [
    'Only if your manifests hold ScaledObjects and TriggerAuthentications of KEDA, or VerticalPodAutoscalers. Without them',
    'they are not looked at.',
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

/** Parts that few need. */
const OPTIONAL: readonly Access['part'][] = ['backing', 'scalers', 'gateway', 'parents', 'traefik', 'f5'];

/** What does not belong to a namespace. */
const CLUSTER_ROLE = `# Optional, and read-only: what belongs to the whole cluster.
# - Which controller serves an Ingress is in its IngressClass. Without this right, the name of the class or the setting
#   router of the config says it, and deploy-green looks whether that is so.
# - Ingresses of other namespaces may have the hosts of yours, and so may HTTPRoutes on the same Gateway. Without this
#   right, and for Ingresses the one before, deploy-green does not know whether the preview takes requests from them, and
#   says so.
# ---
# apiVersion: rbac.authorization.k8s.io/v1
# kind: ClusterRole
# metadata:
#   name: greenpath-cluster
# rules:
#   - apiGroups: [networking.k8s.io]
#     resources: [ingressclasses, ingresses]
#     verbs: [list]
#   # Only if a live route is an HTTPRoute (Gateway API).
#   - apiGroups: [gateway.networking.k8s.io]
#     resources: [httproutes]
#     verbs: [list]
`;

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
${CLUSTER_ROLE}`;
}

/** The rules of a part; those that few need are comments. */
function shown(part: Access['part']): string[] {
  const rules = rulesOf(part);
  const isOptional = OPTIONAL.includes(part);
  return isOptional ? rules.map((line) => line.replace('  ', '  # ')) : rules;
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
