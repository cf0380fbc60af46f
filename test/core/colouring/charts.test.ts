import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ANNOTATION_HOOK, annotation } from '../../../src/core/kube/objects.ts';
import { treatmentOf } from '../../../src/core/kube/treatment.ts';
import { manifestsOf } from '../support.ts';
import { LARGE } from './charts/large.ts';
import { checkApart, checkNames, checkReferences, checkSelectors, checkTwice, checkUnharmed } from './checks.ts';

const FOLDER = new URL('charts/', import.meta.url);
const charts = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file): [string, string] => [file, readFileSync(new URL(file, FOLDER), 'utf8')]);

describe.each([...charts, ['large', LARGE]])('the objects of %s', (_, text) => {
  const all = manifestsOf(text);
  const isColoured = (one: (typeof all)[number]) =>
    treatmentOf(one.object) === 'coloured' || annotation(one.object, ANNOTATION_HOOK) !== undefined;
  const own = all.filter(isColoured);
  const shared = all.filter((one) => !isColoured(one)).map(({ object }) => object);

  test('hold what a release needs', () => {
    for (const kind of ['Deployment', 'Service']) {
      expect(own.filter(({ object }) => object.kind === kind).length).toBeGreaterThan(0);
    }
    for (const object of shared) expect(treatmentOf(object)).toBeTypeOf('string');
  });

  test.each(['v1.24.0', '0a1b2c3', 'x'.repeat(63)])('pass through unharmed as %s', (revision) => {
    checkNames(own, revision);
    checkReferences(own, revision, shared);
    checkSelectors(own, revision, 'v1.22.0');
    checkTwice(own, revision);
    checkApart(own, revision, 'v1.22.0');
    checkUnharmed(own, revision);
  });
});
