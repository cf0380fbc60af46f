import { globSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';

/** What the tests of the repository's own files read. */

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
export interface Job {
  readonly name?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: unknown;
  readonly steps?: readonly Step[];
}
interface Call {
  readonly inputs?: Readonly<Record<string, { type?: string; required?: boolean; default?: unknown }>>;
  readonly secrets?: Readonly<Record<string, { required?: boolean }>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}
export interface Workflow {
  readonly concurrency?: { readonly group: string };
  readonly name: string;
  readonly on: Readonly<{ workflow_call?: Call | null; workflow_dispatch?: Call | null } & Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** The workflows of the repository by the name of their file. */
export function workflows(): Record<string, Workflow> {
  const files = globSync('.github/workflows/*').toSorted();
  return Object.fromEntries(files.map((file) => [file.slice(file.lastIndexOf('/') + 1), yaml<Workflow>(file)]));
}

/** A YAML file as js-yaml reads it, which is as strict as GitHub. */
export function yaml<T>(file: string): T {
  return load(readFileSync(file, 'utf8'), { filename: file }) as T;
}

export function jobsOf(all: Readonly<Record<string, Workflow>>): [string, Job][] {
  return Object.entries(all).flatMap(([file, { jobs }]) =>
    Object.entries(jobs).map(([id, job]): [string, Job] => [`${file}, job ${id}`, job]),
  );
}

/** What people copy: the blocks of YAML in a page that name the action or one of its workflows, or that are workflows. */
export function snippetsOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm)]
    .map(([, text = '']) => text)
    .filter((text) => /^jobs:|\buses: greenpath\//m.test(text));
}

/**
 * The snippet as a whole workflow: steps, or jobs that follow others, get what belongs around them. `before` are steps
 * before its steps.
 */
export function wholeWorkflow(snippet: string, before = ''): string {
  if (/^jobs:/m.test(snippet)) return snippet;
  const head = 'on: push\npermissions: {contents: read}\njobs:\n';
  const job = (id: string) => `  ${id}:\n    runs-on: ubuntu-latest\n    timeout-minutes: 15\n    steps:\n`;
  if (snippet.startsWith('      - ')) return `${head}${job('all')}${before}${snippet}`;
  if (!/^ {2}\w/.test(snippet)) throw new Error(`this is neither a workflow nor jobs nor steps of one:\n${snippet}`);
  const needed = /needs: \[([^\]]+)\]/.exec(snippet)?.[1]?.split(', ') ?? [];
  return `${head}${needed.map((id) => `${job(id)}      - run: "true"\n`).join('')}${snippet}`;
}

/** Every `uses:` in workflows and in what people copy from the docs: where it stands, what it names, and the comment. */
export function usesInTexts(): { where: string; action: string; ref: string; version: string | undefined }[] {
  const files = [...globSync('.github/workflows/*'), 'README.md', ...globSync('docs/**/*.md')];
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\buses: ([^\s@#]+)@([^\s#]+)(?: # (\S+))?/g)].map(
      ([, action = '', ref = '', version]) => ({ where: file, action, ref, version }),
    ),
  );
}
