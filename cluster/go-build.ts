import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BuildProgress, type Package } from './progress.ts';
import { type Log, lastLines, tellNowAndThen } from './steps.ts';

/** What is built: packages of the module in the folder `cwd`, with the arguments of `go build` in front of them. */
export interface GoBuild {
  readonly title: string;
  readonly cwd: string;
  /** Prepares the modules, and returns further arguments that all commands need then. */
  readonly modules: (go: Go) => Promise<string[]>;
  readonly flags: readonly string[];
  readonly packages: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Runs go in a module's folder. */
export interface Go {
  readonly cwd: string;
  run(args: readonly string[]): Promise<string>;
}

/** Runs `go build`, and says all the while how far it is; rejects with the compiler's last lines if it fails. */
export async function goBuild(build: GoBuild, log: Log): Promise<void> {
  const { title, flags, packages, cwd, env } = build;
  const start = performance.now();
  let downloads = 0;
  let progress: BuildProgress | undefined;
  const state = () => progress?.text() ?? (downloads > 0 ? `modules downloaded: ${downloads}` : 'reading the packages');
  const count = (line: string) => {
    if (line.startsWith('go: downloading ')) downloads += 1;
    return false;
  };
  const stop = tellNowAndThen(log, () => `${title}: ${state()}`);
  try {
    const more = await build.modules({ cwd, run: (args) => follow(args, { cwd, env }, count) });
    const list = ['list', '-mod=mod', ...more, '-deps', `-json=${FIELDS}`, ...packages];
    const following = new BuildProgress(await packagesIn(await follow(list, { cwd, env }, count)));
    progress = following;
    await follow(['build', '-v', ...flags, ...more, ...packages], { cwd, env }, (line) => following.take(line));
    log(`built ${title} (${((performance.now() - start) / 1_000).toFixed(1)} s)`);
  } finally {
    stop();
  }
}

const FIELDS = 'ImportPath,Dir,GoFiles,Deps';

interface Listed {
  readonly ImportPath: string;
  readonly Dir: string;
  readonly GoFiles?: readonly string[];
  readonly Deps?: readonly string[];
}

/** What `go list -json` printed: objects one after the other, each ending with a brace at the start of a line. */
async function packagesIn(listed: string): Promise<Package[]> {
  const texts = listed.split(/(?<=^\})\n/m).filter((text) => text.trim() !== '');
  return Promise.all(
    texts.map(async (text) => {
      const { ImportPath, Dir, GoFiles = [], Deps = [] } = JSON.parse(text) as Listed;
      const sizes = await Promise.all(GoFiles.map((file) => stat(join(Dir, file)).then(({ size }) => size)));
      return { path: ImportPath, weight: sizes.reduce((sum, size) => sum + size, 0), below: Deps };
    }),
  );
}

/** Runs go, which ends with this process, and returns its output; `take` gets the lines of its messages and may keep one. */
async function follow(
  args: readonly string[],
  options: Pick<GoBuild, 'cwd' | 'env'>,
  take: (line: string) => boolean,
): Promise<string> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'go', ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const messages: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!take(line)) messages.push(line);
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status === 0) return output;
  throw new Error(
    `go ${args.slice(0, 3).join(' ')}… failed (${status ?? 'killed'}):\n${lastLines(messages.join('\n'))}`,
  );
}
