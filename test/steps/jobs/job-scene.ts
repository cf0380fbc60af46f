import { expect } from 'vitest';
import { checksAt } from '../../../src/checks/registry.ts';
import { ANNOTATION_CHECK, LABEL_APP, LABEL_NAME, LABEL_REVISION } from '../../../src/core/kube/objects.ts';
import { checkTools } from '../../../src/steps/checks/check-tools.ts';
import { configOf, subjectOf } from '../../checks/checks.ts';
import { type Answering, json } from '../../cluster/server.ts';
import { only } from '../../core/support.ts';
import { NOBODY } from '../../proof/backend.ts';
import { items, look } from '../../state/app.ts';

/** A Job of the manifests that is a check, and a cluster in which a copy of it runs. */

const forever = new AbortController().signal;
export const JOB = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: 'smoke-v2',
    uid: 'waiting',
    labels: { [LABEL_APP]: 'web', [LABEL_REVISION]: 'v2', [LABEL_NAME]: 'smoke' },
    annotations: { [ANNOTATION_CHECK]: 'true' },
  },
  spec: {
    suspend: true,
    activeDeadlineSeconds: 300,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'waiting' } },
    template: {
      metadata: { labels: { app: 'smoke', 'batch.kubernetes.io/controller-uid': 'waiting' } },
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'main',
            env: [
              { name: 'REVISION', value: 'own' },
              { name: 'MODE', value: 'fast' },
            ],
          },
        ],
      },
    },
  },
};
const RUN = '/apis/batch/v1/namespaces/shop/jobs/smoke-v2-run';
export const condition = (type: string, more: object = {}) => ({ conditions: [{ type, status: 'True', ...more }] });
export const CONTAINERS = { initContainers: [{ name: 'seed' }], containers: [{ name: 'main' }] };
export const PODS = [{ metadata: { name: 'smoke-v2-run-a' }, spec: CONTAINERS }];
/** What each container wrote. */
const LOGS: Readonly<Record<string, string>> = { seed: 'seeded\n', main: 'one\ntwo\n' };

/** A cluster in which the copy of the Job has these states, one at each look; `left`: one of that name is there. */
function clusterWith({
  states,
  jobs = [JOB],
  left,
  pods = PODS,
  events = [],
  deletes = true,
  goes = true,
  logs,
}: Scene): Answering {
  let current: { uid: string } | undefined = left === undefined ? undefined : { uid: 'left' };
  let look = 0;
  return (response, asked, count) => {
    const { method, path, headers } = asked;
    const answer = (status: number, body?: object) => json(status, body)(response, asked, count);
    const labels = left === 'of somebody' ? {} : JOB.metadata.labels;
    const metadata = { name: 'smoke-v2-run', labels, ...current };
    if (path.endsWith('/log') && logs !== undefined) return logs(response, asked, count);
    if (path.endsWith('/log')) {
      const log = path.includes('/smoke-v2-run-old/') ? 'of an earlier attempt\n' : LOGS[asked.query.container ?? ''];
      return void response.writeHead(200, { 'content-type': 'text/plain' }).end(log);
    }
    if (path.endsWith('/pods')) return (typeof pods === 'function' ? pods : items(...pods))(response, asked, count);
    if (path.endsWith('/events')) return items(...events)(response, asked, count);
    if (method === 'POST') {
      current = { uid: 'copy' };
      return answer(201, { ...JOB, metadata: { name: 'smoke-v2-run', ...current } });
    }
    if (path.endsWith('/jobs')) return items(...jobs)(response, asked, count);
    if (path !== RUN) return answer(404);
    if (method === 'DELETE' && !deletes) return;
    if (method === 'DELETE' && goes) current = undefined;
    if (method === 'DELETE') return answer(200, {});
    if (current === undefined) return answer(404);
    const isWhole = !String(headers.accept).includes('PartialObjectMetadata');
    const status = isWhole && current.uid === 'copy' ? states[Math.min(look++, states.length - 1)] : {};
    return answer(200, { ...JOB, metadata, spec: { ...JOB.spec, suspend: false }, status });
  };
}
export interface Scene {
  readonly states: readonly object[];
  readonly jobs?: readonly object[];
  readonly left?: 'of an earlier run' | 'of somebody';
  readonly pods?: readonly object[] | Answering;
  readonly events?: readonly object[];
  /** How a log is answered, if not with what the container wrote. */
  readonly logs?: Answering;
  /** Whether a delete is answered. */
  readonly deletes?: boolean;
  /** Whether what was deleted goes. */
  readonly goes?: boolean;
}

/** Attempts the check once. */
export async function run(scene: Scene, more: object = {}, signal = forever) {
  const looking = await look({ mode: 'verify' }, clusterWith(scene));
  const check = only(checksAt('preview', configOf({ checks: [{ job: 'smoke', ...more }] }), checkTools(looking.run)));
  const ended = await only(check.targets(subjectOf([NOBODY]))).attempt(signal);
  return { ended, ...looking, writes: looking.asked.filter(({ method }) => method !== 'GET') };
}

/** A run that can be stopped, and its check, which has begun: the copy of the Job runs and does not end. */
export async function running(scene: Partial<Scene> = {}, more: object = {}) {
  const looking = await look({ mode: 'verify' }, clusterWith({ states: [{}], ...scene }));
  const stop = new AbortController();
  const { signal } = stop;
  const run = { ...looking.run, signal, waiting: signal, api: looking.run.api.until(signal) };
  const check = only(checksAt('preview', configOf({ checks: [{ job: 'smoke', ...more }] }), checkTools(run)));
  const over = new AbortController();
  const ended = only(check.targets(subjectOf([NOBODY]))).attempt(AbortSignal.any([signal, over.signal]));
  await expect.poll(() => looking.asked.some(({ method }) => method === 'POST'), { timeout: 30_000 }).toBe(true);
  return { ...looking, ended, stop, over, deletes: () => looking.asked.filter(({ method }) => method === 'DELETE') };
}
