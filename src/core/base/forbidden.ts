/** What a run asks before anything else: the lock, and what is in the namespace. */
const FIRST = [
  'patch leases',
  'create leases',
  'list ingresses',
  'list services',
  'list endpointslices',
  'list configmaps',
];

/** What the API server does not let an account do, and what to do about it. */
export interface Forbidden {
  readonly text: string;
  readonly next: string;
}

/**
 * What a 403 of RBAC says, by its words. To an account of one namespace a mistyped one answers as a Role that lacks a
 * verb does, so where nothing was allowed before, the namespace is suspected first.
 */
export function forbidden(words: string): Forbidden | undefined {
  const said =
    /^(?:.* is forbidden: )?User "([^"]*)" cannot (\w+) resource "([\w/]+)"(?:.* in the namespace "([^"]+)")?/s;
  const [, account = '', verb, resource, namespace] = said.exec(words) ?? [];
  if (verb === undefined || resource === undefined) return undefined;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const text = `the account may not ${verb} ${resource}${where}: ${words}`;
  const add = `dd the verb ${verb} on ${resource} to the Role${where} (README, "The Role").`;
  if (namespace === undefined || !FIRST.includes(`${verb} ${resource}`)) return { text, next: `A${add}` };
  const home = /^system:serviceaccount:([^:]+):/.exec(account)?.[1] ?? namespace;
  const other = home === namespace ? '' : `, and the account is of namespace ${home}`;
  return {
    text,
    next: `Check the input namespace first: it is ${namespace}${other}. In a namespace that does not exist, or in which the account has no Role, everything is forbidden. If it is right, a${add}`,
  };
}
