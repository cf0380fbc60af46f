import { describe, expect, test } from 'vitest';
import { forbidden } from '../../../src/core/kube/forbidden.ts';
import { present } from '../support.ts';

const rbac = (verb: string, resource: string, namespace: string, user = 'system:serviceaccount:shop:deployer') =>
  `${resource}.x.k8s.io "web" is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "x.k8s.io" in the namespace "${namespace}"`;

const FIRST = { wasAllowed: false };
const LATER = { wasAllowed: true };

describe('what an account may not do', () => {
  test.each([
    ['patch', 'leases'],
    ['list', 'ingresses'],
    ['get', 'configmaps'],
  ])('%s %s, while nothing was allowed: the namespace is suspected first, the Role second', (verb, resource) => {
    const { text, next } = present(forbidden(rbac(verb, resource, 'shpo'), FIRST));
    expect(text).toMatch(new RegExp(`^the account may not ${verb} ${resource} in namespace shpo: ${resource}`));
    expect(next).toBe(
      `Check the input namespace first: it is shpo, and the account belongs to namespace shop. In a namespace that does not exist, or in which the account has no Role, everything is forbidden. If it is right, add the verb ${verb} on ${resource} to the Role in namespace shpo (docs/role.yaml).`,
    );
  });

  test('an account that is of that namespace, or of none, is not told to be of another', () => {
    for (const user of ['system:serviceaccount:shop:deployer', 'jane@example.com'])
      expect(forbidden(rbac('patch', 'leases', 'shop', user), FIRST)?.next).toMatch(
        /^Check the input namespace first: it is shop\. /,
      );
  });

  test.each([
    ['list', 'ingresses'],
    ['patch', 'ingresses'],
    ['get', 'pods/log'],
  ])('%s %s, after something was allowed: the Role lacks it', (verb, resource) => {
    expect(forbidden(rbac(verb, resource, 'shop'), LATER)?.next).toBe(
      `Add the verb ${verb} on ${resource} to the Role in namespace shop (docs/role.yaml).`,
    );
  });

  test('words of clouds after it do no harm, and what is not RBAC is not taken for it', () => {
    const cloud = `${rbac('patch', 'leases', 'shop')}: requires one of ["container.leases.update"] permission(s).`;
    expect(forbidden(cloud, FIRST)?.next).toContain('it is shop. In');
    expect(forbidden('pods "web" is forbidden: exceeded quota: compute', FIRST)).toBeUndefined();
    expect(forbidden('status 403', FIRST)).toBeUndefined();
  });
});
