import { describe, expect, test } from 'vitest';
import { json } from '../../cluster/server.ts';
import { items } from '../../state/app.ts';
import { DATABASE, keep, present, RENDERINGS, secret } from './random.ts';

/** Random values of a chart are refused where nobody knows what to keep. */

const refused = (...given: Parameters<typeof keep>) =>
  keep(...given).then(
    () => undefined,
    (error) => error,
  );
const FORBIDDEN = json(403, {
  message: 'secrets is forbidden: User "ci" cannot get resource "secrets" in API group "" in the namespace "shop"',
});

describe('it is refused', () => {
  test('if a name is random, or a field', async () => {
    expect(await refused([[secret('app-x8jk', 'same')], [secret('app-aqm9', 'same')]])).toMatchObject({
      code: 'manifest',
      message: 'a chart gives objects other names each time it is rendered',
      problems: [
        {
          text: 'Secret app-… has another name in each rendering of the same input: no later release could find it again. Give it a fixed name',
        },
      ],
      next: 'Give these objects fixed names in the chart.',
    });
    expect(await refused([[secret('app-x8jk', 'same')], []])).toMatchObject({
      problems: [{ text: expect.stringContaining('Secret app-x8jk is not in every rendering of the same input') }],
    });
    expect(await refused([[secret('app', 'same', ', a: b')], [secret('app', 'same', ', c: d')]])).toMatchObject({
      code: 'manifest',
      problems: [{ text: 'Secret app: data.a is not in every rendering of the same input' }],
    });
  });

  test('but not if the name is that of an object which is not written', async () => {
    const job = (name: string) => `{apiVersion: batch/v1, kind: Job, metadata: {name: ${name}}}`;
    expect(await refused([[job('a')], [job('b')]])).toBeUndefined();
    const away = (name: string) => `{apiVersion: v1, kind: Secret, metadata: {name: ${name}, namespace: other}}`;
    expect(await refused([[away('a')], [away('b')]])).toBeUndefined();
  });

  test('if it is not clear what to keep, by name', async () => {
    const url = (password: string, host: string) => secret('app', `"http://me:${password}@${host}/"`);
    const error = await refused([[url('first-one', 'new')], [url('second-1', 'new')]], {
      'GET secrets': items(present('app', 'http://me:of-the-live@old/', 'v1')),
    });
    expect(error).toMatchObject({
      code: 'manifest',
      problems: [{ text: expect.stringContaining('data.password of Secret app: only a part of it is random') }],
    });
    expect(JSON.stringify(error)).not.toMatch(/of-the-live|first-one/);
  });

  test('if the account may not read the Secrets of the live version', async () => {
    expect(
      await refused([[secret('app', 'first-one')], [secret('app', 'second-1')]], { 'GET secrets': FORBIDDEN }),
    ).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining(
        'Secret app has random values, and the account may not read those of the live version',
      ),
    });
  });

  test('but not for what exists once and is left alone then, unless the application has the same value', async () => {
    const answers = { 'GET secrets': items(), 'GET secrets/db': FORBIDDEN };
    expect(
      await refused(
        [
          [...DATABASE, secret('db', 'first-one')],
          [...DATABASE, secret('db', 'second-1')],
        ],
        answers,
      ),
    ).toBeUndefined();
    expect(await refused(RENDERINGS, answers)).toMatchObject({
      code: 'manifest',
      problems: [
        {
          text: expect.stringContaining(
            'data.password of Secret app: it holds a random value of an object that the account may not read',
          ),
        },
      ],
    });
  });
});
