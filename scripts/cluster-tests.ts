import { Screen } from './side-by-side.ts';

/**
 * Runs the tests that need a cluster, with GREENPATH_TEST=all the matrices too, in several processes side by side: each
 * has a cluster and a proxy of its own, and most of their time is waiting. Arguments are handed on, for example the names
 * of files.
 */

const PROCESSES = 3;
const screen = new Screen();

async function runShards(): Promise<boolean> {
  const shards = Array.from({ length: PROCESSES }, (_, index) => index + 1);
  const passed = await Promise.all(
    shards.map((shard) => {
      const args = ['run', '--project', 'cluster', `--shard=${shard}/${PROCESSES}`, '--passWithNoTests'];
      return screen.run('vitest', [...args, ...process.argv.slice(2)], `${shard}| `);
    }),
  );
  return passed.every(Boolean);
}

/** The routers that the tests open. They are built once, before several want them. */
const ROUTERS = ['ingress-nginx', 'contour'].flatMap((name) => ['--router', name]);

const passed = (await screen.run(process.execPath, ['cluster/main.ts', 'build', ...ROUTERS])) && (await runShards());
screen.end();
process.exitCode = passed ? 0 : 1;
