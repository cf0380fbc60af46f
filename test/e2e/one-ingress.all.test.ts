import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { actsIn } from './acts.ts';
import { policyIn } from './policies.ts';
import { apply, ask, CONFIG, type Form, makeWorld, type World } from './world.ts';

/**
 * A policy of the cluster that allows one Ingress for each host. The refusal names the ways out, and each of them works:
 * a host of its own, and the classic form, in which the preview is inside the live Ingress.
 */

const cluster = inject('cluster');
const NAMESPACES = ['one-split', 'one-classic'];
const worlds = new Map<Form, World>();
const worldOf = (form: Form): World => {
  const world = worlds.get(form);
  if (world === undefined) throw new Error(`no world of the form ${form}`);
  return world;
};

/** Refuses an Ingress for the host of a world, unless it is the live one. */
function oneIngress(namespace: string, host: string): object[] {
  return policyIn(namespace, {
    name: `one-ingress-${namespace}`,
    rules: {
      apiGroups: ['networking.k8s.io'],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['ingresses'],
    },
    expression: `object.metadata.name == 'web' || object.spec.rules.all(rule, !has(rule.host) || rule.host != '${host}')`,
    message: `the host ${host} has an Ingress already`,
  });
}

beforeAll(async () => {
  for (const form of ['split', 'classic'] as const) {
    const world = await makeWorld(cluster, `one-${form}`, form, 1);
    worlds.set(form, world);
    await apply(cluster, world.namespace, oneIngress(world.namespace, world.host));
    // The API server reads policies some time after they were written.
    const second = ['create', 'ingress', 'second', `--rule=${world.host}/x=web-v1:80`, '--dry-run=server'];
    const answered = () => world.kubectl(...second).catch((error: unknown) => String(error));
    const isRefused = async () => (await answered()).includes('has an Ingress already');
    await vi.waitUntil(isRefused, { timeout: 30_000, interval: 500 });
  }
});
afterAll(async () => {
  for (const name of NAMESPACES)
    for (const kind of ['validatingadmissionpolicybinding', 'validatingadmissionpolicy'])
      await kubectl(cluster, 'delete', kind, `one-ingress-e2e-${name}`, '--ignore-not-found');
  for (const world of worlds.values()) await world.end();
});

const split = actsIn(() => worldOf('split'));
const classic = actsIn(() => worldOf('classic'));
const answer = async (host: string, path = '/') => (await ask(cluster, host, path)).headers['x-revision'];

test('a second Ingress of the host is refused, and the error names the ways out', async () => {
  const { stdout } = await split.refused('refused-by-server', 'deploy-green', 'v2');
  expect(stdout).toContain('has an Ingress already');
  expect(stdout).toContain('set a host for the preview (`preview: {host: green.example.com}`)');
  expect(stdout).toContain('the classic form');
});

test('a preview at a host of its own is a way out', async () => {
  await split.passes('deploy-green', 'v2', { config: `${CONFIG}preview: {host: "green.{host}"}\n` });
  const { host } = worldOf('split');
  expect([await answer(`green.${host}`), await answer(host)]).toEqual(['v2', 'v1']);
  await split.passes('verify', 'v2');
  await split.passes('promote', 'v2');
  expect(await answer(host)).toBe('v2');
});

test('the classic form is a way out', async () => {
  const { host } = worldOf('classic');
  await classic.passes('deploy-green', 'v2');
  expect([await answer(host, '/green/'), await answer(host)]).toEqual(['v2', 'v1']);
  await classic.passes('verify', 'v2');
  await classic.passes('promote', 'v2');
  expect(await answer(host)).toBe('v2');
});
