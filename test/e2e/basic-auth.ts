import { createHash } from 'node:crypto';
import type { Cluster } from '../../cluster/cluster.ts';
import { apply } from './world.ts';

/** Basic auth by the router in front of an application: what a test needs to ask for it and to pass it. */

const KEY = 'nginx.ingress.kubernetes.io';
export const PASSWORD = 'Wool-Socks-1848';
/** The annotations of an Ingress that asks for it. */
export const BASIC_AUTH = [`${KEY}/auth-type=basic`, `${KEY}/auth-secret=people`];
/** The settings that pass it, with SHOP_PASSWORD in the environment of the step. */
export const LOGIN = 'requests: {auth: {basic: {user: ada, password: "{env.SHOP_PASSWORD}"}}}\n';

/** Creates the Secret of those who may pass. */
export async function createPeople(cluster: Cluster, namespace: string): Promise<void> {
  const auth = `ada:{SHA}${createHash('sha1').update(PASSWORD).digest('base64')}`;
  await apply(cluster, namespace, [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'people' }, stringData: { auth } },
  ]);
}
