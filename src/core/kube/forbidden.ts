/** A permission that an account lacks, and what to do about it. */
export interface Forbidden {
  readonly text: string;
  readonly next: string;
}

/**
 * Reads a 403 of RBAC from its text. For an account of one namespace, a mistyped namespace looks like a Role that lacks
 * a verb. So as long as nothing `wasAllowed` in this run, the namespace is suspected first.
 */
export function forbidden(words: string, { wasAllowed }: { readonly wasAllowed: boolean }): Forbidden | undefined {
  const said =
    /^(?:.* is forbidden: )?User "([^"]*)" cannot (\w+) resource "([\w/]+)"(?:.* in the namespace "([^"]+)")?/s;
  const [, account = '', verb, resource, namespace] = said.exec(words) ?? [];
  if (verb === undefined || resource === undefined) return undefined;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const text = `the account may not ${verb} ${resource}${where}: ${words}`;
  const verbOf = `the verb ${verb} on ${resource}`;
  const role = `the Role${where} (docs/role.yaml)`;
  if (namespace === undefined || wasAllowed) return { text, next: `Add ${verbOf} to ${role}.` };
  const home = /^system:serviceaccount:([^:]+):/.exec(account)?.[1] ?? namespace;
  const other = home === namespace ? '' : `, and the account belongs to namespace ${home}`;
  return {
    text,
    next: `Check the input namespace first: it is ${namespace}${other}. In a namespace that does not exist, or in which the account has no Role, everything is forbidden. If it is right, add ${verbOf} to ${role}.`,
  };
}
