import { describe, expect, test } from 'vitest';
import { Api } from '../../src/cluster/api.ts';
import { waitForStack } from '../../src/cluster/rollout.ts';
import type { KubeObject, Service } from '../../src/core/kube/objects.ts';
import { CLOCK } from '../../src/process/clock.ts';
import { until } from '../clock.ts';
import { container, deployment, pod } from '../core/rollout/waiting.ts';
import { type Answering, ApiEdge, type Asked, json } from './server.ts';

/** What a wait for a stack follows, and what it asks for when it ends in failure. */

const never = new AbortController().signal;
const READY = deployment({ availableReplicas: 1, readyReplicas: 1 });
const service = (name: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
});
const CRASHED = pod(
  container('{waiting: {reason: CrashLoopBackOff}}', {
    restartCount: 1,
    lastState: { terminated: { reason: 'Error', exitCode: 1 } },
  }),
);

/** Waits over a server whose watches show these objects, by kind in the plural, and whose other reads are `read`. */
async function waiting(
  shown: Readonly<Record<string, readonly KubeObject[]>>,
  {
    services = [] as Service[],
    read = json(200, { items: [] }),
    left = 60_000,
    watch = undefined as Answering | undefined,
    signal = never,
  } = {},
) {
  const watches: Asked[] = [];
  const edge = await ApiEdge.start((response, asked, count) => {
    if (asked.query.watch !== 'true') return read(response, asked, count);
    watches.push(asked);
    if (watch !== undefined) return watch(response, asked, count);
    response.writeHead(200);
    response.flushHeaders();
    for (const object of shown[asked.path.split('/').at(-1) ?? ''] ?? [])
      response.write(`${JSON.stringify({ type: 'ADDED', object })}\n`);
  });
  const transport = await edge.transport(CLOCK);
  const api = new Api(transport, 'shop', signal, (send) => send(signal));
  const told: string[] = [];
  const request = {
    deployments: [deployment()],
    services,
    selectors: { deployments: 'of=v2', pods: 'app=web', slices: 'kubernetes.io/service-name=web' },
    until: performance.now() + left,
  };
  const done = waitForStack(transport, api, request, (now) => told.push(`${now.available} of ${now.wanted}`), signal);
  return { edge, watches, told, done };
}
const kinds = (watches: readonly Asked[]) =>
  watches.map(({ path, query }) => `${path.split('/').at(-1)} ${query.labelSelector}`).toSorted();

describe('it follows', () => {
  test('Deployments and pods, of a worker', async () => {
    const { done, watches, told } = await waiting({ deployments: [READY] });
    await done;
    expect(kinds(watches)).toEqual(['deployments of=v2', 'pods app=web']);
    expect(told).toEqual(['1 of 1']);
  });

  test('the slices of a Service, too', async () => {
    const stop = new AbortController();
    const { done, watches } = await waiting({}, { services: [service('web')], signal: stop.signal });
    const failed = done.catch((error: unknown) => error);
    await until(() => watches.length === 3);
    stop.abort(new Error('cancelled'));
    expect(await failed).toEqual(new Error('cancelled'));
    expect(kinds(watches)).toContain('endpointslices kubernetes.io/service-name=web');
  });

  test('no Deployment of another name, and no pod that no selector selects', async () => {
    const stop = new AbortController();
    const other = { ...READY, metadata: { name: 'other' } };
    const { done, told, watches } = await waiting({ deployments: [other] }, { signal: stop.signal });
    const failed = done.catch((error: unknown) => error);
    await until(() => watches.length === 2);
    stop.abort(new Error('cancelled'));
    await failed;
    expect(told).toEqual([]);
  });
});

test('what may not be watched ends it', async () => {
  const message = 'pods is forbidden: User "x" cannot watch resource "pods" in API group ""';
  const { done } = await waiting({}, { watch: json(403, { message }) });
  await expect(done).rejects.toMatchObject({ code: 'forbidden' });
});

describe('it fails', () => {
  const says: Answering = (response, asked, count) => {
    if (asked.path.endsWith('/log')) return void response.end('cannot open /data\n');
    const events = [
      { type: 'Normal', message: 'Pulled', lastTimestamp: '2026-05-01T10:00:01Z', metadata: { name: 'a' } },
      {
        type: 'Warning',
        message: 'Back-off restarting',
        lastTimestamp: '2026-05-01T10:00:02Z',
        metadata: { name: 'b' },
      },
    ];
    json(200, { items: events })(response, asked, count);
  };

  test('with the last lines of the container and the last warning of its pod', async () => {
    const { done } = await waiting({ deployments: [deployment()], pods: [CRASHED] }, { read: says, left: 0 });
    await expect(done).rejects.toMatchObject({
      code: 'rollout-failed',
      message: expect.stringMatching(
        /^the pods cannot become ready: .*web.*; last event: Back-off restarting\nIts last lines:\n {2}cannot open \/data$/s,
      ),
    });
  });

  test('and says what it knows where the Role lets it read neither', async () => {
    const { done } = await waiting(
      { deployments: [deployment()], pods: [CRASHED] },
      { read: json(403, { message: 'no' }), left: 0 },
    );
    const error = await done.catch((one: Error) => one.message);
    expect(error).toMatch(/^the pods cannot become ready: /);
    expect(error).not.toMatch(/last event|last lines/);
  });
});
