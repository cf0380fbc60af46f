import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { down, up } from '../cluster/cluster.ts';
import { table } from '../demo/load-view.ts';
import { clear, makeBed } from './bed.ts';
import { peakMemory, type Spread, spread, timed } from './measure.ts';
import { type Release, releaseByAction, releaseByScript } from './release.ts';

/** Measures the action against a kubectl script doing the same work, in turns, on the embedded cluster. bench/README.md. */

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const PROCESSES = 15;
const DIST = resolve('dist');

interface Goal {
  readonly name: string;
  /** Pairs of the same round, ours first; or single values against a limit. */
  readonly ratio: Spread;
  readonly atMost: number;
}

async function main(): Promise<void> {
  const name = `bench-${process.pid}`;
  const cluster = await up({ name, log: (line) => console.log(line) });
  try {
    const [byScript, byAction] = await Promise.all([
      makeBed(cluster, 'bench-script'),
      makeBed(cluster, 'bench-action'),
    ]);
    const scripts: Release[] = [];
    const actions: Release[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const [before, after] = [`r${round - 1}`, `r${round}`];
      scripts.push(await releaseByScript(byScript, before, after));
      actions.push(await releaseByAction(byAction, before, after));
      await Promise.all([clear(byScript, before), clear(byAction, before)]);
      console.log(`round ${round} of ${ROUNDS}`);
    }
    const kubectlGet = [
      cluster.kubectl,
      ['--kubeconfig', cluster.kubeconfig, '-n', 'bench-action', 'get', 'ingress', 'web'],
    ] as const;
    const last = `r${ROUNDS}`;
    const promoteAgain = {
      ...process.env,
      INPUT_MODE: 'promote',
      INPUT_ROUTE: 'ingress/web',
      INPUT_NAMESPACE: 'bench-action',
      INPUT_REVISION: last,
      INPUT_ADDRESSES: cluster.proxy,
      INPUT_TIMEOUT: '1m',
      'INPUT_DRY-RUN': 'false',
      'INPUT_REQUIRE-VERIFIED': 'true',
      INPUT_KUBECONFIG: byAction.kubeconfig,
    };
    const starts = await inTurns(
      () => timed(process.execPath, [join(DIST, 'index.js')], { PATH: process.env.PATH }),
      () => timed(process.execPath, ['-e', '0']),
    );
    const memory: number[] = [];
    for (let count = 0; count < ROUNDS; count += 1)
      memory.push(
        (await peakMemory(process.execPath, [join(DIST, 'index.js')], promoteAgain)) /
          (await peakMemory(...kubectlGet)),
      );
    report(scripts, actions, starts, memory);
  } finally {
    await down(name);
  }
}

/** Ratios of whole-process times, pair by pair. */
async function inTurns(ours: () => Promise<{ ms: number }>, theirs: () => Promise<{ ms: number }>): Promise<number[]> {
  const ratios: number[] = [];
  for (let count = 0; count < PROCESSES; count += 1) ratios.push((await ours()).ms / (await theirs()).ms);
  return ratios;
}

function report(
  scripts: readonly Release[],
  actions: readonly Release[],
  starts: readonly number[],
  memory: readonly number[],
): void {
  const of = (releases: readonly Release[], figure: string) =>
    releases.map(({ figures }) => figures[figure] ?? Number.NaN);
  const paired = (ours: string, theirs: string) =>
    spread(of(actions, ours).map((value, round) => value / (of(scripts, theirs)[round] ?? Number.NaN)));
  const javascript = readdirSync(DIST)
    .filter((file) => file.endsWith('.js'))
    .map((file) => statSync(join(DIST, file)).size);
  const whole = readdirSync(DIST).map((file) => statSync(join(DIST, file)).size);
  const megabytes = (sizes: readonly number[]) => spread([sizes.reduce((sum, size) => sum + size, 0) / 1e6]);
  const most = Math.max(...['deploy-green', 'verify', 'promote'].flatMap((mode) => of(actions, `requests ${mode}`)));
  const goals: Goal[] = [
    { name: 'start of the bundle ÷ bare Node', ratio: spread(starts), atMost: 4 },
    { name: 'process start to first API request ÷ kubectl get', ratio: paired('to first request', 'get'), atMost: 2 },
    {
      name: 'promote: start to accepted patch ÷ kubectl patch',
      ratio: paired('to accepted patch', 'patch'),
      atMost: 2.5,
    },
    {
      name: 'deploy-green over pods ÷ kubectl apply + status over pods',
      ratio: paired('over pods', 'over pods'),
      atMost: 0.6,
    },
    {
      name: 'last old answer after success, ms (negative: before it)',
      ratio: spread(of(actions, 'last old answer after success')),
      atMost: 0,
    },
    { name: 'API requests of the busiest mode, besides watches', ratio: spread([most]), atMost: 12 },
    { name: 'peak memory ÷ kubectl', ratio: spread(memory), atMost: 1.5 },
    { name: 'dist, MB', ratio: megabytes(whole), atMost: 2.5 },
    { name: 'all JavaScript in dist, MB (what loads first is less)', ratio: megabytes(javascript), atMost: 1.3 },
  ];
  const met = (goal: Goal) => (goal.atMost === 0 ? goal.ratio.max : goal.ratio.median) <= goal.atMost;
  const verdict = (goal: Goal) => (met(goal) ? 'met' : `missed by ${(goal.ratio.median - goal.atMost).toFixed(2)}`);
  console.log(`\nGoals (median [least–most] of ${actions.length} rounds; processes in turns: ${PROCESSES} pairs)\n`);
  console.log(
    table([
      ['what', 'measured', 'at most', ''],
      ...goals.map((goal) => [goal.name, text(goal.ratio, 2), `${goal.atMost}`, verdict(goal)]),
    ]),
  );
  console.log('\nMilliseconds\n');
  const figures = (who: string, releases: readonly Release[]) =>
    Object.keys(releases[0]?.figures ?? {}).map((figure) => [who, figure, text(spread(of(releases, figure)), 0)]);
  console.log(
    table([['by', 'figure', 'median [least–most]'], ...figures('script', scripts), ...figures('action', actions)]),
  );
  console.log('\nWhere the time goes, ms\n');
  console.log(table([['mode', 'phase', 'median [least–most]'], ...phaseRows(scripts), ...phaseRows(actions)]));
  const file = process.argv[process.argv.indexOf('--json') + 1];
  if (process.argv.includes('--json') && file !== undefined)
    writeFileSync(
      file,
      JSON.stringify(
        { rounds: actions.length, goals: goals.map((goal) => ({ ...goal, met: met(goal) })), scripts, actions },
        null,
        2,
      ),
    );
}

function phaseRows(releases: readonly Release[]): string[][] {
  return Object.entries(releases[0]?.phases ?? {}).flatMap(([mode, phases]) =>
    phases.map(([phase], index) => [
      mode,
      phase,
      text(spread(releases.map((release) => release.phases[mode]?.[index]?.[1] ?? Number.NaN)), 0),
    ]),
  );
}

function text({ median, min, max, n }: Spread, digits: number): string {
  return n === 1 ? median.toFixed(digits) : `${median.toFixed(digits)} [${min.toFixed(digits)}–${max.toFixed(digits)}]`;
}

await main();
