import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Runs the tests that need a cluster, with GREENPATH_TEST=all the matrices too, in several processes side by side: each
 * has a cluster and a proxy of its own, and most of their time is waiting. Arguments are handed on, for example the names
 * of files.
 */

const PROCESSES = process.env.GREENPATH_TEST === 'all' ? 3 : 2;
/** A line on the screen at least this often, in milliseconds: a test under load can take minutes. */
const NEWS = 20_000;
const start = performance.now();

/** Runs a command and hands its lines on, each after `mark`; whether it ended well. */
async function run(command: string, args: readonly string[], mark: string): Promise<boolean> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => print(`${mark}${line}`));
  const [code] = await once(child, 'close');
  return code === 0;
}

const news = setTimeout(
  () => print(`the tests go on, after ${Math.round((performance.now() - start) / 1_000)} s`),
  NEWS,
);

function print(line: string): void {
  console.log(line);
  news.refresh();
}

async function runShards(): Promise<boolean> {
  const shards = Array.from({ length: PROCESSES }, (_, index) => index + 1);
  const passed = await Promise.all(
    shards.map((shard) => {
      const args = ['run', '--project', 'cluster', `--shard=${shard}/${PROCESSES}`, '--passWithNoTests'];
      return run('vitest', [...args, ...process.argv.slice(2)], `${shard}| `);
    }),
  );
  return passed.every(Boolean);
}

/** The routers that the tests open. They are built once, before several want them. */
const ROUTERS = ['ingress-nginx', 'contour'].flatMap((name) => ['--router', name]);

const passed = (await run(process.execPath, ['cluster/main.ts', 'build', ...ROUTERS], '')) && (await runShards());
clearTimeout(news);
process.exitCode = passed ? 0 : 1;
