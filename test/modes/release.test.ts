import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { release } from '../../src/modes/release.ts';
import { readManifests, stackIn } from '../../src/state/manifests.ts';
import { ingress, look, slice, stackService, switchNote } from '../state/app.ts';
import { recordOf, shop, waitingHook } from './app.ts';

/** What release returns where deploy-green ends it. */

const folder = mkdtempSync(join(tmpdir(), 'greenpath-modes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const labels = { app: 'web' };
const objects = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:2' }] } },
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80 }] } },
];
const manifests = join(folder, 'web.json');
writeFileSync(manifests, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
const RELEASE = { mode: 'release', manifests, addresses: '127.0.0.1:9' };
const live = { ingresses: [ingress()], services: [stackService('v1')], slices: [slice('web-v1', 1)] };

test('in a dry run ends with the plan: unchanged, and each write was only tried', async () => {
  const { run, asked, told } = await look({ ...RELEASE, 'dry-run': 'true' }, shop(live));
  expect(await release(run)).toMatchObject({
    state: 'unchanged',
    revision: 'v2',
    previousRevision: 'v1',
    previewUrl: '',
    changed: false,
  });
  expect(told()).toContain('Dry run: nothing was written.');
  const writes = asked.filter(({ method }) => method !== 'GET');
  expect(writes.map(({ path }) => path.split('/').at(-1)).toSorted()).toEqual([
    'greenpath-web',
    'greenpath-web-parking',
    'web-v2',
    'web-v2',
  ]);
  expect(writes.every(({ query }) => query.dryRun === 'All')).toBe(true);
});

test('of what is live already finishes its hooks, and says that it changed something', async () => {
  const { recorded, answers } = waitingHook('notify-v2', 'post-promote');
  const reading = (await look(RELEASE)).run;
  const stack = stackIn(reading, await readManifests(reading), { allRoutes: [], services: [], slices: [] });
  const { run, told } = await look(
    RELEASE,
    shop({
      ingresses: [ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) })],
      services: [stackService('v1'), stackService('v2')],
      slices: [slice('web-v2', 1)],
      records: [recordOf('v2', { digest: stack.digest, objects: [recorded] })],
      more: answers,
    }),
  );
  expect(await release(run)).toMatchObject({ state: 'live', revision: 'v2', previousRevision: 'v1', changed: true });
  expect(told()).toContain('notify-v2 succeeded');
});

test.each([
  ['a check', 'checks: [{request: GET /, headers: {X-Key: "{env.NO_SUCH_KEY}"}}]'],
  [
    'a metric of the bake',
    'bake: {for: 1s}\nchecks: [GET /, {prometheus: up, url: http://a, at-most: 1, at: bake, auth: {bearer: "{env.NO_SUCH_KEY}"}}]',
  ],
  ['the proof', 'requests: {auth: {bearer: "{env.NO_SUCH_KEY}"}}'],
])('without a variable that %s needs of the step, nothing is written', async (_, config) => {
  const { run, asked } = await look({ ...RELEASE, config }, shop(live));
  await expect(release(run)).rejects.toMatchObject({
    code: 'input',
    message: expect.stringContaining('NO_SUCH_KEY is not set there'),
  });
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});
