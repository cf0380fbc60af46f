import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Runs all tests that need a cluster, the matrices too, in several processes side by side: each has a cluster and a proxy
 * of its own, and most of their time is waiting. Arguments are handed on, for example the names of files.
 */

const PROCESSES = 3;

async function run(index: number): Promise<boolean> {
  const args = ['run', '--project', 'cluster', `--shard=${index}/${PROCESSES}`, '--passWithNoTests'];
  const child = spawn('vitest', [...args, ...process.argv.slice(2)], {
    env: { ...process.env, GREENPATH_TEST: 'all' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => console.log(`${index}| ${line}`));
  const [code] = await once(child, 'close');
  return code === 0;
}

const passed = await Promise.all(Array.from({ length: PROCESSES }, (_, index) => run(index + 1)));
process.exitCode = passed.every(Boolean) ? 0 : 1;
