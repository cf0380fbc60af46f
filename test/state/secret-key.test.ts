import { describe, expect, test } from 'vitest';
import { keepSecretKey, readSecretKey } from '../../src/state/secret-key.ts';
import { json } from '../cluster/server.ts';
import { byPath, look } from './app.ts';

const KEY = {
  metadata: { name: 'greenpath-web', labels: { 'greenpath.dev/app': 'web' } },
  kind: 'Secret',
  data: { key: 'a2V5' },
};

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
  ])('is not what somebody else keeps under its name: %s', async (_, present) => {
    const { run } = await look({}, byPath({ 'GET secrets/greenpath-web': json(200, present) }));
    await expect(readSecretKey(run)).rejects.toMatchObject({ code: 'conflict' });
  });
});
