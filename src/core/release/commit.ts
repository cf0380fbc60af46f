import { isObject } from '../base/json.ts';

/** The commit that a workflow run worked at, and who started it, as GitHub says. */
export interface Commit {
  /** `owner/name`. */
  readonly repository: string;
  readonly sha: string;
  readonly actor: string;
}

const REPOSITORY = /^[\w.-]{1,100}\/[\w.-]{1,100}$/;
/** SHA-1 or SHA-256. */
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Accounts of apps end in `[bot]`. */
const ACTOR = /^[\w.-]{1,100}(?:\[bot\])?$/;

/** `value` as a commit, or undefined if it is not one as a whole: links are made of it, and records can be edited. */
export function commitIn(value: unknown): Commit | undefined {
  if (!isObject(value)) return undefined;
  const { repository, sha, actor } = value;
  if (typeof repository !== 'string' || typeof sha !== 'string' || typeof actor !== 'string') return undefined;
  return REPOSITORY.test(repository) && SHA.test(sha) && ACTOR.test(actor) ? { repository, sha, actor } : undefined;
}
