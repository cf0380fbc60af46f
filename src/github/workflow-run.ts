import { type Commit, commitIn } from '../core/release/commit.ts';

/** Address of this workflow run, or a phrase for a run outside of GitHub. */
export function runUrl(): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = process.env;
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return 'a run outside of GitHub';
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/attempts/${GITHUB_RUN_ATTEMPT ?? '1'}`;
}

/** The commit that this workflow run works at, or undefined outside of GitHub. */
export function runCommit(): Commit | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_SHA: sha, GITHUB_ACTOR: actor } = process.env;
  return commitIn({ repository, sha, actor });
}

/** Where commits of this repository are shown; undefined outside of GitHub. */
export interface Repository {
  /** `https://github.com`. */
  readonly server: string;
  /** `owner/name`. */
  readonly name: string;
}

/** The repository of this workflow run, or undefined outside of GitHub. */
export function runRepository(): Repository | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  return server && name ? { server, name } : undefined;
}
