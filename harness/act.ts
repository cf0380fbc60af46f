import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buildPrograms } from '../cluster/build.ts';
import { WORKFLOWS } from '../cluster/builds.ts';
import { run } from '../cluster/steps.ts';

/** How a workflow went, by what act printed. */
export interface WorkflowOutcome {
  readonly exitCode: number;
  readonly log: string;
  /** Jobs that ended, by their name, and whether they ended well. */
  readonly jobs: Readonly<Record<string, boolean>>;
}

/** The repository of an application, and of the action beside it as `greenpath/greenpath@v1`. */
export class Repository {
  readonly folder: string;
  readonly #action: string;
  readonly #act: string;

  private constructor(folder: string, action: string, act: string) {
    this.folder = folder;
    this.#action = action;
    this.#act = act;
  }

  /** A repository with `files`; the action is what is built and published here, with its workflows. */
  static async create(files: Readonly<Record<string, string>>): Promise<Repository> {
    const programs = await buildPrograms((line) => console.log(line), [WORKFLOWS]);
    const place = mkdtempSync(join(tmpdir(), 'greenpath-repository-'));
    const action = join(place, 'action');
    for (const part of ['action.yml', 'dist', '.github']) cpSync(part, join(action, part), { recursive: true });
    const repository = new Repository(join(place, 'app'), action, programs('act'));
    mkdirSync(repository.folder);
    await repository.#git('init', '-q', '-b', 'main', '.');
    await repository.commit(files);
    return repository;
  }

  async commit(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
    await this.#git('add', '-A');
    await this.#git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-q', '-m', 'files');
  }

  /** Runs an event's workflows on this machine; the runner's node is that of the project. */
  async event(name: string, secrets: Readonly<Record<string, string>>, ...more: string[]): Promise<WorkflowOutcome> {
    const args = [name, '-P', 'ubuntu-latest=-self-hosted', '--use-new-action-cache', '--no-cache-server'];
    args.push('--local-repository', `greenpath/greenpath@v1=${this.#action}`);
    for (const [key, value] of Object.entries(secrets)) args.push('-s', `${key}=${value}`);
    const PATH = `${resolve('node_modules/.bin')}:${process.env.PATH}`;
    const env = { PATH, HOME: dirname(this.folder), XDG_CACHE_HOME: join(dirname(this.folder), 'cache') };
    const child = spawn(this.#act, [...args, ...more], { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log += chunk;
      });
    }
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode: exitCode ?? -1, log, jobs: jobsIn(log) };
  }

  #git(...args: string[]): Promise<unknown> {
    return run('git', args, { cwd: this.folder });
  }
}

/** `[release/Release/Verify] 🏁  Job failed`. */
function jobsIn(log: string): Record<string, boolean> {
  const ends = [...log.matchAll(/^\[(?:[^\]]*\/)?([^\]/]+)\]\s+🏁\s+Job (succeeded|failed)$/gm)];
  return Object.fromEntries(ends.map(([, name = '', end]) => [name.trim(), end === 'succeeded']));
}
