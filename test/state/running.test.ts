import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { Stamp } from '../../src/core/release/record.ts';
import type { Runs } from '../../src/core/release/running-content.ts';
import type { ReleaseRecord } from '../../src/state/records.ts';
import { compareWithStamp, readRunning, refuseChanged } from '../../src/state/running.ts';
import { type Answering, json } from '../cluster/server.ts';
import { byPath, counterparts, items, look, stackService } from './app.ts';

/** What is read of what runs, and how it is compared with what was verified. */

const RUNS: Runs = { objects: { '/Service/web-v2': 'a' }, images: {} };
const CHANGED: Runs = { ...RUNS, objects: { '/Service/web-v2': 'b' } };
const STAMP = { runs: RUNS, at: '2026-05-01T10:00:00Z' } as Stamp;
const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web-v2' },
  spec: {
    template: {
      metadata: { labels: { app: 'web', revision: 'v2' } },
      spec: { containers: [{ name: 'web', image: 'web', envFrom: [{ secretRef: { name: 'db' } }] }] },
    },
  },
};
const release = (objects: object[] = []) =>
  ({ release: { revision: 'v2', counterparts: counterparts('v2'), objects } }) as unknown as ReleaseRecord;
const KEY = {
  metadata: { name: 'greenpath-web', labels: { 'greenpath.dev/app': 'web' } },
  kind: 'Secret',
  data: { key: 'a2V5' },
};
const READS: Record<string, Answering> = {
  'GET deployments': items(deployment),
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
  test('is compared by content, and Secrets by digests with a key that nobody can guess', async () => {
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

  test('is hidden from then on, where it is called a password', async () => {
    const env = [{ name: 'DB_PASSWORD', value: 'hunter2-hunter2' }];
    const spec = { template: { spec: { containers: [{ name: 'web', image: 'web', env }] } } };
    const { run } = await look({}, byPath({ ...READS, 'GET deployments': items({ ...deployment, spec }) }));
    await readRunning(run, release(), [stackService('v2')]);
    expect(run.report.masked('said hunter2-hunter2')).toBe('said ***');
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
