import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { actsIn } from './acts.ts';
import { policyIn } from './policies.ts';
import { apply, ask, CONFIG, makeWorld, type World } from './world.ts';

/**
 * A policy of the cluster that allows one Ingress for each host. The refusal names the ways out, and each of them works:
 * a host of its own; the classic form, in which the preview is inside the live Ingress; an annotation that the policy
 * requires of a second one; and an exception for what has Greenpath's label.
 */

const cluster = inject('cluster');
/** By the name of a world: the form of its Ingress, and which second Ingress its policy allows, in CEL. */
const WORLDS = {
  split: { form: 'split', allowed: 'false' },
  classic: { form: 'classic', allowed: 'false' },
  annotation: { form: 'split', allowed: having('annotations', 'policy.test/second') },
  label: { form: 'split', allowed: having('labels', 'greenpath.dev/app') },
} as const;
type Name = keyof typeof WORLDS;
const NAMES = Object.keys(WORLDS) as Name[];
const worlds = new Map<Name, World>();
const worldOf = (name: Name): World => {
  const world = worlds.get(name);
  if (world === undefined) throw new Error(`no world ${name}`);
  return world;
};

/** Whether an object has a label or an annotation. */
function having(field: 'labels' | 'annotations', key: string): string {
  return `has(object.metadata.${field}) && '${key}' in object.metadata.${field}`;
}

/** Refuses an Ingress for the host of a world, unless it is the live one, or `allowed`. */
function oneIngress(namespace: string, host: string, allowed: string): object[] {
  return policyIn(namespace, {
    name: `one-ingress-${namespace}`,
    rules: {
      apiGroups: ['networking.k8s.io'],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['ingresses'],
    },
    expression: `object.metadata.name == 'web' || (${allowed}) || object.spec.rules.all(rule, !has(rule.host) || rule.host != '${host}')`,
    message: `the host ${host} has an Ingress already`,
  });
}

beforeAll(async () => {
  for (const name of NAMES) {
    const { form, allowed } = WORLDS[name];
    const world = await makeWorld(cluster, `one-${name}`, form, 1);
    worlds.set(name, world);
    await apply(cluster, world.namespace, oneIngress(world.namespace, world.host, allowed));
    // The API server reads policies some time after they were written.
    const second = ['create', 'ingress', 'second', `--rule=${world.host}/x=web-v1:80`, '--dry-run=server'];
    const answered = () => world.kubectl(...second).catch((error: unknown) => String(error));
    const isRefused = async () => (await answered()).includes('has an Ingress already');
    await vi.waitUntil(isRefused, { timeout: 30_000, interval: 500 });
  }
});
afterAll(async () => {
  for (const name of NAMES)
    for (const kind of ['validatingadmissionpolicybinding', 'validatingadmissionpolicy'])
      await kubectl(cluster, 'delete', kind, `one-ingress-e2e-one-${name}`, '--ignore-not-found');
  for (const world of worlds.values()) await world.end();
});

const split = actsIn(() => worldOf('split'));
const classic = actsIn(() => worldOf('classic'));
const annotated = actsIn(() => worldOf('annotation'));
const labelled = actsIn(() => worldOf('label'));
const answer = async (host: string, path = '/') => (await ask(cluster, host, path)).headers['x-revision'];

async function goesLive({ passes }: typeof split, host: string): Promise<void> {
  await passes('verify', 'v2');
  await passes('promote', 'v2');
  expect(await answer(host)).toBe('v2');
}

test('a second Ingress of the host is refused, and the error names the ways out', async () => {
  const { stdout } = await split.refused('refused-by-server', 'deploy-green', 'v2');
  expect(stdout).toContain('has an Ingress already');
  expect(stdout).toContain('set a host for the preview (`preview: {host: green.example.com}`)');
  expect(stdout).toContain('the classic form');
  expect(stdout).toContain('`preview: {annotations: {…}}`');
  expect(stdout).toContain('an exception for routes labelled greenpath.dev/app');
});

test('a preview at a host of its own is a way out', async () => {
  await split.passes('deploy-green', 'v2', { config: `${CONFIG}preview: {host: "green.{host}"}\n` });
  const { host } = worldOf('split');
  expect([await answer(`green.${host}`), await answer(host)]).toEqual(['v2', 'v1']);
  await goesLive(split, host);
});

test('the classic form is a way out', async () => {
  const { host } = worldOf('classic');
  await classic.passes('deploy-green', 'v2');
  expect([await answer(host, '/green/'), await answer(host)]).toEqual(['v2', 'v1']);
  await goesLive(classic, host);
});

test('an annotation that the policy requires of a second Ingress is a way out', async () => {
  const { host } = worldOf('annotation');
  const { stdout } = await annotated.refused('refused-by-server', 'deploy-green', 'v2');
  expect(stdout).toContain('has an Ingress already');
  const config = `${CONFIG}preview: {annotations: {policy.test/second: preview}}\n`;
  await annotated.passes('deploy-green', 'v2', { config });
  expect([await answer(host, '/green/'), await answer(host)]).toEqual(['v2', 'v1']);
  await goesLive(annotated, host);
});

test('an exception for what is labelled greenpath.dev/app is a way out', async () => {
  const { host } = worldOf('label');
  await labelled.passes('deploy-green', 'v2');
  expect([await answer(host, '/green/'), await answer(host)]).toEqual(['v2', 'v1']);
  await goesLive(labelled, host);
});
