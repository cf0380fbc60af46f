import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseNameIn, colouredName, isRevision, slugOf } from '../../../src/core/base/revision.ts';
import { DNS_1035, DNS_SUBDOMAIN, dnsLabels, revisions } from '../support.ts';

/** Dots and dashes are one on purpose: `v1.24.0` is written `v1-24-0` by hand. */
const dashed = (revision: string) => revision.replaceAll('.', '-');

describe('isRevision', () => {
  test.each(['v1.24.0', '0a1b2c3', 'A_b-c.D', 'x', '7', 'x'.repeat(63)])('%s can be a revision', (revision) => {
    expect(isRevision(revision)).toBe(true);
  });

  test.each(['', '-v1', 'v1-', '.v1', 'v1.', 'v 1', 'v1/2', 'v1+build', 'vé', 'v1\n', 'x'.repeat(64)])(
    '%j cannot be a revision',
    (revision) => {
      expect(isRevision(revision)).toBe(false);
    },
  );
});

describe('slugOf', () => {
  test.each([
    ['v1.24.0', 'v1-24-0'],
    ['v1-24-0', 'v1-24-0'],
    ['0a1b2c3', '0a1b2c3'],
    ['v1', 'v1'],
  ])('%s → %s', (revision, slug) => {
    expect(slugOf(revision)).toBe(slug);
  });

  test.each([
    ['V1.24.0', /^v1-24-0-[0-9a-f]{6}$/],
    ['feature_x', /^feature-x-[0-9a-f]{6}$/],
    [`${'a'.repeat(50)}`, /^a{33}-[0-9a-f]{6}$/],
  ])('%s loses something and gets a hash', (revision, slug) => {
    expect(slugOf(revision)).toMatch(slug);
  });

  test('every slug ends a DNS-1035 name and leaves room for a base name', () => {
    fc.assert(
      fc.property(revisions, (revision) => {
        expect(`a-${slugOf(revision)}`).toMatch(DNS_1035);
        expect(slugOf(revision).length).toBeLessThanOrEqual(40);
      }),
    );
  });

  test('two revisions never share a slug, but for dots that somebody wrote as dashes', () => {
    fc.assert(
      fc.property(revisions, revisions, (one, other) => {
        fc.pre(dashed(one) !== dashed(other));
        expect(slugOf(one)).not.toBe(slugOf(other));
      }),
      { numRuns: 1_000 },
    );
  });

  test('neither capitals, underscores nor what follows the fortieth character make two revisions one', () => {
    fc.assert(
      fc.property(revisions, fc.constantFrom('a', 'b', 'Z'), (revision, end) => {
        const alike = [
          revision,
          revision.toUpperCase(),
          revision.toLowerCase(),
          revision.replaceAll('-', '_'),
          revision + end,
        ].filter(isRevision);
        const different = new Set(alike.map(dashed));
        expect(new Set(alike.map(slugOf)).size).toBe(different.size);
      }),
    );
  });
});

describe('colouredName', () => {
  test.each([
    ['web', 'v1.24.0', 'web-v1-24-0'],
    ['web', '0a1b2c3', 'web-0a1b2c3'],
    ['a'.repeat(61), 'v1', /^a{53}-[0-9a-f]{6}-v1$/],
  ])('%s of %s', (baseName, revision, name) => {
    expect(colouredName(baseName, revision)).toMatch(name);
  });

  test('two bases of one kind have no name in common, however a revision begins', () => {
    const bases = ['web', 'web-api'];
    expect(colouredName('web-api', 'v1', bases)).toBe('web-api-v1');
    expect(colouredName('web', 'api-v1', bases)).toMatch(/^web-[0-9a-f]{6}-api-v1$/);
    expect(colouredName('web', 'api-v1', ['web'])).toBe('web-api-v1');
    expect(colouredName('web', 'apiv1', bases)).toBe('web-apiv1');
    const long = `${'a'.repeat(50)}-b`;
    expect(colouredName('a'.repeat(50), 'b-version1', ['a'.repeat(50), long])).toHaveLength(63);
  });

  test('is a DNS-1035 label of at most 63 characters whenever the base name is one', () => {
    fc.assert(
      fc.property(dnsLabels, revisions, (baseName, revision) => {
        const name = colouredName(baseName, revision);
        expect(name).toMatch(DNS_1035);
        expect(name.length).toBeLessThanOrEqual(63);
      }),
    );
  });

  test('is a DNS subdomain whenever the base name is one, as that of a ConfigMap may be, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 61 }),
        fc.integer({ min: 1, max: 61 }),
        revisions,
        (before, after, revision) => {
          expect(colouredName(`${'a'.repeat(before)}.${'b'.repeat(after)}`, revision)).toMatch(DNS_SUBDOMAIN);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('two revisions of one object never share a name, and neither do two objects of one revision', () => {
    fc.assert(
      fc.property(dnsLabels, dnsLabels, revisions, revisions, (baseName, otherBase, revision, other) => {
        if (dashed(revision) !== dashed(other))
          expect(colouredName(baseName, revision)).not.toBe(colouredName(baseName, other));
        if (baseName !== otherBase)
          expect(colouredName(baseName, revision)).not.toBe(colouredName(otherBase, revision));
      }),
      { numRuns: 500 },
    );
  });

  test('long names that begin alike stay apart', () => {
    const long = 'a'.repeat(62);
    expect(colouredName(`${long}b`, 'v1')).not.toBe(colouredName(`${long}c`, 'v1'));
  });
});

describe('baseNameIn', () => {
  test.each([
    ['nginx-v1-24-0', 'v1.24.0', 'nginx'],
    ['v1-24-0-nginx', 'v1.24.0', 'nginx'],
    ['web-v1-24-0-config', 'v1.24.0', 'web-config'],
    ['nginx-v1.24.0', 'v1.24.0', 'nginx'],
    ['web-abc', 'ABC', 'web'],
    ['nginx', 'v1.24.0', undefined],
    ['nginx-v1-22-0', 'v1.24.0', undefined],
    ['v1-24-0', 'v1.24.0', undefined],
    ['nginxv1-24-0', 'v1.24.0', undefined],
  ])('%s less %s is %s', (name, revision, baseName) => {
    expect(baseNameIn(name, revision)).toBe(baseName);
  });

  test('takes off what colouring put on', () => {
    fc.assert(
      fc.property(dnsLabels, revisions, (baseName, revision) => {
        fc.pre(baseName.length + 1 + slugOf(revision).length <= 63);
        expect(baseNameIn(colouredName(baseName, revision), revision)).toBe(baseName);
      }),
    );
  });
});
