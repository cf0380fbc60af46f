import { describe, expect, test } from 'vitest';
import { forbidden } from '../../../src/core/base/forbidden.ts';
import { present } from '../support.ts';

const rbac = (verb: string, resource: string, namespace: string, user = 'system:serviceaccount:shop:deployer') =>
  `${resource}.x.k8s.io "web" is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "x.k8s.io" in the namespace "${namespace}"`;

describe('what an account may not do', () => {
  test.each([
    ['patch', 'leases'],
    ['create', 'leases'],
    ['list', 'ingresses'],
    ['list', 'services'],
  ])('%s %s, which each run asks first: the namespace is suspected first, the Role second', (verb, resource) => {
    const { text, next } = present(forbidden(rbac(verb, resource, 'shpo')));
    expect(text).toMatch(new RegExp(`^the account may not ${verb} ${resource} in namespace shpo: ${resource}`));
    expect(next).toBe(
      `Check the input namespace first: it is shpo, and the account is of namespace shop. In a namespace that does not exist, or in which the account has no Role, everything is forbidden. If it is right, add the verb ${verb} on ${resource} to the Role in namespace shpo (README, "The Role").`,
    );
  });

  test('an account that is of that namespace, or of none, is not told to be of another', () => {
    for (const user of ['system:serviceaccount:shop:deployer', 'jane@example.com'])
      expect(forbidden(rbac('patch', 'leases', 'shop', user))?.next).toMatch(
        /^Check the input namespace first: it is shop\. /,
      );
  });

  test.each([
    ['create', 'deployments'],
    ['patch', 'ingresses'],
    ['get', 'pods/log'],
  ])('%s %s comes later: the Role lacks it', (verb, resource) => {
    expect(forbidden(rbac(verb, resource, 'shop'))?.next).toBe(
      `Add the verb ${verb} on ${resource} to the Role in namespace shop (README, "The Role").`,
    );
  });

  test('words of clouds after it do no harm, and what is not RBAC is not taken for it', () => {
    const cloud = `${rbac('patch', 'leases', 'shop')}: requires one of ["container.leases.update"] permission(s).`;
    expect(forbidden(cloud)?.next).toContain('it is shop. In');
    expect(forbidden('pods "web" is forbidden: exceeded quota: compute')).toBeUndefined();
    expect(forbidden('status 403')).toBeUndefined();
  });
});
