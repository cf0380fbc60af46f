import { describe, expect, test } from 'vitest';
import { Mask } from '../../../src/core/base/masking.ts';
import { clearText, secretTexts } from '../../../src/core/kube/secret-values.ts';
import { objectOf } from '../support.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = (fields: object) =>
  objectOf(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, ...fields }));

describe('the content of a Secret is hidden in every form', () => {
  const hide = (value: string, text: string) => {
    const mask = new Mask();
    mask.learn(secretTexts([secret({ data: { a: base64(value) } })]));
    return mask.hide(text);
  };
  test.each([
    ['as it is', 'correct horse', 'said correct horse.', 'said ***.'],
    ['encoded', 'correct horse', `said ${base64('correct horse')}`, 'said ***'],
    ['without its line break', 'correct horse\n', 'said correct horse.', 'said ***.'],
    ['encoded without it', 'correct horse\n', `said ${base64('correct horse')}`, 'said ***'],
    ['in a URL', 'correct/horse', 'x?a=correct%2Fhorse&b', 'x?a=***&b'],
    ['in JSON', 'correct "horse"', '{"a":"correct \\"horse\\""}', '{"a":"***"}'],
    ['line by line', 'first secret line\nsecond secret line', '  second secret line\n', '  ***\n'],
    ['a value of a file', 'pool: 7\nspring.pass: "correct horse"\n', 'said correct horse', 'said ***'],
    ['a value in JSON', '{"auths":{"r.test":{"auth":"Y29ycmVjdA=="}}}', 'said Y29ycmVjdA==', 'said ***'],
    ['the password of a URL', 'postgres://shop:tiger%21@db/shop', 'denied for tiger!', 'denied for ***'],
    ['the password of a connection string', 'Server=db;Password=tiger', 'denied for tiger', 'denied for ***'],
  ])('%s', (_, value, text, hidden) => expect(hide(value, text)).toBe(hidden));

  test('texts that are not encoded', () => {
    expect(secretTexts([secret({ stringData: { a: 'correct horse' } })])).toContain('correct horse');
  });

  test('bytes that are no text only as they are encoded', () => {
    expect(secretTexts([secret({ data: { a: '/////w==' } })])).toContain('/////w==');
  });
});

test('a literal variable that is called a password is hidden, and what stands beside it is in the clear', () => {
  const pod = objectOf(`{apiVersion: v1, kind: Pod, metadata: {name: db}, spec: {containers: [{env: [
    {name: POSTGRES_PASSWORD, value: correct-horse}, {name: POSTGRES_DB, value: shop-production}]}]}}`);
  expect(secretTexts([pod])).toContain('correct-horse');
  expect(secretTexts([pod])).not.toContain('shop-production');
  expect(clearText([pod])).toContain('shop-production');
  expect(clearText([pod])).not.toContain('correct-horse');
  expect(clearText([secret({ stringData: { PASSWORD: 'tiger' } })])).toBe('["db","PASSWORD"]');
});

test('a password that is the name of something as well does not take that name out of sight', () => {
  const map = objectOf('{apiVersion: v1, kind: ConfigMap, metadata: {name: postgres}, data: {DB_PASSWORD: postgres}}');
  const mask = new Mask();
  mask.allow(clearText([map]));
  mask.learn(secretTexts([map]));
  expect(mask.hide('ConfigMap postgres')).toBe('ConfigMap postgres');
});
