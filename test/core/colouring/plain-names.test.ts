import { describe, expect, test } from 'vitest';
import {
  addressesOf,
  ownNames,
  plainNamesText,
  withAssumed,
  withOwnNames,
  withoutAssumed,
} from '../../../src/core/colouring/plain-names.ts';
import { addressesIn, aliasesOf } from '../../../src/core/kube/host-aliases.ts';
import type { KubeObject, Service } from '../../../src/core/kube/objects.ts';
import { objectOf } from '../support.ts';
import { stackOf } from './stack-manifests.ts';

/** What the pods of a stack reach by plain names. */

const serviceText = (name: string, spec = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {${spec}selector: {app: ${name}}, ports: [{port: 80}]}`;
const deploymentText = (name: string, pod = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {${pod}containers: [{name: app, image: acme/app}]}
`;
const SHOP = [
  serviceText('front'),
  serviceText('cart'),
  serviceText('peers', 'clusterIP: None, '),
  deploymentText('front'),
  deploymentText('cart'),
  deploymentText('peers'),
].join('\n---\n');
const names = ownNames(stackOf(SHOP).services, 'shop');
const ADDRESSES = new Map([
  ['front-v2', ['10.0.0.1']],
  ['cart-v2', ['10.0.0.2']],
]);
const forms = (name: string) => [name, `${name}.shop`, `${name}.shop.svc`, `${name}.shop.svc.cluster.local`];
const pods = (pod = '') => objectOf(deploymentText('front', pod));
const hostAliases = (object: KubeObject, addresses = ADDRESSES) => aliasesOf(withOwnNames(object, names, addresses));

describe('pods of a stack', () => {
  test('find its Services under every form of their plain names, in the order of the names', () => {
    expect(hostAliases(pods())).toEqual([
      { ip: '10.0.0.2', hostnames: forms('cart') },
      { ip: '10.0.0.1', hostnames: forms('front') },
    ]);
  });

  test('find both families of a Service', () => {
    const both = new Map([['cart-v2', ['10.0.0.2', 'fd00::2']]]);
    expect(hostAliases(pods(), both)).toEqual([
      { ip: '10.0.0.2', hostnames: forms('cart') },
      { ip: 'fd00::2', hostnames: forms('cart') },
    ]);
  });

  test('keep what their manifest says of a name, and of other names', () => {
    const given = 'hostAliases: [{ip: 192.0.2.1, hostnames: [cart, printer]}], ';
    expect(hostAliases(pods(given))).toEqual([
      { ip: '192.0.2.1', hostnames: ['cart', 'printer'] },
      { ip: '10.0.0.2', hostnames: forms('cart').slice(1) },
      { ip: '10.0.0.1', hostnames: forms('front') },
    ]);
  });

  test('have each address once, as the server asks for', () => {
    const given = 'hostAliases: [{ip: 10.0.0.2, hostnames: [basket]}], ';
    expect(hostAliases(pods(given))[0]).toEqual({ ip: '10.0.0.2', hostnames: ['basket', ...forms('cart')] });
  });

  test('find none of more than 64 Services, whose names would fill every template', () => {
    const part = (index: number) => (index === 0 ? 'front' : `part-${index}`);
    const both = (name: string) => `${serviceText(name)}\n---\n${deploymentText(name)}`;
    const text = (count: number) => Array.from({ length: count }, (_, index) => both(part(index))).join('\n---\n');
    const many = (count: number) => ownNames(stackOf(text(count)).services, 'shop');
    expect(many(64)).toMatchObject({ own: { length: 64 }, tooMany: 0 });
    expect(many(65)).toMatchObject({ own: [], tooMany: 65 });
    expect(plainNamesText(many(65), 'v2')).toBe(
      "Plain names in the pods of v2: 65 Services (more than 64) → the live revision's",
    );
  });

  test('do not find a Service that has no address', () => {
    expect(JSON.stringify(hostAliases(pods()))).not.toContain('peers');
  });

  test('in a CronJob, and in a hook that runs beside the stack', () => {
    const template = 'template: {spec: {containers: [{name: app, image: acme/app}]}}';
    const cron = objectOf(
      `{apiVersion: batch/v1, kind: CronJob, metadata: {name: bill}, spec: {schedule: "* * * * *", jobTemplate: {spec: {${template}}}}}`,
    );
    const hook = (point: string) =>
      objectOf(
        `{apiVersion: batch/v1, kind: Job, metadata: {name: warm, annotations: {greenpath.dev/hook: ${point}}}, spec: {${template}}}`,
      );
    expect(hostAliases(cron)).toHaveLength(2);
    expect(hostAliases(hook('pre-promote'))).toHaveLength(2);
    // Nothing of the stack runs yet, so it would reach nobody.
    expect(withOwnNames(hook('pre-deploy'), names, ADDRESSES)).toEqual(hook('pre-deploy'));
  });

  test('are what they were, where there are no names', () => {
    const given = pods('hostAliases: [{ip: 192.0.2.1, hostnames: [printer]}], ');
    expect(withOwnNames(given, { own: [], headless: [], tooMany: 0 }, ADDRESSES)).toBe(given);
    const service = objectOf(serviceText('cart'));
    expect(withOwnNames(service, names, ADDRESSES)).toBe(service);
  });

  test('are not changed in place', () => {
    const before = pods();
    withOwnNames(before, names, ADDRESSES);
    expect(before).toEqual(pods());
  });
});

describe('a dry run', () => {
  const tried = (...known: [string, string[]][]) => withAssumed(pods(), { ...names, known: new Map(known) });
  const cart: [string, string[]] = ['cart-v2', ['10.0.0.2']];

  test('has the server validate the field, with what is not assigned yet in one place', () => {
    expect(aliasesOf(tried(cart))).toEqual([
      { ip: '10.0.0.2', hostnames: forms('cart') },
      { ip: '192.0.2.255', hostnames: forms('front') },
    ]);
    expect(aliasesOf(tried())).toEqual([{ ip: '192.0.2.255', hostnames: [...forms('cart'), ...forms('front')] }]);
  });

  test('shows none of what is not assigned', () => {
    expect(aliasesOf(withoutAssumed(tried(cart)))).toEqual([{ ip: '10.0.0.2', hostnames: forms('cart') }]);
    expect(withoutAssumed(tried())).toEqual(pods());
  });
});

test.each([
  ['one family', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] }, ['10.0.0.1']],
  ['two families', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', 'fd00::1'] }, ['10.0.0.1', 'fd00::1']],
  ['an old server', { clusterIP: '10.0.0.1' }, ['10.0.0.1']],
  ['headless', { clusterIP: 'None', clusterIPs: ['None'] }, []],
  ['not assigned', {}, []],
  ['nonsense', { clusterIPs: [5, ''] }, []],
])('the addresses of a Service: %s', (_, spec, addresses) => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' }, spec } as Service;
  expect(addressesIn(service)).toEqual(addresses);
  expect(addressesOf([service]).get('cart')).toEqual(addresses);
});

test.each([
  [names, "Plain names in the pods of v2: cart, front → this revision's own; peers (headless) → the live revision's"],
  [{ ...names, headless: [], tooMany: 0 }, "Plain names in the pods of v2: cart, front → this revision's own"],
  [{ own: [], headless: [], tooMany: 0 }, undefined],
])('the log says in one line what they are', (which, line) => {
  expect(plainNamesText(which, 'v2')).toBe(line);
});
