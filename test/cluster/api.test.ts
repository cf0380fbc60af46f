import { describe, expect, test } from 'vitest';
import { Api } from '../../src/cluster/api.ts';
import type { Fence } from '../../src/cluster/call.ts';
import { KIND } from '../../src/core/kube/kinds.ts';
import { TestClock } from '../clock.ts';
import { type Answering, ApiEdge, inTurn, json } from './server.ts';

/** How each write is guarded, and what a refusal of it means. */

const never = new AbortController().signal;
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', uid: 'u', resourceVersion: '7' } };
const TARGET = { kind: KIND.ConfigMap, name: 'c' };
const OWNER = ['greenpath.dev/app', 'web'] as const;
const OK = json(200, CONFIG_MAP);
const conflict = json(409, { message: 'conflict', details: { causes: [{ reason: 'FieldManagerConflict' }] } });
const ofApp = (app: string) => json(200, { ...CONFIG_MAP, metadata: { name: 'c', labels: { [OWNER[0]]: app } } });

/** An API over a server that answers as given, and how many writes its fence let pass. */
async function writing(answer: Answering) {
  const edge = await ApiEdge.start(answer);
  let fenced = 0;
  const fence: Fence = (send, signal) => {
    fenced += 1;
    return send(signal);
  };
  const api = new Api(await edge.transport(new TestClock({ jumps: true })), 'shop', never, fence);
  return { edge, api, fenced: () => fenced };
}

const WRITES: [string, (api: Api) => Promise<unknown>][] = [
  ['an apply', (api) => api.apply(CONFIG_MAP)],
  ['a creation', (api) => api.create(CONFIG_MAP)],
  ['a JSON patch', (api) => api.patch(TARGET, [])],
  ['a merge patch', (api) => api.merge(TARGET, {}, '7')],
  ['a change of what controllers write to', (api) => api.mergeUnlessRecreated(TARGET, { spec: {} }, CONFIG_MAP)],
  ['a removal', (api) => api.remove(TARGET, CONFIG_MAP)],
];
describe.each(WRITES)('%s', (_, write) => {
  test('passes the fence, and a dry run, which says so, needs none', async () => {
    const { api, edge, fenced } = await writing(OK);
    await write(api);
    expect(fenced()).toBe(1);
    expect(edge.asked[0]?.query).not.toHaveProperty('dryRun');
    await write(api.dry());
    expect(fenced()).toBe(1);
    expect(edge.asked[1]?.query).toMatchObject({ dryRun: 'All' });
  });

  test('that the server refuses is an error with verb, kind and name', async () => {
    const { api } = await writing(json(400, { message: 'no' }));
    await expect(write(api)).rejects.toMatchObject({
      code: 'refused-by-server',
      message: expect.stringMatching(/(patch|create|delete) configmaps c: no$/),
    });
  });
});

test('the try of a removal says so in its body too, for the server reads no other options of a delete that has one', async () => {
  const { api, edge } = await writing(OK);
  await api.dry().remove(TARGET, CONFIG_MAP);
  expect(edge.asked[0]?.body).toMatchObject({ dryRun: ['All'], preconditions: { uid: 'u' } });
  await api.remove(TARGET, CONFIG_MAP);
  expect(edge.asked[1]?.body).not.toHaveProperty('dryRun');
});

describe('an apply that another manager is in the way of', () => {
  test('is forced on what carries the label of the app', async () => {
    const { api, edge } = await writing(inTurn(conflict, ofApp('web'), OK));
    await api.apply(CONFIG_MAP, OWNER);
    expect(edge.asked.map(({ method, query }) => `${method} ${query.force ?? ''}`)).toEqual([
      'PATCH ',
      'GET ',
      'PATCH true',
    ]);
  });

  test.each<[string, Answering, typeof OWNER | undefined, number]>([
    ['another app', ofApp('shop'), OWNER, 2],
    ['nobody, since it is gone', json(404), OWNER, 2],
    ['nobody that was asked for', ofApp('web'), undefined, 1],
  ])('is the error conflict on what is of %s', async (_, present, owner, requests) => {
    const { api, edge } = await writing((response, asked, count) =>
      (asked.method === 'GET' ? present : conflict)(response, asked, count),
    );
    await expect(api.apply(CONFIG_MAP, owner)).rejects.toMatchObject({ code: 'conflict' });
    expect(edge.asked).toHaveLength(requests);
  });
});

describe('a guard that does not hold', () => {
  const tests = json(422, { message: 'the server rejected our request due to an error in our request' });
  const others = json(200, { ...CONFIG_MAP, metadata: { name: 'c', uid: 'other' } });
  test.each<[string, Answering, (api: Api) => Promise<unknown>, string]>([
    ['one of that name exists', json(409), (api) => api.create(CONFIG_MAP), 'changed'],
    ['a test of the patch fails', tests, (api) => api.patch(TARGET, []), 'changed'],
    ['somebody wrote at the same moment', json(409), (api) => api.patch(TARGET, []), 'changed'],
    ['it is another version now', json(409), (api) => api.merge(TARGET, {}, '7'), 'changed'],
    [
      'another one has its name',
      json(409),
      (api) => api.mergeUnlessRecreated(TARGET, { spec: {} }, CONFIG_MAP),
      'changed',
    ],
    ['it is gone', json(404), (api) => api.mergeUnlessRecreated(TARGET, { spec: {} }, CONFIG_MAP), 'changed'],
    ['what should go is gone', json(404), (api) => api.remove(TARGET, CONFIG_MAP), 'gone'],
    [
      'what should go is another version now',
      inTurn(json(409), OK),
      (api) => api.remove(TARGET, CONFIG_MAP),
      'changed',
    ],
    [
      'another one has the name of what should go',
      inTurn(json(409), others),
      (api) => api.remove(TARGET, CONFIG_MAP),
      'gone',
    ],
  ])('%s', async (_, answer, write, expected) => {
    const { api } = await writing(answer);
    expect(await write(api)).toBe(expected);
  });

  test('is part of the request', async () => {
    const { api, edge } = await writing(OK);
    await api.merge(TARGET, { data: {} }, undefined);
    await api.merge(TARGET, { data: {} }, '7');
    await api.mergeUnlessRecreated(TARGET, { metadata: { labels: {} }, spec: {} }, CONFIG_MAP);
    await api.remove(TARGET, CONFIG_MAP);
    await api.remove({ kind: KIND.Deployment, name: 'd' }, CONFIG_MAP);
    expect(edge.asked.map(({ body }) => body)).toMatchObject([
      { metadata: { resourceVersion: '' } },
      { metadata: { resourceVersion: '7' } },
      { metadata: { labels: {}, uid: 'u' } },
      { preconditions: { uid: 'u', resourceVersion: '7' }, propagationPolicy: 'Background' },
      { propagationPolicy: 'Foreground' },
    ]);
  });
});
