import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { GreenpathError } from '../core/base/error.ts';
import { isObject, valueAt } from '../core/base/json.ts';
import { quoted } from '../core/base/quoted.ts';
import { readYaml } from '../core/base/yaml.ts';

/**
 * What users of kubeconfigs say that the library does not read, by the user's name. Fields:
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
 */
export type UnreadFields = Map<string, { readonly fields: object; readonly folder: string }>;

/** Whom an account acts for, besides `as`: without them, the server would judge another account. */
const NOT_SENT = ['as-groups', 'as-uid', 'as-user-extra'];

/** Adds the users of one kubeconfig, whose paths are relative to `folder`; the first of a name counts, as for kubectl. */
export function addUsers(all: UnreadFields, text: string, folder: string): void {
  const { value } = readYaml(text);
  if (!isObject(value) || !Array.isArray(value.users)) return;
  for (const entry of value.users)
    if (isObject(entry) && typeof entry.name === 'string' && isObject(entry.user) && !all.has(entry.name))
      all.set(entry.name, { fields: entry.user, folder });
}

/**
 * Gives `user` the token of its `tokenFile`, which wins over `token`, as for kubectl. Throws `input` if there is none, or
 * if the user has fields that cannot be honoured.
 */
export function completeUser(user: User | null, unread: UnreadFields): void {
  const found = user === null ? undefined : unread.get(user.name);
  if (user === null || found === undefined) return;
  const { fields, folder } = found;
  const unsent = NOT_SENT.filter((field) => saysSomething(valueAt(fields, field)));
  if (unsent.length > 0)
    throw new GreenpathError(
      'input',
      `user ${quoted(user.name)} of the kubeconfig has ${unsent.join(', ')}, which Greenpath does not send`,
      'Bind the Role to the account itself, or to the one that `as` names, and remove these fields.',
    );
  if (!('tokenFile' in fields) || typeof fields.tokenFile !== 'string' || fields.tokenFile === '') return;
  const token = tokenIn(resolve(folder, fields.tokenFile));
  if (token !== undefined) Object.assign(user, { token });
  else if (user.token === undefined)
    throw new GreenpathError(
      'input',
      `user ${quoted(user.name)} of the kubeconfig has the tokenFile ${quoted(fields.tokenFile)}, in which there is no token`,
      'Check that the file exists on the runner and that this step may read it.',
    );
}

/** Older tools write these fields without content, which makes the account act for nobody. */
function saysSomething(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== '';
}

function tokenIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
