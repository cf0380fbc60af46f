import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../../src/core/manifests/manifests.ts';
import { only } from '../support.ts';

const problemsOf = (more: string) =>
  parseManifests([{ from: 'k8s/a.yaml', text: `# ours\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\n${more}` }])
    .problems;

describe('a Secret whose values the server would refuse is refused first, at its place and without the value', () => {
  test.each([
    ['a text that is not base64', 'data: {password: hunter2!}', 'data.password is not base64: encode the value, or '],
    ['base64 without its end', 'data: {password: aHVudGVyMg}', 'data.password is not base64'],
    ['base64 for URLs', 'data: {password: "_-8="}', 'data.password is not base64'],
    ['base64 with a space', 'data: {password: "aHVu dGVy"}', 'data.password is not base64'],
    ['a number', 'data: {pin: 12345678}', 'data.pin is a number, but must be a string: put the value in quotation'],
    ['a number as plain text', 'stringData: {pin: 12345678}', 'stringData.pin is a number, but must be a string'],
    ['a boolean', 'stringData: {debug: yes}', 'stringData.debug is a boolean'],
    ['a map', 'stringData: {config.json: {user: hunter2}}', 'stringData.config.json is a map'],
    ['a list', 'stringData: {users: [hunter2]}', 'stringData.users is a list'],
    ['no map at all', 'data: hunter2', 'data is a string, but must be a map of strings'],
    ['a list of keys', 'stringData: [hunter2]', 'stringData is a list, but must be a map of strings'],
  ])('%s', (_, more, sentence) => {
    const { text, place } = only(problemsOf(more));
    expect(text.startsWith(`Secret db: ${sentence}`)).toBe(true);
    expect(place).toEqual({ file: 'k8s/a.yaml', line: 2 });
    for (const value of ['hunter2', 'aHVu', '_-8=', '12345678']) expect(text).not.toContain(value);
  });

  test('each key is named', () => {
    expect(problemsOf('data: {a: "?", b: YQ==, c: "!"}').map(({ text }) => text.split(' is ')[0])).toEqual([
      'Secret db: data.a',
      'Secret db: data.c',
    ]);
  });
});

test('what the server accepts passes: all base64, line ends in it, empty values and no values', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const value = Buffer.from(bytes).toString('base64');
      expect(problemsOf(`data: {key: "${value}"}`)).toEqual([]);
    }),
  );
  for (const more of [
    '',
    'data:\n',
    'data: {}',
    'data: {a: , b: ""}',
    'data:\n  a: |\n    aHVu\n    dGVyMg==\n',
    'stringData: {a: "?"}',
  ])
    expect(problemsOf(more)).toEqual([]);
});
