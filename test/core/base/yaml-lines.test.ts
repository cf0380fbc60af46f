import fc from 'fast-check';
import { dump } from 'js-yaml';
import { expect, test } from 'vitest';
import { lineAt } from '../../../src/core/base/yaml-lines.ts';

const SOURCE = `# a config
preview:
  path: /green

"revision-label": &label
  x
checks:
- GET /
- request: GET /a
  expect: {status: 200,
    headers: {a: b}}
hosts: *label
204: y
`;

test.each([
  ['preview', 2],
  ['preview.path', 3],
  ['revision-label', 5],
  ['checks.0', 8],
  ['checks.1.expect.headers', 11],
  ['checks.1.expect.headers.a', 11],
  ['204', 13],
])('%s is in line %i', (path, line) => {
  expect(lineAt(SOURCE, path.split('.'))).toBe(line);
});

test.each([
  ['what is missing', 'preview.host', 2],
  ['what is in an alias', 'hosts.0', 12],
  ['a whole config', '', 1],
])('%s is where the closest part is', (_, path, line) => {
  expect(lineAt(SOURCE, path === '' ? [] : path.split('.'))).toBe(line);
});

test('each entry of a map is in the line that has its key', () => {
  const key = fc.oneof(fc.string({ maxLength: 5 }), fc.stringMatching(/^[a-z.-]{1,8}$/));
  const { map } = fc.letrec<{ map: unknown; value: unknown }>((tie) => ({
    map: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(1, 'a', null),
      tie('map'),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(map, (given) => {
      const source = dump(given);
      const lines = source.split('\n');
      for (const path of pathsIn(given)) {
        const line = lines[lineAt(source, path) - 1] ?? '';
        const written = dump({ [path.at(-1) ?? '']: 1 }).split(/: ?1?\n/)[0] ?? '';
        if (/^\d+$/.test(path.at(-1) ?? '') || written.includes('\n')) continue;
        expect(line).toContain(written);
      }
    }),
  );
});

function pathsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsIn(inner, [...path, key])]);
}
