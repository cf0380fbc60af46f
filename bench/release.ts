import { join } from 'node:path';
import { runAction } from '../harness/action.ts';
import { Load } from '../harness/load.ts';
import { type Bed, writeManifests } from './bed.ts';
import { type Audited, audited, clock, timed } from './measure.ts';

/** What one release took, in milliseconds; `phases` in order, by mode or step. */
export interface Release {
  readonly figures: Readonly<Record<string, number>>;
  readonly phases: Readonly<Record<string, readonly (readonly [string, number])[]>>;
}

/** apply, rollout status, smoke test, patch: the script everybody writes. */
export async function releaseByScript(bed: Bed, before: string, after: string): Promise<Release> {
  writeManifests(bed, after, { byHand: true });
  const { cluster, folder, namespace } = bed;
  const base = ['--kubeconfig', cluster.kubeconfig, '--cache-dir', join(folder, 'cache'), '-n', namespace];
  const start = clock();
  const apply = await timed(cluster.kubectl, [...base, 'apply', '-f', join(folder, after)]);
  const status = await timed(cluster.kubectl, [...base, 'rollout', 'status', `deployment/web-${after}`]);
  const get = await timed(cluster.kubectl, [...base, 'get', 'ingress', 'web', '-o', 'json']);
  const load = watchVisitors(bed);
  const patch = await timed(cluster.kubectl, [
    ...base,
    'patch',
    'ingress',
    'web',
    '--type=json',
    '-p',
    JSON.stringify([{ op: 'replace', path: '/spec/rules/0/http/paths/0/backend/service/name', value: `web-${after}` }]),
  ]);
  const lag = await lastOldAnswer(load, before, after, patch.end);
  const pods = podStart(bed, `web-${after}`, start);
  return {
    figures: {
      'over pods': apply.ms + status.ms - pods,
      get: get.ms,
      patch: patch.ms,
      'last old answer after success': lag,
    },
    phases: {
      script: [
        ['apply', apply.ms],
        ['rollout status', status.ms],
        ['get', get.ms],
        ['patch', patch.ms],
      ],
    },
  };
}

/** deploy-green, verify, promote, as a runner starts them. */
export async function releaseByAction(bed: Bed, before: string, after: string): Promise<Release> {
  writeManifests(bed, after);
  const deploy = await runMode(bed, 'deploy-green', after);
  const preview = accepted(deploy.requests, 'ingresses', 'greenpath-web');
  const created = accepted(deploy.requests, 'deployments', `web-${after}`);
  const pods = podStart(bed, `web-${after}`, deploy.start);
  const verify = await runMode(bed, 'verify', after);
  const load = watchVisitors(bed);
  const promote = await runMode(bed, 'promote', after);
  const lag = await lastOldAnswer(load, before, after, promote.end);
  const flip = accepted(promote.requests, 'ingresses', 'web');
  const count = (requests: readonly Audited[]) => requests.filter(({ verb }) => verb !== 'watch').length;
  const first = (requests: readonly Audited[]) => Math.min(...requests.map(({ received }) => received));
  return {
    figures: {
      'over pods': preview - deploy.start - pods,
      'to first request': first(promote.requests) - promote.start,
      'to accepted patch': flip - promote.start,
      'last old answer after success': lag,
      'requests deploy-green': count(deploy.requests),
      'requests verify': count(verify.requests),
      'requests promote': count(promote.requests),
    },
    phases: {
      'deploy-green': [
        ['start to first request', first(deploy.requests) - deploy.start],
        ['reads and dry run', lastOf(deploy.requests, ({ dryRun }) => dryRun) - first(deploy.requests)],
        ['apply, to the Deployment', created - lastOf(deploy.requests, ({ dryRun }) => dryRun)],
        ["the pods' own start", pods],
        ['to the accepted preview', preview - created - pods],
        ['proof of the preview, end', deploy.end - preview],
      ],
      verify: [
        ['start to first request', first(verify.requests) - verify.start],
        ['reads, checks, stamp, end', verify.end - first(verify.requests)],
      ],
      promote: [
        ['start to first request', first(promote.requests) - promote.start],
        ['reads, proof of green', flip - first(promote.requests)],
        ['proof at the live URLs, end', promote.end - flip],
      ],
    },
  };
}

async function runMode(
  bed: Bed,
  mode: string,
  revision: string,
): Promise<{ start: number; end: number; requests: Audited[] }> {
  const start = clock();
  const inputs = {
    mode,
    route: 'ingress/web',
    namespace: bed.namespace,
    revision,
    addresses: bed.cluster.proxy,
    kubeconfig: bed.kubeconfig,
  };
  const more =
    mode === 'deploy-green'
      ? { manifests: `${revision}/*.json`, config: 'proof: {settle: 2500ms}\nverify: {interval: 50ms}' }
      : {};
  const { exitCode, stdout } = await runAction({ ...inputs, ...more }, { cwd: bed.folder });
  const end = clock();
  if (exitCode !== 0) throw new Error(stdout);
  return {
    start,
    end,
    requests: audited(bed.cluster.auditLog, bed.namespace, 'greenpath', start).filter((event) => event.received <= end),
  };
}

/** From the answer to the Deployment's creation to the controller's last status write: nobody's client is in it. */
function podStart(bed: Bed, deployment: string, from: number): number {
  const file = bed.cluster.auditLog;
  const writes = (agent: string) =>
    audited(file, bed.namespace, agent, from).filter(
      ({ resource, name, dryRun }) => resource === 'deployments' && name === deployment && !dryRun,
    );
  const created = Math.min(
    ...[...writes('greenpath'), ...writes('kubectl')]
      .filter(({ verb }) => verb === 'create' || verb === 'patch')
      .map(({ answered }) => answered),
  );
  const ready = Math.max(
    ...writes('kube-controller-manager')
      .filter(({ subresource }) => subresource === 'status')
      .map(({ answered }) => answered),
  );
  return ready - created;
}

function accepted(requests: readonly Audited[], resource: string, name: string): number {
  const found = requests.find(
    (one) => one.resource === resource && one.name === name && one.verb === 'patch' && !one.dryRun,
  );
  if (found === undefined) throw new Error(`no write of ${resource} ${name} in the audit log`);
  return found.answered;
}

function lastOf(requests: readonly Audited[], of: (event: Audited) => boolean): number {
  return Math.max(...requests.filter(of).map(({ answered }) => answered));
}

function watchVisitors(bed: Bed): Load {
  const load = new Load({ proxy: bed.cluster.proxy, host: bed.host, identify: (_, body) => body.trim() }, 60);
  load.add({ client: 'fresh', path: '/', rate: 100 });
  return load;
}

/** Milliseconds from `success` to the last answer by the old revision; negative if that came first. */
async function lastOldAnswer(load: Load, before: string, after: string, success: number): Promise<number> {
  const newest = () => load.answers.slice(-50);
  while (load.answers.length < 50 || newest().some(({ who }) => who !== after))
    await new Promise((resolve) => setTimeout(resolve, 20));
  const answers = await load.stop();
  const old = answers.filter(({ who }) => who === before).map(({ ended }) => ended + performance.timeOrigin);
  return Math.max(...old) - success;
}
