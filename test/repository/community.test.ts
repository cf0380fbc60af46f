import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MODES } from '../../src/state/modes.ts';
import { yaml } from './files.ts';

/** What GitHub reads besides workflows. It ignores a file with an error without a word. */

interface Form {
  readonly body: readonly {
    readonly type: string;
    readonly id?: string;
    readonly attributes: { readonly options?: readonly string[] };
    readonly validations?: { readonly required?: boolean };
  }[];
}

test.each(globSync('.github/**/*.yml'))('%s is valid YAML', (file) => {
  expect(yaml(file)).toBeTypeOf('object');
});

test('a report of a bug names router, version and the output json', () => {
  const { body } = yaml<Form>('.github/ISSUE_TEMPLATE/bug.yml');
  const required = body.flatMap(({ id, validations }) => (validations?.required ? [id] : []));
  expect(required).toEqual(expect.arrayContaining(['mode', 'router', 'version', 'json']));
});

test('it names one of the modes', () => {
  const { body } = yaml<Form>('.github/ISSUE_TEMPLATE/bug.yml');
  expect(body.find(({ id }) => id === 'mode')?.attributes.options?.toSorted()).toEqual(MODES.toSorted());
});

test('the Marketplace shows the description whole', () => {
  const { description } = yaml<{ description: string }>('action.yml');
  expect(description.length).toBeLessThanOrEqual(125);
});

test('Dependabot updates npm, actions, each Go module that requires others, and wheels', () => {
  const { updates } = yaml<{ updates: { 'package-ecosystem': string; directories?: string[] }[] }>(
    '.github/dependabot.yml',
  );
  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions', 'gomod', 'pip']);
  const watched = updates.flatMap(({ directories = [] }) =>
    directories.flatMap((directory) => globSync(`${directory.slice(1)}/{go.mod,requirements.txt}`)),
  );
  const modules = globSync('cluster/**/go.mod').filter((file) => readFileSync(file, 'utf8').includes('require'));
  const needed = [...modules, ...globSync('cluster/**/requirements.txt')];
  expect(watched.toSorted()).toEqual(needed.toSorted());
});
