import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildPrograms, once } from '../cluster/build.ts';
import { WORKFLOWS } from '../cluster/builds.ts';
import { cacheFolder } from '../cluster/folders.ts';
import { installPackages } from '../cluster/packages.ts';
import { run, step } from '../cluster/steps.ts';

const ZIZMOR = '1.32.0';
const log = (line: string) => console.log(line);

/** How much zizmor minds: `pedantic` wants names and concurrency limits too, which small examples go without. */
export type Persona = 'regular' | 'pedantic';

/** What actionlint and zizmor find in a workflow; nothing if it is fine. */
export async function lint(workflow: string, persona: Persona): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-lint-'));
  const file = join(folder, 'workflow.yml');
  writeFileSync(file, workflow);
  const programs = await buildPrograms(log, [WORKFLOWS]);
  const findings = await Promise.all([found(programs('actionlint'), ['-no-color', file]), audit(file, persona)]);
  return findings.flat();
}

/** What zizmor finds in a workflow, or in all files of a repository that it knows. */
export async function audit(path: string, persona: Persona): Promise<string[]> {
  const config = resolve('.github/zizmor.yml');
  return found(await zizmor(), ['--offline', '--quiet', '--persona', persona, '--config', config, path]);
}

/** What a program says if it does not end with 0. */
async function found(program: string, args: string[]): Promise<string[]> {
  try {
    await run(program, args);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** zizmor's wheel brings the program; pip is the way to it on any machine. */
async function zizmor(): Promise<string> {
  const folder = cacheFolder(`zizmor-${ZIZMOR}`, []);
  await once(folder, 'installing zizmor', log, async (place) => {
    await installPackages(log, { pip3: 'python3-pip' });
    const install = ['install', '--quiet', '--no-deps', '--target', place, `zizmor==${ZIZMOR}`];
    await step(log, `installed zizmor ${ZIZMOR}`, () => run('pip3', install));
  });
  return join(folder, 'bin', 'zizmor');
}
