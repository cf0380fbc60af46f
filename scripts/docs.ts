import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { dump, load } from 'js-yaml';
import { readResults } from '../harness/routers/results.ts';
import { CHECK_KINDS } from '../src/checks/registry.ts';
import { resultSchema } from '../src/core/report/result-schema.ts';
import { gateway } from '../src/routes/httproute/router.ts';
import { ROUTERS } from '../src/routes/ingress/routers.ts';
import { configJsonSchema } from './config-schema.ts';
import { roleText } from './kinds.ts';
import { byHandTable, releasedTable, reloadsTable } from './router-table.ts';
import { worksWithTable } from './works-with.ts';

/**
 * Writes what the docs take from the sources, between markers: inputs and outputs from action.yml; the tables of checks
 * and routers from their registries; the Role from src/core/kube/kinds.ts; some words of the design's glossary; what
 * `npm run test:routers` measured from docs/routers.json; the schema of the output `json` from
 * src/core/report/result-schema.ts. `--check` only fails if a file is not as it should be.
 */

interface Action {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

const action = load(readFileSync('action.yml', 'utf8')) as Action;
const cell = (text: string) => text.trim().replaceAll('\n', ' ').replaceAll('|', '\\|');
const inputs = Object.entries(action.inputs).map(([name, input]) => {
  const fallback = input.required ? '**required**' : input.default ? `\`${input.default}\`` : '';
  return `| \`${name}\` | ${fallback} | ${cell(input.description)} |`;
});
const outputs = Object.entries(action.outputs).map(([name, output]) => `| \`${name}\` | ${cell(output.description)} |`);

const listed = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(' ');

/** The words of the design's glossary without which the README cannot be read. */
const WORDS = [
  'revision',
  'stack',
  'live / blue',
  'candidate / green',
  'previous',
  'preview',
  'parking',
  'switch',
  'proof',
  'stamp',
];
const glossary = WORDS.map((word) => {
  const row = readFileSync('docs/design.md', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| ${word} |`));
  if (row === undefined) throw new Error(`the glossary of docs/design.md has no word ${word}`);
  return row;
});

const checks = CHECK_KINDS.map(
  ({ key, example, about }) => `| \`${key}\` | \`${cell(dump(example, { flowLevel: 0 }))}\` | ${cell(about)} |`,
);

const routers = [
  ...ROUTERS,
  {
    ...gateway,
    known:
      'implements Gateway API: it serves every live HTTPRoute, and this setting cannot name it ([settling time](#proof) by implementation; Istio’s may be longer)',
  },
].map(({ name, known, settleTime }) => `| \`${name}\` | ${cell(known)} | ${settleTime / 1_000} s |`);

const measured = readResults();

const sections: Readonly<Record<string, string>> = {
  inputs: ['| input | default | meaning |', '| --- | --- | --- |', ...inputs].join('\n'),
  outputs: ['| output | meaning |', '| --- | --- |', ...outputs].join('\n'),
  'input-names': `Inputs: ${listed(Object.keys(action.inputs))}.\n\nOutputs: ${listed(Object.keys(action.outputs))}.`,
  glossary: ['| word | meaning |', '| --- | --- |', ...glossary].join('\n'),
  'works-with': worksWithTable(),
  checks: ['| kind | for example | what it does |', '| --- | --- | --- |', ...checks].join('\n'),
  'routers-released': releasedTable(measured),
  'routers-by-hand': byHandTable(measured),
  'routers-reloads': reloadsTable(measured),
  routers: ['| router | a router that | settling time |', '| --- | --- | --- |', ...routers].join('\n'),
};

/** What each generated file must hold. */
const wanted: Readonly<Record<string, string>> = {
  'README.md': withSections('README.md', ['works-with', 'glossary', 'input-names']),
  'docs/inputs.md': withSections('docs/inputs.md', ['inputs', 'outputs']),
  'docs/routers.md': withSections('docs/routers.md', ['routers-released', 'routers-by-hand', 'routers-reloads']),
  'docs/config.md': withSections('docs/config.md', ['checks', 'routers']),
  'docs/role.yaml': roleText(),
  'docs/output.schema.json': jsonText(schema()),
  'docs/config.schema.json': jsonText(configJsonSchema()),
};
const stale = Object.entries(wanted).filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
if (!process.argv.includes('--check')) for (const [file, text] of stale) writeFileSync(file, text);
else if (stale.length > 0) {
  const names = stale.map(([file]) => file).join(', ');
  console.error(
    `${names}: not what the sources say (action.yml, docs/design.md, docs/routers.json, cluster/modules, scripts and the registries in src): run npm run docs`,
  );
  process.exitCode = 1;
}

function withSections(file: string, names: readonly string[]): string {
  let text = readFileSync(file, 'utf8');
  for (const name of names) {
    const marked = new RegExp(`(<!-- ${name}: generated -->\\n)[\\s\\S]*?(\\n<!-- end -->)`);
    if (!marked.test(text)) throw new Error(`${file} has no markers for ${name}`);
    text = text.replace(marked, (_, before: string, after: string) => before + sections[name] + after);
  }
  return text;
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function schema() {
  const { $schema, ...rest } = toJsonSchema(resultSchema, { target: 'draft-2020-12' });
  return { $schema, title: 'Output json of a Greenpath step', ...rest };
}
