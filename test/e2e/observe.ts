import { inject } from 'vitest';
import { type Outcome, type Requested, requestsOf } from '../../harness/action.ts';

/** A run, and what it asked of the API server besides watches; what it asked of its lock stands apart. */
export interface Observed extends Outcome {
  readonly requests: readonly Requested[];
  readonly lock: readonly Requested[];
}

/** Runs the action and takes what its account asked for meanwhile out of the audit log, in order. */
export async function observe(namespace: string, run: () => Promise<Outcome>): Promise<Observed> {
  const cluster = inject('cluster');
  const before = requestsOf(cluster, namespace).length;
  const outcome = await run();
  const asked = requestsOf(cluster, namespace, before).filter(({ verb }) => verb !== 'watch');
  const isLock = ({ resource }: Requested) => resource === 'leases';
  return { ...outcome, requests: asked.filter((one) => !isLock(one)), lock: asked.filter(isLock) };
}

/** What the documented Role denies, or what belongs to no namespace. */
const OPTIONAL = ['list ingressclasses 403', 'list httproutes 403'];
const DISCOVERY = 'get /apis/gateway.networking.k8s.io/v1 ';

/**
 * Without what runs do without: each asks for the classes of the whole cluster; and one that deletes Services asks
 * whether the cluster has HTTPRoutes, and for these if it has.
 */
export function exceptOptional(asked: readonly Requested[]): Requested[] {
  const texts = asked.map((one) => [one, textOf(one)] as const);
  return texts.flatMap(([one, text]) => (OPTIONAL.includes(text) || text.startsWith(DISCOVERY) ? [] : one));
}

/** `patch services web-v2 (dry run) 201`. */
export function textOf({ verb, resource, name, dryRun, status }: Requested): string {
  return `${verb} ${resource}${name === '' ? '' : ` ${name}`}${dryRun ? ' (dry run)' : ''} ${status}`;
}

export function readsIn({ requests }: Observed): string[] {
  return requests.filter(isRead).map(textOf).toSorted();
}

/** Everything that is no read, dry runs too, in order. */
export function writesIn({ requests }: Observed): string[] {
  return requests.filter((request) => !isRead(request)).map(textOf);
}

/** What was really written, in order. */
export function realWritesIn({ requests }: Observed): string[] {
  return requests.filter((request) => !isRead(request) && !request.dryRun).map(textOf);
}

const WRITTEN = 'ingress,service,deployment,configmap,secret,serviceaccount';

/**
 * Every object that Greenpath may write, or those of `kinds`, whole, less what controllers and the proxy report in its status: two of these
 * are equal if nobody wrote anything between them.
 */
export async function snapshot(
  kubectl: (...args: string[]) => Promise<string>,
  kinds = WRITTEN,
): Promise<Map<string, unknown>> {
  const { items } = JSON.parse(await kubectl('get', kinds, '-o', 'json', '--show-managed-fields')) as { items: Item[] };
  return new Map(items.map((item) => [`${item.kind} ${item.metadata.name}`, withoutStatus(item)]));
}

interface Item {
  readonly kind: string;
  readonly metadata: Record<string, unknown> & {
    readonly name: string;
    readonly annotations?: Record<string, string>;
    readonly managedFields?: readonly { readonly subresource?: string; readonly manager: string }[];
  };
  readonly status?: unknown;
}

function withoutStatus({ status: _, ...item }: Item): unknown {
  const { resourceVersion: __, ...metadata } = item.metadata;
  const { 'deployment.kubernetes.io/revision': ___, ...annotations } = item.metadata.annotations ?? {};
  const managedFields = item.metadata.managedFields?.filter(
    ({ subresource, manager }) => subresource === undefined && manager !== 'kube-controller-manager',
  );
  return { ...item, metadata: { ...metadata, annotations, managedFields } };
}

function isRead({ verb }: Requested): boolean {
  return verb === 'get' || verb === 'list';
}
