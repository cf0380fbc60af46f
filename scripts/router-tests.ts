import { rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isRouterName } from '../cluster/routers/registry.ts';
import { MEASURED_FOLDER, mergeResults, RESULTS_FILE, readResults } from '../harness/routers/results.ts';
import { longestFirst, ROUTER_ORDER } from '../harness/routers/rows.ts';
import { Screen } from './side-by-side.ts';

/**
 * Runs the matrix of routers, or with `--router NAME` (several times if need be) its part of some of them, and writes what
 * was measured to docs/routers.md; what the run did not measure stays there as it is. Each router has a process and a
 * cluster of its own.
 */

/** No more clusters than processors: with three on two, Envoy itself answered so late that promotions were taken back. */
const PROCESSES = Math.min(3, availableParallelism());
const screen = new Screen();

function chosen(): readonly string[] {
  const { values } = parseArgs({ options: { router: { type: 'string', multiple: true } } });
  const { router: names = ROUTER_ORDER } = values;
  const unknown = names.filter((name) => !ROUTER_ORDER.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no router ${unknown.join(', ')}. There are: ${ROUTER_ORDER.join(', ')}`);
  return names;
}

/** Builds it all, before several want it. */
function build(names: readonly string[]): Promise<boolean> {
  const routers = names.filter(isRouterName).flatMap((name) => ['--router', name]);
  return screen.run(process.execPath, ['cluster/main.ts', 'build', ...routers]);
}

/** Runs routers until none is left, in their order; whether all of them passed. */
async function work(queue: string[]): Promise<boolean> {
  let passed = true;
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const args = ['run', '--project', 'routers'];
    passed = (await screen.run('vitest', args, `${name}| `, { GREENPATH_ROUTERS: name })) && passed;
  }
  return passed;
}

async function main(): Promise<boolean> {
  const names = chosen();
  rmSync(MEASURED_FOLDER, { recursive: true, force: true });
  if (!(await build(names))) return false;
  const queue = longestFirst(names);
  const passed = await Promise.all(Array.from({ length: PROCESSES }, () => work(queue)));
  const measured = names.flatMap((name) => readResults(join(MEASURED_FOLDER, `${name}.json`)));
  const results = mergeResults(readResults(), measured, ROUTER_ORDER);
  writeFileSync(RESULTS_FILE, `${JSON.stringify(results, null, 2)}\n`);
  return (await screen.run(process.execPath, ['scripts/docs.ts'])) && passed.every(Boolean);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  screen.end();
}
