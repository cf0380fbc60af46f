import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { Mask } from '../../../src/core/base/masking.ts';
import { clearText, jobSecrets, secretTexts } from '../../../src/core/kube/secret-values.ts';
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

test.each([
  [
    'a variable of a container that is a number',
    'spec: {containers: [{env: [{name: PASSWORD, value: 20406080}]}]}',
    '20406080',
  ],
  [
    'a variable called a secret',
    'spec: {containers: [{env: [{name: CLIENT_SECRET, value: tiger-lily}]}]}',
    'tiger-lily',
  ],
  ['an argument after its option', 'spec: {containers: [{args: [--db-password, tiger-lily, -v]}]}', 'tiger-lily'],
  ['an argument with its option', 'spec: {containers: [{command: [run, --api-token=tiger-lily]}]}', 'tiger-lily'],
  ['a header of a probe', 'httpGet: {httpHeaders: [{name: X-Api-Key, value: tiger-lily}]}', 'tiger-lily'],
  ['a field', 'spec: {auth: {password: tiger-lily}}', 'tiger-lily'],
  ['in JSON', `data: {a.json: '{"db": {"password": "tiger-lily"}}'}`, 'tiger-lily'],
  ['in JSON as programs in Go write it', String.raw`data: {a.json: '{"token": "tiger\u0026lily"}'}`, 'tiger&lily'],
  [
    'in an object that an annotation repeats',
    `spec: {}, x: '{"spec":{"containers":[{"env":[{"name":"PASSWORD","value":"tiger-lily"}]}]}}'`,
    'tiger-lily',
  ],
])('what is called a password is hidden and not in the clear: %s', (_, fields, text) => {
  const object = objectOf(`{apiVersion: v1, kind: Pod, metadata: {name: a}, ${fields}}`);
  expect(secretTexts([object])).toContain(text);
  expect(clearText([object])).not.toContain(text);
});

test('what only looks like it is in the clear', () => {
  const object = objectOf(
    '{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{args: [--token, --verbose, run]}], auth-secret: tiger-lily, data: [{secretKey: lily-tiger}]}}',
  );
  expect(secretTexts([object])).toEqual([]);
  expect(clearText([object])).toMatch(/tiger-lily.*lily-tiger/);
});

test('a text of JSON that is too deep to be searched is hidden as a whole', () => {
  const text = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: text } };
  expect(clearText([map])).not.toContain('[[');
});

test('a password that is the name of something as well does not take that name out of sight', () => {
  const map = objectOf('{apiVersion: v1, kind: ConfigMap, metadata: {name: postgres}, data: {DB_PASSWORD: postgres}}');
  const mask = new Mask();
  mask.allow(clearText([map]));
  mask.learn(secretTexts([map]));
  expect(mask.hide('ConfigMap postgres')).toBe('ConfigMap postgres');
});

describe('what the runner gets to hide', () => {
  const told = (name: string, value: string) => jobSecrets([secret({ stringData: { [name]: value } })]).includes(value);

  test.each([
    ['A', 'Xk29dPq7Lm'],
    ['A', '0f1e2d3c4b5a69788796a5b4c3d2e1f0'],
    ['A', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'],
    ['A', 'tr0ub4dor&3'],
    ['A', 'postgres://shop:Hunter2x@db/shop'],
    ['DB_PASSWORD', 'correct-horse-battery'],
    ['api-key', '20406080'],
    ['session_token', 'hunter2!'],
  ])('%s: %s is passed on', (name, value) => expect(told(name, value)).toBe(true));

  test.each([
    ['A', 'production'],
    ['A', 'conflict'],
    ['A', 'us-east-1'],
    ['A', 'europe-west1-b'],
    ['A', 'northamerica-northeast1'],
    ['A', 'Europe/Berlin'],
    ['A', 'America/Argentina/Buenos_Aires'],
    ['A', 'postgresql'],
    ['A', 'postgres14'],
    ['A', 'WebShop2024'],
    ['A', 'tiger-lily'],
    ['A', '20406080'],
    ['A', 'shop.example.com'],
    ['A', 'https://shop.example.com/v1/items?page=1'],
    ['DB_PASSWORD', 'postgresql'],
    ['DB_PASSWORD', 'us-east-1'],
    ['DB_PASSWORD', 'db.example.com:5432'],
    ['DB_PASSWORD', 'https://shop.example.com/v1/items'],
    ['DB_PASSWORD', 'Xk29d'],
  ])('%s: %s is not', (name, value) => expect(told(name, value)).toBe(false));

  test('of a file, the values of the lines that say so', () => {
    const file = 'REGION=us-east-1\nENV=production\nDB_PASSWORD=correct-horse\nHOST=shop.example.com\n';
    const told = jobSecrets([secret({ stringData: { '.env': file } })]);
    expect(told).toContain('correct-horse');
    expect(told.filter((one) => /^(?:us-east-1|production|shop\.example\.com)$/.test(one))).toEqual([]);
  });
});

describe('certificates are public', () => {
  test('none of a bundle of them is hidden', () => {
    expect(secretTexts([secret({ stringData: { 'ca.crt': rootCertificates.join('\n') } })])).toEqual([]);
  });

  test('a key beside one is', () => {
    const text = `${rootCertificates[0]}\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----\n`;
    const texts = secretTexts([secret({ stringData: { 'tls.pem': text } })]);
    expect(texts).toContain('MIIEvQIBADANBg');
    expect(texts).not.toContain(rootCertificates[0]?.split('\n')[1]);
  });
});

test('JSON of any depth is read', () => {
  const depth = 200_000;
  const text = `${'['.repeat(depth)}"correct horse"${']'.repeat(depth)}`;
  expect(secretTexts([secret({ stringData: { a: text } })])).toContain('correct horse');
});

test('a word at the beginning of a line of a file is in the clear, too', () => {
  const map = objectOf(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { a: 'x\nshop-production\n' },
    }),
  );
  const mask = new Mask();
  mask.allow(clearText([map]));
  mask.learn(['shop-production']);
  expect(mask.hide('shop-production')).toBe('shop-production');
});

test('a password in a file of a ConfigMap is not in the clear', () => {
  const data = { a: 'Service\nx:\n  db-password: tigerlily\n  port: x\n' };
  const map = objectOf(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data }));
  const mask = new Mask();
  mask.allow(clearText([map]));
  mask.learn(['tigerlily']);
  expect(mask.hide('said tigerlily')).toBe('said ***');
});
