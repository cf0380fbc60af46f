import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Repository } from '../../harness/act.ts';
import { openBrowser } from '../../harness/summary-browser.ts';
import { ask, makeWorld, type World } from '../e2e/world.ts';

/** A team's own browser test as the check: a script of the application's repository, in the published workflow. */

const cluster = inject('cluster');
let world: World;
let repository: Repository;

/** A browser opens the preview, and what it gets must be the revision's. */
const SCRIPT = `
import { chromium } from 'playwright-core';
const { CHECK_URL, REVISION, GREENPATH_ADDRESS, SMOKE_USER, SMOKE_TOKEN } = process.env;
const host = new URL(CHECK_URL).hostname;
const mapped = '--host-resolver-rules=MAP ' + host + ':80 ' + GREENPATH_ADDRESS;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', mapped] });
const page = await browser.newPage();
const answer = await page.goto(CHECK_URL + 'visit');
const seen = (await answer.allHeaders())['x-revision'];
console.log('the browser saw ' + seen + ' at ' + answer.url() + ' as ' + SMOKE_USER + ' with ' + SMOKE_TOKEN);
console.log('::set-output name=state::stolen');
if (seen !== REVISION || answer.status() !== 200) throw new Error('expected ' + REVISION);
process.exit();
`;

const CONFIG = `
identity: {header: X-Revision}
checks:
  - GET /healthz
  - {command: node visit.mjs, folder: e2e, at: [verify, bake], timeout: 30s}
verify: {passes: 1, interval: 50ms, within: 3s}
bake: {for: 2s, every: 250ms}
proof: {settle: 2500ms}
`;

const caller = (more: string) => `
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
      timeout: 3m
      ${more}
    secrets:
      kubeconfig: \${{ secrets.KUBECONFIG }}
      check-env: |
        SMOKE_USER=\${{ secrets.SMOKE_USER }}
        \${{ secrets.MORE }}
`;
const CHECKED = `checkout: true
      setup: mkdir -p e2e/node_modules && ln -sfn ${resolve('node_modules/playwright-core')} e2e/node_modules/playwright-core`;

beforeAll(async () => {
  await (await openBrowser(console.log)).close();
  world = await makeWorld(cluster, 'workflow-checks', 'split', 1);
  repository = await Repository.create({
    '.github/workflows/ship.yml': caller(CHECKED),
    'settings.yaml': CONFIG,
    'e2e/visit.mjs': SCRIPT,
    'k8s/web.json': manifests('v2', {}),
  });
});
afterAll(() => world.end());

function manifests(revision: string, environment: Record<string, string>): string {
  world.manifests(environment);
  return readFileSync(join(world.folder, 'web.json'), 'utf8').replaceAll('$(REVISION)', revision);
}
const USER = 'user-for-tests-1848';
const TOKEN = 'only-for-tests-4711%0A';
/** act hides what it is given as a secret: the line of MORE, and not the value in it. */
const SECRETS = { SMOKE_USER: USER, MORE: `SMOKE_TOKEN=${TOKEN}` };
const push = (revision: string) =>
  repository.event('push', { KUBECONFIG: world.kubeconfig, ...SECRETS }, '--var', `REVISION=${revision}`);
const visitors = async () => (await ask(cluster, world.host, '/visit')).headers['x-revision'];

test('a browser that sees the revision at the preview lets it go live', async () => {
  const { exitCode, log, jobs } = await push('v2');
  expect(exitCode, log).toBe(0);
  expect(jobs).toEqual({ 'Deploy green': true, Verify: true, Promote: true, Retire: true });
  expect(log).toContain(`the browser saw v2 at http://${world.host}/green/visit as *** with ***`);
  for (const secret of [USER, TOKEN]) expect(log).not.toContain(secret);
  expect(log).toContain(`✓ node visit.mjs at http://${world.host}/green/: passed`);
  // After the switch, on the runner of promote, which needs what `setup` put there too.
  expect(log).toContain(`the browser saw v2 at http://${world.host}/visit as *** with ***`);
  expect(log).not.toContain('set-output:: state=stolen');
  expect(await visitors()).toBe('v2');
});

test('a page that the browser refuses stops the release, and its last lines say why', async () => {
  await repository.commit({ 'k8s/web.json': manifests('v3', { FAIL_SMOKE: '/visit' }) });
  const { exitCode, log, jobs } = await push('v3');
  expect(exitCode).not.toBe(0);
  expect(jobs).toEqual({ 'Deploy green': true, Verify: false });
  expect(log).toContain('its last lines:');
  expect(log).toContain('Error: expected v3');
  expect(await visitors()).toBe('v2');
});

test('without a checkout the command is not run, and the error says what to do', async () => {
  await repository.commit({
    '.github/workflows/ship.yml': caller('retire: false'),
    'k8s/web.json': manifests('v4', {}),
  });
  const { log, jobs } = await push('v4');
  expect(jobs).toEqual({ 'Deploy green': true, Verify: false });
  expect(log).toContain('set the input config (release.yml: `checkout: true`');
  expect(await visitors()).toBe('v2');
});
