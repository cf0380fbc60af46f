import { globSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The words that only the folder of a kind of route may say. */
const WORDS: Readonly<Record<string, RegExp>> = {
  httproute: /httproute|gateway|backendRef|parentRef/i,
  ingress: /ingress|nginx|defaultBackend|rewrite-target/i,
};

/**
 * Code outside of those folders that says such a word, and in how many lines: docs/decisions/0019-route-port.md has the
 * reasons. Comments do not count.
 */
const KNOWN: Readonly<Record<string, number>> = {
  'src/core/base/credential-shapes.ts': 1,
  'src/core/colouring/relabel.ts': 1,
  'src/core/kube/api-versions.ts': 2,
  'src/core/kube/cluster-kinds.ts': 2,
  'src/core/kube/kind-row.ts': 1,
  'src/core/kube/kinds.ts': 12,
  'src/core/kube/merged-content.ts': 1,
  'src/routes/clouds.ts': 1,
  'src/routes/ingress/clouds.ts': 4,
  'src/routes/ingress/contour.ts': 2,
  'src/routes/protection.ts': 2,
  'src/routes/registry.ts': 3,
};

test('each kind of route has its words', () => {
  const folders = readdirSync('src/routes', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(Object.keys(WORDS).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

test('nothing outside of its folder knows what a kind of route looks like, nor what a router of that kind reads', () => {
  const found: Record<string, number> = {};
  for (const file of globSync('src/**/*.ts')) {
    const code = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    const foreign = Object.entries(WORDS).filter(([folder]) => !file.startsWith(`src/routes/${folder}/`));
    const lines = code.split('\n').filter((line) => foreign.some(([, words]) => words.test(line)));
    if (lines.length > 0) found[file] = lines.length;
  }
  expect(found).toEqual(KNOWN);
});

/** The folders of src/steps: each imports only those before it. What is in them: CONTRIBUTING.md, "Where things are". */
const STEPS = [
  ...['objects', 'pods', 'jobs', 'own-routes', 'evidence', 'random-values', 'candidate', 'checks', 'switch'],
  'local-check',
];

test('the folders of steps import one way', () => {
  expect(STEPS.toSorted()).toEqual(readdirSync('src/steps').toSorted());
  const upward = globSync('src/steps/*/*.ts').flatMap((file) => {
    const later = STEPS.slice(STEPS.indexOf(file.split('/')[2] ?? '') + 1);
    const imported = [...readFileSync(file, 'utf8').matchAll(/from '\.\.\/([\w-]+)\//g)].map(
      ([, folder]) => folder ?? '',
    );
    return imported.filter((folder) => later.includes(folder)).map((folder) => `${file} → ${folder}`);
  });
  expect(upward).toEqual([]);
});
