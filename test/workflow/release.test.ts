import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Repository } from '../../harness/act.ts';
import { ask, CONFIG, makeWorld, type World } from '../e2e/world.ts';

/** The published workflows, called from an application's repository, on a runner of their own: act, on this machine. */

const cluster = inject('cluster');
let world: World;
let repository: Repository;

const caller = () => `
name: Ship
on: push
permissions: {}
jobs:
  release:
    permissions:
      contents: read
    uses: greenpath/greenpath/.github/workflows/release.yml@v1
    with:
      route: ingress/web
      namespace: ${world.namespace}
      revision: \${{ vars.REVISION }}
      manifests: k8s/*.json
      config: settings.yaml
      addresses: ${cluster.proxy}
      timeout: 60s
    secrets:
      kubeconfig: \${{ secrets.KUBECONFIG }}
  after:
    needs: release
    runs-on: ubuntu-latest
    steps:
      - run: echo "released=$STATE $REVISION $PREVIOUS $URL $PROOF"
        env:
          STATE: \${{ needs.release.outputs.state }}
          REVISION: \${{ needs.release.outputs.revision }}
          PREVIOUS: \${{ needs.release.outputs.previous-revision }}
          URL: \${{ needs.release.outputs.live-url }}
          PROOF: \${{ needs.release.outputs.proof }}
`;

beforeAll(async () => {
  world = await makeWorld(cluster, 'workflow', 'split', 1);
  repository = await Repository.create({
    '.github/workflows/ship.yml': caller(),
    'settings.yaml': CONFIG,
    'k8s/web.json': manifests('v2', {}),
  });
});
afterAll(() => world.end());

function manifests(revision: string, environment: Record<string, string>): string {
  world.manifests(environment);
  return readFileSync(join(world.folder, 'web.json'), 'utf8').replaceAll('$(REVISION)', revision);
}
const push = (revision: string, ...more: string[]) =>
  repository.event('push', { KUBECONFIG: world.kubeconfig }, '--var', `REVISION=${revision}`, ...more);
const visitors = async () => (await ask(cluster, world.host, '/visit')).headers['x-revision'];

test('success: another repository calls release.yml, all jobs end well, and its outputs say what was done', async () => {
  const { exitCode, log, jobs } = await push('v2');
  expect(exitCode, log).toBe(0);
  expect(jobs).toEqual({ 'Deploy green': true, Verify: true, Promote: true, Retire: true, after: true });
  expect(log).toContain(`released=live v2 v1 http://${world.host}/ identity`);
  expect(await visitors()).toBe('v2');
});

test('failed check: verify fails, nothing is promoted, the caller stops, and visitors stay', async () => {
  await repository.commit({ 'k8s/web.json': manifests('v3', { FAIL_SMOKE: '/healthz' }) });
  const { exitCode, log, jobs } = await push('v3');
  expect(exitCode).not.toBe(0);
  expect(jobs).toEqual({ 'Deploy green': true, Verify: false });
  expect(log).toContain('status 500; expected 2xx');
  expect(log).not.toContain('released=');
  expect(await visitors()).toBe('v2');
});

test('approval not given (the jobs before it, and none after): the candidate waits, and visitors stay', async () => {
  await repository.commit({ 'k8s/web.json': manifests('v4', {}) });
  const inputs = {
    route: 'ingress/web',
    namespace: world.namespace,
    revision: 'v4',
    manifests: 'k8s/*.json',
    config: 'settings.yaml',
    addresses: cluster.proxy,
    environment: 'production',
    'runs-on': 'ubuntu-latest',
    timeout: '60s',
    'timeout-minutes': '15',
    supersede: 'true',
    retire: 'true',
  };
  await repository.commit({ '.github/published/release.yml': readFileSync('.github/workflows/release.yml', 'utf8') });
  const { exitCode, log, jobs } = await repository.event(
    'workflow_call',
    { kubeconfig: world.kubeconfig },
    ...['-W', '.github/published/release.yml', '-j', 'verify'],
    ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
  );
  expect(exitCode, log).toBe(0);
  expect(jobs).toEqual({ 'Deploy green': true, Verify: true });
  expect(await visitors()).toBe('v2');
  const status = await world.run('status', '');
  expect(JSON.parse(status.outputs.json ?? '').status.next).toBe('promote of v4');
});

test('rollback by dispatch: one click, with the defaults of the repository', async () => {
  await repository.commit({ '.github/workflows/rollback.yml': readFileSync('.github/workflows/rollback.yml', 'utf8') });
  const click = () =>
    repository.event(
      'workflow_dispatch',
      { KUBECONFIG: world.kubeconfig },
      ...['-W', '.github/workflows/rollback.yml', '--input', `addresses=${cluster.proxy}`],
      ...['--var', 'GREENPATH_ROUTE=ingress/web', '--var', `GREENPATH_NAMESPACE=${world.namespace}`],
    );
  const { exitCode, log, jobs } = await click();
  expect(exitCode, log).toBe(0);
  expect(jobs).toEqual({ Rollback: true });
  expect(log).toContain('::set-output:: state=rolled-back');
  expect(await visitors()).toBe('v1');
  const again = await click();
  expect(again.log).toContain('nothing to do');
  expect(await visitors()).toBe('v1');
});
