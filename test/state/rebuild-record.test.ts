import { describe, expect, test } from 'vitest';
import { hostnamesOf } from '../../src/core/kube/host-aliases.ts';
import { lostAddress } from '../../src/core/release/lost-addresses.ts';
import { counterpartsIn } from '../../src/state/rebuild-record.ts';
import { readRecord } from '../../src/state/records.ts';
import { type Answering, json } from '../cluster/server.ts';
import { recordOf } from '../modes/app.ts';
import { deployed } from '../steps/stacks.ts';
import { counterparts, items, look, service, stackService } from './app.ts';

/** What is known of a release whose record somebody deleted. */

describe('a record that somebody deleted', () => {
  /** The Service of v2 is all that is left. */
  const left: Answering = (response, request, count) => {
    const answer =
      request.method === 'PATCH'
        ? json(200, recordOf('v2'))
        : request.path.endsWith('/configmaps/greenpath-web-v2')
          ? json(404)
          : items(...(request.path.endsWith('/services') ? [stackService('v2')] : []));
    answer(response, request, count);
  };

  test('is rebuilt by what the objects of the stack say, and written again', async () => {
    const { run, asked, told } = await look({}, left);
    const { release: rebuilt, stamp } = await readRecord(run, 'v2');
    expect(rebuilt).toMatchObject({
      revision: 'v2',
      plain: true,
      objects: [{ group: '', kind: 'Service', name: 'web-v2', created: true, uid: '' }],
    });
    expect(rebuilt.counterparts).toEqual(counterparts('v2'));
    expect(stamp).toBeUndefined();
    expect(told()).toContain('The record of v2 was deleted. It is rebuilt from the labels of Service web-v2');
    expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });

  test('does not hide that a Service was created again before', async () => {
    const again = stackService('v2');
    again.spec.clusterIPs = ['10.0.0.9'];
    const hostAliases = [{ ip: '10.0.0.1', hostnames: hostnamesOf('web', 'shop') }];
    const caller = { ...deployed('front-v2'), spec: { template: { spec: { hostAliases } } } };
    caller.metadata.namespace = 'shop';
    const { run } = await look({}, left);
    const { release } = await readRecord(run, 'v2');
    expect(lostAddress([caller], [again], release)).toContain('Service web-v2 was created again');
  });

  test('is only tried by a dry run', async () => {
    const { run, observer, asked } = await look({ 'dry-run': 'true' }, left);
    expect((await readRecord(run, 'v2')).release.revision).toBe('v2');
    const writes = asked.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ query }) => query.dryRun)).toEqual(['All']);
    expect(observer.outcome.changed).toBe(false);
  });

  test('and of which no Service is left is no candidate', async () => {
    const { run } = await look({}, (response, request, count) =>
      (request.path.endsWith('/configmaps/greenpath-web-v9') ? json(404) : items())(response, request, count),
    );
    await expect(readRecord(run, 'v9')).rejects.toMatchObject({
      code: 'no-candidate',
      message: expect.stringContaining('there is no revision v9 of app web'),
    });
  });
});

test('what Services offer is read from those of the app and the revision alone', async () => {
  const { run } = await look();
  const services = [stackService('v2'), stackService('v1'), stackService('v2', 'web', 'other'), service('web', {})];
  expect(counterpartsIn(run, services, 'v2', 'revision')).toEqual(counterparts('v2'));
});
