import { readFileSync, writeFileSync } from 'node:fs';
import { load } from 'js-yaml';

/**
 * Writes the inputs, the outputs and the Role into README.md, between their markers, from action.yml and docs/role.yaml.
 * `--check` only fails if README.md does not hold them as they are.
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

const sections: Readonly<Record<string, string>> = {
  inputs: ['| input | default | meaning |', '| --- | --- | --- |', ...inputs].join('\n'),
  outputs: ['| output | meaning |', '| --- | --- |', ...outputs].join('\n'),
  role: `\`\`\`yaml\n${readFileSync('docs/role.yaml', 'utf8').trim()}\n\`\`\``,
};

const present = readFileSync('README.md', 'utf8');
let wanted = present;
for (const [name, text] of Object.entries(sections)) {
  const marked = new RegExp(`(<!-- ${name}: generated -->\\n)[\\s\\S]*?(\\n<!-- end -->)`);
  if (!marked.test(wanted)) throw new Error(`README.md has no markers for ${name}`);
  wanted = wanted.replace(marked, (_, before: string, after: string) => before + text + after);
}
if (!process.argv.includes('--check')) writeFileSync('README.md', wanted);
else if (wanted !== present) {
  console.error('README.md does not hold action.yml and docs/role.yaml as they are: run node scripts/readme.ts');
  process.exitCode = 1;
}
