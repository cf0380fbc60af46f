import { ALONE } from './shards.ts';
import { Screen } from './side-by-side.ts';

/**
 * Runs the tests that need a cluster, with GREENPATH_TEST=all the matrices too, in several processes side by side: each
 * has a cluster and a proxy of its own, and most of their time is waiting. Some matrices run alone after the others.
 * Arguments are handed on, for example the names of files.
 */

/** One more than two processors: with two, half of their time was idle. */
const PROCESSES = 3;
const screen = new Screen();
const given = process.argv.slice(2);
const isWhole = process.env.GREENPATH_TEST === 'all' && given.length === 0;

async function runShards(): Promise<boolean> {
  const shards = Array.from({ length: PROCESSES }, (_, index) => index + 1);
  const passed = await Promise.all(
    shards.map((shard) => {
      const args = ['run', '--project', 'cluster', `--shard=${shard}/${PROCESSES}`, '--passWithNoTests'];
      return screen.run('vitest', [...args, ...given], `${shard}| `, isWhole ? { GREENPATH_TEST: 'beside' } : {});
    }),
  );
  return passed.every(Boolean);
}

function runAlone(): Promise<boolean> {
  return screen.run('vitest', ['run', '--project', 'cluster', ...ALONE]);
}

/** The routers that the tests open. They are built once, before several want them. */
const ROUTERS = ['ingress-nginx', 'contour'].flatMap((name) => ['--router', name]);

const isBuilt = await screen.run(process.execPath, ['cluster/main.ts', 'build', ...ROUTERS]);
const passed = isBuilt ? [await runShards(), !isWhole || (await runAlone())] : [false];
screen.end();
process.exitCode = passed.every(Boolean) ? 0 : 1;
