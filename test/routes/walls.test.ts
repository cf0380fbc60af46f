import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/**
 * Code outside of `src/routes/ingress` that says the word, with what is left of it: docs/decisions/0019-route-port.md has
 * the reasons. Comments do not count.
 */
const KNOWN: Readonly<Record<string, number>> = {
  'src/core/base/credential-shapes.ts': 1,
  'src/core/colouring/relabel.ts': 1,
  'src/core/kube/api-versions.ts': 2,
  'src/core/kube/cluster-kinds.ts': 1,
  'src/core/kube/kinds.ts': 3,
  'src/routes/registry.ts': 2,
};

test('nothing outside of its folder knows what an Ingress looks like, nor what a router of that kind reads', () => {
  const found: Record<string, number> = {};
  for (const file of globSync('src/**/*.ts').filter((one) => !one.startsWith('src/routes/ingress/'))) {
    const code = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    const lines = code.split('\n').filter((line) => /ingress|nginx|defaultBackend|rewrite-target/i.test(line));
    if (lines.length > 0) found[file] = lines.length;
  }
  expect(found).toEqual(KNOWN);
});
