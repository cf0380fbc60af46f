import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { compareWithLive } from '../../../src/steps/candidate/compare.ts';
import { type Answering, json } from '../../cluster/server.ts';
import { recordOf } from '../../modes/app.ts';
import { byPath, ingress, items, look, service, situation, stackService } from '../../state/app.ts';

/** What is read of the live version, to show a person how the candidate differs from it. */

const COMMIT = { repository: 'acme/shop', sha: 'a'.repeat(40), actor: 'octocat' };

function deployment(name: string, image: string, labels: Record<string, string>, env: object[] = []): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      template: {
        metadata: { labels: { app: 'web', ...labels } },
        spec: { containers: [{ name: 'web', image, env }] },
      },
    },
  };
}

const labelled = (revision: string) => ({
  'greenpath.dev/app': 'web',
  'greenpath.dev/revision': revision,
  'greenpath.dev/name': 'web',
  revision,
});
const password = (value: string) => [{ name: 'DB_PASSWORD', value }];
const candidate = {
  revision: 'v2',
  objects: [deployment('web-v2', 'acme/web:2', labelled('v2'), password('swordfish-42'))],
  commit: { ...COMMIT, sha: 'b'.repeat(40) },
};
const created = { ingresses: [ingress()], services: [stackService('v1'), stackService('v2')] };

/** `secrets` are known to the run already. */
async function compared(
  answers: Record<string, Answering>,
  stands: Parameters<typeof situation>[1] = created,
  secrets: readonly string[] = [],
) {
  const looking = await look({}, byPath(answers));
  looking.run.report.hide(secrets);
  await compareWithLive(looking.run, situation(looking, stands), candidate);
  return { looking, comparison: looking.run.report.close().comparison };
}

describe('of a version that Greenpath created', () => {
  const live = deployment('web-v1', 'acme/web:1', labelled('v1'), password('hunter2-hunter2'));

  test('its objects and its record are read: two requests', async () => {
    const { looking, comparison } = await compared({
      'GET deployments': items(live),
      'GET configmaps': items(recordOf('v1', { commit: COMMIT })),
    });
    expect(comparison).toMatchObject({
      live: { revision: 'v1', commit: COMMIT },
      candidate: { revision: 'v2', commit: { sha: 'b'.repeat(40) } },
      images: [{ of: 'web', before: 'acme/web:1', after: 'acme/web:2' }],
      twins: [{ before: 'Deployment web-v1', after: 'Deployment web-v2' }],
    });
    expect(looking.asked.map(({ query }) => query.labelSelector)).toEqual(
      Array(2).fill('greenpath.dev/app=web,greenpath.dev/revision=v1'),
    );
  });

  test('no password of either is shown', async () => {
    const { comparison } = await compared({ 'GET deployments': items(live), 'GET configmaps': items() });
    expect(comparison?.twins[0]?.diff).toContain('DB_PASSWORD');
    expect(JSON.stringify(comparison)).not.toMatch(/hunter2|swordfish/);
  });

  test('a value that the candidate has moved into a Secret is not taken for public', async () => {
    const open = deployment('web-v1', 'acme/web:1', labelled('v1'), [{ name: 'PGPASS', value: 'tiger-tiger' }]);
    const { comparison } = await compared({ 'GET deployments': items(open), 'GET configmaps': items() }, created, [
      'tiger-tiger',
    ]);
    expect(comparison?.twins[0]?.diff).toContain('PGPASS');
    expect(JSON.stringify(comparison)).not.toContain('tiger');
  });

  test('a commit that somebody wrote into its record is none', async () => {
    const record = recordOf('v1', { commit: { ...COMMIT, sha: 'main](https://evil.test' } });
    const { comparison } = await compared({ 'GET deployments': items(live), 'GET configmaps': items(record) });
    expect(comparison?.live).toEqual({ revision: 'v1', commit: undefined });
  });

  test('that cannot be read, nothing is compared, and nothing fails', async () => {
    const { looking, comparison } = await compared({
      'GET deployments': json(403, { message: 'no' }),
      'GET configmaps': items(),
    });
    expect(comparison).toBeUndefined();
    expect(looking.told()).toContain('v2 is not compared with what is live: ');
  });
});

describe('of what existed before', () => {
  const plain = deployment('web', 'acme/web:0', {}, password('hunter2-hunter2'));
  const stands = {
    ingresses: [ingress('web', { paths: { '/': 'web' } })],
    services: [service('web', { app: 'web' }), stackService('v2')],
  };

  test('the Deployments behind its Services are read', async () => {
    const other = deployment('other', 'acme/other:1', { app: 'other' });
    const { looking, comparison } = await compared({ 'GET deployments': items(plain, other) }, stands);
    expect(comparison).toMatchObject({
      live: { revision: 'adopted', commit: undefined },
      images: [{ of: 'web', before: 'acme/web:0', after: 'acme/web:2' }],
    });
    expect(looking.asked).toHaveLength(1);
  });

  test.each([
    ['kubectl', 'kubectl.kubernetes.io/last-applied-configuration'],
    ['another tool', 'kapp.k14s.io/original'],
  ])('no password of it is shown, even if %s has repeated it', async (_, annotation) => {
    const annotations = { [annotation]: JSON.stringify(plain) };
    const repeated = { ...plain, metadata: { ...plain.metadata, annotations } };
    const { looking, comparison } = await compared({ 'GET deployments': items(repeated) }, stands);
    expect(comparison?.twins[0]?.diff).toContain('DB_PASSWORD');
    expect(JSON.stringify(comparison)).not.toMatch(/hunter2|swordfish/);
    expect(looking.run.report.masked('said hunter2-hunter2')).toBe('said ***');
  });
});

test('where nothing is live, nothing is read, and every image is new', async () => {
  const looking = await look({}, byPath({}));
  const planned = ingress('web', { paths: { '/': 'web' } });
  await compareWithLive(
    looking.run,
    situation(looking, { services: [stackService('v2')] }, undefined, [planned]),
    candidate,
  );
  expect(looking.run.report.close().comparison).toMatchObject({
    live: { revision: '' },
    images: [{ of: 'web', before: '', after: 'acme/web:2' }],
    twins: [],
  });
  expect(looking.asked).toHaveLength(0);
});
