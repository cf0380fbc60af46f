import { describe, expect, test } from 'vitest';
import { Reader } from '../../src/cluster/reader.ts';
import { KIND } from '../../src/core/kube/kinds.ts';
import { TestClock } from '../clock.ts';
import { type Answering, ApiEdge, json } from './server.ts';

/** What a read asks for, and what each status of its answer means. */

const never = new AbortController().signal;
const POD = { kind: KIND.Pod, name: 'web-0' };
const object = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: 'x' } });

async function reading(answer: Answering) {
  const edge = await ApiEdge.start(answer);
  return { edge, reader: new Reader(await edge.transport(new TestClock({ jumps: true })), 'shop', never) };
}

describe('one object', () => {
  test('is what the server says, or nothing', async () => {
    const { reader, edge } = await reading(json(200, object('v1', 'Pod')));
    expect(await reader.get(POD)).toEqual(object('v1', 'Pod'));
    expect(await reader.metadata(POD)).toEqual(object('v1', 'Pod'));
    expect(edge.asked.map(({ path }) => path)).toEqual(Array(2).fill('/api/v1/namespaces/shop/pods/web-0'));
    expect(edge.asked[1]?.headers.accept).toContain('PartialObjectMetadata;');
    edge.answer = json(404);
    expect(await reader.get(POD)).toBeUndefined();
    expect(await reader.metadata(POD)).toBeUndefined();
  });

  test('that may not be read is an error with verb, kind and name', async () => {
    const { reader } = await reading(json(400, { message: 'no' }));
    await expect(reader.get(POD)).rejects.toThrow('get pods web-0: no');
    await expect(reader.metadata(POD)).rejects.toThrow('get pods web-0: no');
    await expect(reader.until(never).get(POD)).rejects.toThrow('get pods web-0: no');
  });
});

describe('a list', () => {
  test('selects by labels or fields, and its items say their kind', async () => {
    const { reader, edge } = await reading(json(200, { items: [{ metadata: { name: 'a' }, kind: 'Strange' }] }));
    expect(await reader.list(KIND.Deployment, 'app=web', 'metadata.name=a')).toEqual([
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } },
    ]);
    await reader.list(KIND.Pod);
    await reader.listMetadata(KIND.Secret, 'app=web');
    expect(edge.asked).toMatchObject([
      {
        path: '/apis/apps/v1/namespaces/shop/deployments',
        query: { labelSelector: 'app=web', fieldSelector: 'metadata.name=a' },
      },
      { query: {} },
      { query: { labelSelector: 'app=web' } },
    ]);
    expect(edge.asked[2]?.headers.accept).toContain('PartialObjectMetadataList');
  });

  test('that may not be read is an error, and never an empty one', async () => {
    const { reader } = await reading(json(400, { message: 'no' }));
    await expect(reader.list(KIND.Pod)).rejects.toThrow('list pods: no');
    await expect(reader.listMetadata(KIND.Secret, '')).rejects.toThrow('list secrets: no');
  });
});

describe('the last lines of a container', () => {
  const says =
    (text: string): Answering =>
    (response) =>
      void response.end(text);

  test('are a few, and those of the run before if that is asked for', async () => {
    const { reader, edge } = await reading(says('one\n\n two\n'));
    expect(await reader.logs('web-0', 'web', { previous: true })).toEqual(['one', ' two']);
    expect(edge.asked[0]).toMatchObject({
      path: '/api/v1/namespaces/shop/pods/web-0/log',
      query: { container: 'web', tailLines: '10', limitBytes: '4096', previous: 'true' },
    });
    await reader.logs('web-0', 'web');
    expect(edge.asked[1]?.query).not.toHaveProperty('previous');
  });

  test('that are JSON stay as they are said, and none are an empty list', async () => {
    const { reader, edge } = await reading(says('{"level":"error"}'));
    expect(await reader.logs('web-0', 'web')).toEqual(['{"level":"error"}']);
    for (const status of [400, 403]) {
      edge.answer = json(status);
      expect(await reader.logs('web-0', 'web')).toEqual([]);
    }
  });

  test('that the Role does not let be read are told from none', async () => {
    const { reader, edge } = await reading(json(403));
    expect(await reader.logOf('web-0', 'web', {})).toBe('forbidden');
    edge.answer = json(400, { message: 'container "web" is waiting to start' });
    expect(await reader.logOf('web-0', 'web', {})).toEqual([]);
  });
});

test('the version of the server is what it says, if it does', async () => {
  const { reader, edge } = await reading(json(200, { gitVersion: 'v1.37.2' }));
  expect(await reader.version()).toBe('v1.37.2');
  edge.answer = json(403);
  expect(await reader.version()).toBeUndefined();
});

describe('the kind of an object', () => {
  const resources = [
    { kind: 'Widget', name: 'widgets/status', namespaced: true },
    { kind: 'Widget', name: 'widgets', namespaced: true },
    { kind: 'Wall', name: 'walls', namespaced: false },
  ];

  test('is known for those of Kubernetes, and asked for else', async () => {
    const { reader, edge } = await reading(json(200, { resources }));
    expect(await reader.kind(object('v1', 'Pod'))).toBe(KIND.Pod);
    expect(edge.asked).toEqual([]);
    expect(await reader.kind(object('a.test/v1', 'Widget'))).toEqual({
      apiVersion: 'a.test/v1',
      kind: 'Widget',
      resource: 'widgets',
    });
    expect(edge.asked[0]?.path).toBe('/apis/a.test/v1');
    await reader.kind(object('v1', 'Widget'));
    expect(edge.asked[1]?.path).toBe('/api/v1');
  });

  test.each<[string, Answering, string, string]>([
    ['that the cluster has not', json(200, { resources }), 'Gadget', 'the cluster serves no kind Gadget in a.test/v1'],
    ['of a group that it has not', json(404), 'Widget', 'the cluster serves no kind Widget in a.test/v1'],
    ['that is not of a namespace', json(200, { resources }), 'Wall', 'Wall x cannot be released'],
    ['that may not be asked for', json(400, { message: 'no' }), 'Widget', 'get the kinds of a.test/v1: no'],
  ])('%s is an error', async (_, answer, kind, message) => {
    const { reader } = await reading(answer);
    await expect(reader.kind(object('a.test/v1', kind))).rejects.toThrow(message);
  });
});
