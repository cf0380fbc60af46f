import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { randomIn } from '../../../src/core/manifests/random-leaves.ts';
import { keepRandom } from '../../../src/steps/random-values/random-values.ts';
import { manifestsOf } from '../../core/support.ts';
import { byPath, type Given, ingress, items, look, situation, stackService } from '../../state/app.ts';
import { deployment, PLAIN, SERVICE, stackOf } from '../stacks.ts';

/** Two renderings of manifests with random values, beside what the cluster has. */

/** A Secret of the manifests. */
export function secret(name: string, password: string, more = ''): string {
  return `{apiVersion: v1, kind: Secret, metadata: {name: ${name}}, stringData: {password: ${password}${more}}}`;
}

/** A database that reads a Secret of its name. */
export const DATABASE = [
  deployment(
    'db',
    'volumes: [{name: data, emptyDir: {}}], ',
    '',
    ', annotations: {greenpath.dev/backing: "true"}',
  ).replace('image: acme/web', 'image: acme/db, envFrom: [{secretRef: {name: db}}]'),
  SERVICE.replaceAll('web', 'db'),
];
/** A Secret as the cluster has it: of a revision, or under a plain name. */
export function present(name: string, password: string, revision?: string): KubeObject {
  const labels = { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': revision ?? '', 'greenpath.dev/name': name };
  const metadata = revision === undefined ? { name } : { name: `${name}-${revision}`, labels };
  const data = { password: Buffer.from(password).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data };
}

const V1: Given = { ingresses: [ingress()], services: [stackService('v1')] };
export const NOTHING_LIVE: Given = { ingresses: [ingress('web', { paths: { '/': 'web' } })], services: [] };

/** What is kept where the cluster answers like this; it has nothing that is not named. */
export async function keep(
  [one, other]: readonly [readonly string[], readonly string[]],
  answers: Parameters<typeof byPath>[0] = {},
  namespace = V1,
) {
  const looking = await look({}, byPath({ 'GET secrets': items(), 'GET deployments': items(), ...answers }));
  const stack = stackOf(...PLAIN, ...one);
  const rendered = (manifests: readonly string[]) => manifestsOf([...PLAIN, ...manifests].join('\n---\n'));
  const random = randomIn(rendered(one), rendered(other));
  return { looking, stack, kept: await keepRandom(looking.run, random, stack, situation(looking, namespace)) };
}

/** The application and its database have one password. */
export const RENDERINGS = [both('first-one'), both('second-1')] as const;

function both(password: string): string[] {
  return [...DATABASE, secret('db', password), secret('app', password)];
}
