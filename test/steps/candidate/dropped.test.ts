import { describe, expect, test } from 'vitest';
import type { Stack } from '../../../src/core/colouring/stack.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { findDropped, removeDropped, removeDroppedServices } from '../../../src/steps/candidate/dropped.ts';
import { json } from '../../cluster/server.ts';
import { ofRevision, recordOf, shop } from '../../modes/app.ts';
import { counterparts, entry, ingress, items, look, situation, stackService } from '../../state/app.ts';
import { deployed } from '../stacks.ts';

/** What a corrected candidate no longer has: what is deleted of it, and when. */

const own = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    labels: {
      'greenpath.dev/app': 'web',
      'greenpath.dev/revision': 'v2',
      'greenpath.dev/name': object.metadata.name.replace('-v2', ''),
    },
    managedFields: [{ manager: 'greenpath', operation: 'Update' }],
  },
});
const [web, mail] = [own(deployed('web-v2')), own(deployed('mail-v2'))];
const job = own({ ...deployed('init-v2'), apiVersion: 'batch/v1', kind: 'Job' });
const nightly = own({ ...deployed('nightly-v2'), apiVersion: 'batch/v1', kind: 'CronJob' });
const [service, gone] = [stackService('v2'), stackService('v2', 'mail')];
service.metadata.annotations = { ...service.metadata.annotations, 'greenpath.dev/content': 'd2' };
const stackOf = (kept: readonly object[], shared: readonly object[] = []) =>
  ({
    ...{ own: kept.map((object) => ({ object })), shared: shared.map((object) => ({ object })), left: [] },
    services: kept.filter((one) => (one as KubeObject).kind === 'Service'),
  }) as unknown as Stack;
/** With the content that the Services say. */
const written = { ...stackOf([web, service]), digest: 'd2' };
/** As the manifests name them. */
const [plainMail, plainService] = [deployed('mail'), entry('v2', 'mail')];
const CANDIDATE = { role: 'candidate', releaseRecord: undefined } as const;

async function candidate({ others = [] as ReturnType<typeof ingress>[], plain = [] as object[], runs = mail } = {}) {
  const ingresses = [ingress('web', { paths: { '/': 'web' } }), ...others];
  const services = [service, gone, ...plain] as (typeof service)[];
  let lists = 0;
  const looking = await look(
    {},
    shop({
      ingresses,
      services,
      records: [recordOf('v2')],
      more: {
        'GET services': ofRevision({ v2: [service, gone] }, services),
        // It is gone when it is looked for again.
        'GET deployments': (...request) => {
          lists += 1;
          items(...(lists === 1 ? [web, mail] : [web]))(...request);
        },
        'GET deployments/mail-v2': json(200, runs),
        'GET jobs': items(job),
        'GET cronjobs': items(nightly),
      },
    }),
  );
  const deleted = () =>
    looking.asked.flatMap(({ method, path }) => (method === 'DELETE' ? path.split('/').slice(-2).join('/') : []));
  const now = situation(looking, { services }, counterparts('v2'), ingresses);
  return { ...looking, deleted, now };
}
const names = (found: readonly KubeObject[]) => found.map(({ kind, metadata: { name } }) => `${kind} ${name}`);

describe('what is dropped', () => {
  test.each<[string, Stack, object, string[]]>([
    [
      'what the manifests lack',
      stackOf([web, service]),
      {},
      ['CronJob nightly-v2', 'Deployment mail-v2', 'Service mail-v2'],
    ],
    ['not what is shared by now', stackOf([web, service, nightly], [plainMail, plainService]), {}, []],
    ['nor what is shared under its own name', stackOf([web, service, gone, nightly], [mail]), {}, []],
    [
      'but a CronJob, which would run twice',
      stackOf([web, service, gone], [plainMail, { ...nightly, metadata: { name: 'nightly' } }]),
      {},
      ['CronJob nightly-v2'],
    ],
    ['where this content was written last, a Service alone', written, {}, ['Service mail-v2']],
    ['nothing of what was live', stackOf([web, service]), { role: 'previous' }, []],
    ['nothing of a first deployment', stackOf([web, service]), { role: 'absent' }, []],
  ])('%s', async (_, stack, how, expected) => {
    const { run, now } = await candidate();
    expect(names(await findDropped(run, stack, now, { ...CANDIDATE, ...how })).toSorted()).toEqual(expected.toSorted());
  });
});

test('its Deployments go at first, and its Services once the preview names others', async () => {
  const { run, now, deleted } = await candidate();
  const stack = stackOf([web, service, nightly]);
  const dropped = await findDropped(run, stack, now, CANDIDATE);
  const { deleted: deletedThen, run: then } = await candidate();
  await removeDropped(
    then,
    dropped.filter(({ kind }) => kind === 'Service'),
  );
  expect(deletedThen()).toEqual([]);
  await removeDropped(run, dropped);
  expect(deleted()).toEqual(['deployments/mail-v2']);
  await removeDroppedServices(run, stack, now, dropped);
  expect(deleted()).toEqual(['deployments/mail-v2', 'services/mail-v2']);
});

test('a worker that is shared by now, and has not started, goes: it would run twice', async () => {
  const { run, now } = await candidate({ runs: own(deployed('mail-v2', 0)) });
  const stack = stackOf([web, service, gone, nightly], [plainMail]);
  expect(names(await findDropped(run, stack, now, CANDIDATE))).toEqual(['Deployment mail-v2']);
});

test('is refused where a route leads to one of its Services', async () => {
  const { run, now } = await candidate({ others: [ingress('other', { paths: { '/mail': 'mail-v2' } })] });
  await expect(findDropped(run, stackOf([web, service]), now, CANDIDATE)).rejects.toMatchObject({
    code: 'drifted',
    message: expect.stringContaining('Ingress other leads to one of these'),
  });
});

test('with a Service goes the plain one that leads to it, but for one that is shared by now', async () => {
  const plain = [own(entry('v2', 'mail')), own(entry('v2'))].map((one, index) => ({
    ...one,
    metadata: {
      ...one.metadata,
      labels: {},
      annotations: entry('v2', index === 0 ? 'mail' : 'web').metadata.annotations,
    },
  }));
  const { run, now, deleted } = await candidate({ plain });
  await removeDroppedServices(run, stackOf([web, service]), now, [gone]);
  expect(deleted()).toEqual(['services/mail', 'services/mail-v2']);
  const shared = await candidate({ plain });
  await removeDroppedServices(shared.run, stackOf([web, service], [plainService]), shared.now, [gone]);
  expect(shared.deleted()).toEqual(['services/mail-v2']);
});

test('a Service that a route names stays, and the route is named', async () => {
  const { run, now, deleted, told } = await candidate({
    others: [ingress('other', { paths: { '/mail': 'mail-v2' } })],
  });
  await removeDroppedServices(run, stackOf([web, service]), now, [gone]);
  expect(deleted()).toEqual([]);
  expect(told()).toContain(
    'Service mail-v2 stays, although it is no longer in the manifests: Ingress other leads to it',
  );
});
