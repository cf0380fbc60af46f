import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** The docs name files and parts of the code as they are called now. */

const DOCS = ['CONTRIBUTING.md', 'README.md', ...globSync('docs/**/*.md'), ...globSync('{bench,cluster}/README.md')];
const RECIPES = ['docs/extending.md'];
/** What a recipe tells the reader to write. */
const isExample = (path: string) => /\b(NAME|KEY|freeze)\b/.test(path);

/** The files that a path means, in code also without the folders that it begins with. */
function filesNamed(path: string): string[] {
  return [...globSync(path), ...globSync(`{src,test}/**/${path}`)];
}

test.each(DOCS)('each file that %s names exists, in commands too', (doc) => {
  const text = readFileSync(doc, 'utf8');
  const code = [...text.matchAll(/`([\w.*-]+(?:\/[\w.*-]+)*\/?)`/g)].map(([, path = '']) => path);
  const named = code.filter((path) => /^(src|test|docs|scripts|harness|demo|bench|cluster)\/|\.ts$/.test(path));
  const used = [...text.matchAll(/[` ]((?:src|test|scripts|examples)\/[\w./*-]*\w)/g)].map(([, path = '']) => path);
  const paths = [...named, ...used].filter((path) => !isExample(path));
  expect(paths.filter((path) => filesNamed(path).length === 0)).toEqual([]);
});

test.each(DOCS)('each link of %s to a file of the repository leads to a file, and to a heading of it', (doc) => {
  const links = [...readFileSync(doc, 'utf8').matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  const broken = links.filter(([, path = '', heading]) => {
    const file = path === '' ? doc : join(dirname(doc), path);
    return !existsSync(file) || (heading !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(heading));
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(RECIPES)('each name that %s says is in a file is declared there', (doc) => {
  const pairs = [...readFileSync(doc, 'utf8').matchAll(/`([A-Za-z]\w*)`(?: in | of | \(|, )`([\w./-]+\.ts)`/g)];
  expect(pairs.length).toBeGreaterThan(2);
  const missing = pairs.filter(([, name = '', path = '']) => {
    const declared = new RegExp(`\\b(const|function|class|interface|type) ${name}\\b`);
    return !filesNamed(path).some((file) => declared.test(readFileSync(file, 'utf8')));
  });
  expect(missing.map(([pair]) => pair)).toEqual([]);
});
