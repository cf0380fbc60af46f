/** A deployment as the stand-in keeps it, with its statuses, newest first. */
export interface Kept {
  readonly id: number;
  readonly environment: string;
  readonly payload: unknown;
  readonly sha: string;
  readonly statuses: { state: string; description: string; environment_url: string; log_url: string }[];
}

const TIMES = { created_at: '2026-11-23T20:00:00Z', updated_at: '2026-11-23T20:00:00Z' };
const URLS = { url: 'https://github.test/x', repository_url: 'https://github.test/x' };

/** A deployment as GitHub answers it. */
export function deploymentBody({ id, environment, payload, sha }: Kept) {
  const fixed = {
    node_id: 'x',
    task: 'deploy',
    description: null,
    creator: null,
    statuses_url: 'https://github.test/x',
  };
  return { ...URLS, ...TIMES, ...fixed, id, sha, ref: sha, environment, payload: payload as object };
}

/** The status of a deployment as GitHub answers it. */
export function statusBody(status: Kept['statuses'][number]) {
  const fixed = { id: 1, node_id: 'x', creator: null, target_url: '', deployment_url: 'https://github.test/x' };
  return { ...URLS, ...TIMES, ...fixed, ...status };
}
