import { describe, expect, test } from 'vitest';
import { KIND } from '../../src/core/kube/kinds.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { Stamp } from '../../src/core/release/record.ts';
import type { Runs } from '../../src/core/release/running-content.ts';
import { deploymentsBehind, isBehind } from '../../src/state/deployments-behind.ts';
import { ifAllowed, listOwned } from '../../src/state/owned-objects.ts';
import type { ReleaseRecord } from '../../src/state/records.ts';
import { compareWithStamp, readRunning, refuseChanged } from '../../src/state/running.ts';
import { keepSecretKey, readSecretKey } from '../../src/state/secret-key.ts';
import { type Answering, json } from '../cluster/server.ts';
import { byPath, counterparts, items, look, service, stackService } from './app.ts';

/** What is read of what runs, how it is compared with what was verified, and what is not there or may not be read. */

const RUNS: Runs = { objects: { '/Service/web-v2': 'a' }, images: {} };
const CHANGED: Runs = { ...RUNS, objects: { '/Service/web-v2': 'b' } };
const STAMP = { runs: RUNS, at: '2026-05-01T10:00:00Z' } as Stamp;
const deployment = (name = 'web-v2', labels: Record<string, string> = { app: 'web', revision: 'v2' }): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'web', image: 'web', envFrom: [{ secretRef: { name: 'db' } }] }] },
    },
  },
});
const release = (objects: object[] = []) =>
  ({ release: { revision: 'v2', counterparts: counterparts('v2'), objects } }) as unknown as ReleaseRecord;
const KEY = {
  metadata: { name: 'greenpath-web', labels: { 'greenpath.dev/app': 'web' } },
  kind: 'Secret',
  data: { key: 'a2V5' },
};
const READS: Record<string, Answering> = {
  'GET deployments': items(deployment()),
  'GET pods': items(),
  'GET cronjobs': items(),
  'GET secrets/db': json(200, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db' },
    data: { password: 'eA==' },
  }),
  'GET secrets/greenpath-web': json(200, KEY),
};

describe('what runs', () => {
  test('is told apart by content, and Secrets by a key that nobody can guess', async () => {
    const services = [stackService('v2')];
    const one = await look({}, byPath(READS));
    const first = await readRunning(one.run, release(), services);
    expect(Object.keys(first.runs.objects)).toEqual(['apps/Deployment/web-v2', '/Service/web-v2', '/Secret/db']);
    expect(first.key).toEqual({ value: 'a2V5', kept: true });
    const changed = json(200, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db' },
      data: { password: 'eQ==' },
    });
    const two = await look({}, byPath({ ...READS, 'GET secrets/db': changed, 'GET secrets/greenpath-web': json(404) }));
    const second = await readRunning(two.run, release(), services, first.key);
    expect(() => refuseChanged('v2', first, second)).toThrow(/: Secret db has changed$/);
    expect(() => refuseChanged('v2', first, first)).not.toThrow();
  });

  test.each<[string, Parameters<typeof readRunning>[2], object[], string]>([
    ['Service', [], [], 'Service web-v2 is gone'],
    [
      'Deployment',
      [stackService('v2')],
      [{ group: 'apps', kind: 'Deployment', name: 'worker-v2' }],
      'Deployment worker-v2 is gone',
    ],
    [
      'Deployment among others of its kind',
      [stackService('v2')],
      [
        { group: 'apps.example.com', kind: 'Deployment', name: 'gone' },
        { group: 'apps', kind: 'Deployment', name: 'worker-v2' },
      ],
      'Deployment worker-v2 is gone',
    ],
  ])('lacks a %s that somebody deleted', async (_, services, objects, message) => {
    const { run } = await look({}, byPath(READS));
    await expect(readRunning(run, release(objects), services)).rejects.toMatchObject({
      code: 'no-candidate',
      message: expect.stringContaining(message),
    });
  });
});

describe('what is not what was verified', () => {
  test('is refused by name', async () => {
    const { run } = await look();
    expect(() => compareWithStamp(run, 'v2', STAMP, CHANGED)).toThrow(
      'revision v2 differs from what was verified at 2026-05-01T10:00:00Z: Service web-v2 has changed',
    );
    expect(() => compareWithStamp(run, 'v2', STAMP, RUNS)).not.toThrow();
  });

  test('goes live with a warning if the step says so', async () => {
    const { run, told } = await look({ 'require-verified': 'false' });
    compareWithStamp(run, 'v2', STAMP, CHANGED);
    expect(told()).toContain('::warning::require-verified is false: revision v2 differs from what was verified');
  });
});

describe('the key of an app', () => {
  test('is made where there is none, and kept once', async () => {
    const { run, asked } = await look({}, (response, request, count) =>
      json(request.method === 'GET' ? 404 : 201, KEY)(response, request, count),
    );
    const key = await readSecretKey(run);
    expect(key).toEqual({ value: expect.stringMatching(/^.{44}$/), kept: false });
    await keepSecretKey(run, key);
    expect(asked[1]).toMatchObject({
      method: 'POST',
      body: { metadata: { name: 'greenpath-web' }, data: { key: key.value } },
    });
    await keepSecretKey(run, { ...key, kept: true });
    await keepSecretKey(run, undefined);
    expect(asked).toHaveLength(2);
  });

  test('of another run that came first is a conflict', async () => {
    const { run } = await look({}, byPath({ 'POST secrets': json(409) }));
    await expect(keepSecretKey(run, { value: 'a', kept: false })).rejects.toMatchObject({ code: 'conflict' });
  });

  test.each([
    ['another app', { ...KEY, metadata: { name: 'greenpath-web', labels: {} } }],
    ['nobody, without a key', { ...KEY, data: {} }],
  ])('is not what stands under its name of %s', async (_, present) => {
    const { run } = await look({}, byPath({ 'GET secrets/greenpath-web': json(200, present) }));
    await expect(readSecretKey(run)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('what the Role may not list', () => {
  const message =
    'jobs.batch is forbidden: User "x" cannot list resource "jobs" in API group "batch" in the namespace "shop"';
  const forbidden: Answering = (response, request, count) =>
    (request.path.endsWith('/jobs') ? json(403, { message }) : items())(response, request, count);

  test('counts as a kind that the app does not use, and is told', async () => {
    const { run, told } = await look({}, forbidden);
    expect(await listOwned(run, 'v2')).toEqual([]);
    expect(told()).toContain('Jobs were not read: ');
  });

  test('is not mistaken for any other failure', async () => {
    const { run } = await look({}, byPath({ 'GET jobs': json(400, { message: 'no' }) }));
    await expect(ifAllowed(run, KIND.Job, run.api.listMetadata(KIND.Job, ''))).rejects.toThrow('no');
  });
});

describe('the Deployments behind Services', () => {
  const other = deployment('other', { app: 'other' });
  test('are those whose pods they select, asked for by the revision if all are of one', async () => {
    const { run, asked } = await look({}, byPath({ 'GET deployments': items(deployment(), other) }));
    const found = await deploymentsBehind(run, [stackService('v2')]);
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['web-v2']);
    expect(asked[0]?.query.labelSelector).toBe('greenpath.dev/app=web,greenpath.dev/revision=v2');
    await deploymentsBehind(run, [stackService('v2'), stackService('v1')]);
    expect(asked[1]?.query).toEqual({});
    expect(isBehind(service('x', {}), other)).toBe(false);
  });
});
