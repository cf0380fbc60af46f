import { expect, inject, test } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import { isLost, Load } from '../../harness/load.ts';
import { CONFIG, makeWorld, type World } from './world.ts';

/**
 * Promise 8: two runs started together, fifty times each: exactly one outcome, and never a route that names a missing or
 * empty Service.
 */

const cluster = inject('cluster');
const TIMES = 50;
/** Less than the router takes, so the config names the router: `deploy-green` has not the time to find out which it is. */
const SETTLED = CONFIG.replace('settle: 2500ms', 'settle: 100ms, answers: 3');
const SETTINGS = { config: `${SETTLED}router: nginx\nkeep: 0\ndrain: 1s\n` };

interface Race {
  readonly name: string;
  /** Brings the world to the start of round `round`; the revision that it is about. */
  before(world: World, round: number): Promise<string>;
  readonly runners: readonly [
    (world: World, revision: string) => Promise<Outcome>,
    (world: World, revision: string) => Promise<Outcome>,
  ];
  /** What is wrong with the two outcomes and where it ended; undefined if nothing is. */
  judge(outcomes: readonly [Outcome, Outcome], live: string, revision: string): string | undefined;
}

const step =
  (mode: string, more: Record<string, string> = {}) =>
  (world: World, revision: string) =>
    world.run(mode, revision, { ...SETTINGS, ...more });
async function passes(world: World, mode: string, revision = '') {
  const outcome = await world.run(mode, revision, SETTINGS);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
}
/** Where visitors are, and that its Service exists and has a ready pod; the annotation must say the same, proven. */
async function liveNow(world: World): Promise<string> {
  const { metadata, spec } = JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json'));
  const { name } = spec.rules[0].http.paths[0].backend.service;
  const service = JSON.parse(await world.kubectl('get', 'service', name, '-o', 'json'));
  const slices = JSON.parse(
    await world.kubectl('get', 'endpointslices', '-l', `kubernetes.io/service-name=${name}`, '-o', 'json'),
  );
  const endpoints = slices.items.flatMap(
    (slice: { endpoints?: { conditions: { ready: boolean } }[] }) => slice.endpoints ?? [],
  );
  expect(endpoints.some((endpoint: { conditions: { ready: boolean } }) => endpoint.conditions.ready)).toBe(true);
  const revision: string = service.spec.selector.revision;
  const note = JSON.parse(metadata.annotations?.['greenpath.dev/web'] ?? 'null');
  if (note !== null) expect(note).toMatchObject({ live: revision, phase: 'proven' });
  return revision;
}
const candidate = async (world: World, revision: string) => {
  await passes(world, 'deploy-green', revision);
  await passes(world, 'verify', revision);
  return revision;
};
/** Two stacks in turns, so that a round need not start pods. */
const other = async (world: World) => ((await liveNow(world)) === 'v2' ? 'v3' : 'v2');
const switches = (outcomes: readonly Outcome[]) =>
  outcomes.filter(({ stdout }) => stdout.includes('Switched: ')).length;
const code = ({ stdout }: Outcome) => /^More about ([\w-]+): /m.exec(stdout)?.[1] ?? '';
/** Beside a rollback a run may also have given way to it. */
const endedWell = (outcome: Outcome) => outcome.exitCode === 0 || code(outcome) === 'gave-way';

const RACES: readonly Race[] = [
  {
    name: 'two promotes',
    before: async (world) => candidate(world, await other(world)),
    runners: [step('promote'), step('promote')],
    judge: (outcomes, live, revision) =>
      live === revision && switches(outcomes) === 1 && outcomes.every(({ exitCode }) => exitCode === 0)
        ? undefined
        : 'not one switch',
  },
  {
    name: 'promote and rollback',
    before: async (world, round) => {
      if (round === 0) for (const revision of ['v2', 'v3']) await passes(world, 'release', revision);
      return candidate(world, await other(world));
    },
    runners: [step('promote'), (world) => world.run('rollback', '', SETTINGS)],
    judge: ([promoted, rolled]) => {
      if (!endedWell(promoted)) return 'promote neither succeeded nor gave way';
      return rolled.exitCode === 0 || code(rolled) === 'no-way-back' ? undefined : 'rollback failed in another way';
    },
  },
  {
    name: 'promote and reject',
    before: async (world, round) => candidate(world, `r${round}`),
    runners: [step('promote'), step('reject')],
    judge: ([promoted, rejected], live, revision) => {
      const won = promoted.exitCode === 0;
      if (won === (rejected.exitCode === 0)) return 'not exactly one of them succeeded';
      if (won) return live === revision && code(rejected) === 'is-live' ? undefined : 'reject was not refused';
      return live !== revision && code(promoted) === 'no-candidate' ? undefined : 'promote was not refused';
    },
  },
  {
    name: 'retire and rollback',
    before: async (world, round) => {
      // What the first round goes back to must be a stack that retire may remove.
      if (round === 0) await passes(world, 'release', 'base');
      await passes(world, 'release', `r${round}`);
      return `r${round}`;
    },
    runners: [(world) => world.run('retire', '', SETTINGS), (world) => world.run('rollback', '', SETTINGS)],
    judge: ([retired, rolled], live, revision) => {
      if (!endedWell(retired)) return 'retire neither succeeded nor gave way';
      if (rolled.exitCode !== 0)
        return code(rolled) === 'no-way-back' && live === revision ? undefined : 'rollback failed in another way';
      return undefined;
    },
  },
];

test.concurrent.for(RACES)(`${TIMES} times $name`, { timeout: 1_800_000 }, async ({ name, before, runners, judge }) => {
  const world = await makeWorld(cluster, `race-${RACES.findIndex((race) => race.name === name)}`, 'split', 1);
  world.manifests({ DRAIN: '0.3' });
  const load = new Load(
    { proxy: cluster.proxy, host: world.host, identify: (headers) => String(headers['x-revision']) },
    1_780,
  );
  load.add({ client: 'fresh', path: '/visit', rate: 10 });
  const won: Record<string, number> = {};
  try {
    for (let round = 0; round < TIMES; round += 1) {
      const revision = await before(world, round);
      const [first, second] = runners;
      const outcomes = await Promise.all([first(world, revision), second(world, revision)]);
      const live = await liveNow(world);
      const wrong = judge(outcomes, live, revision);
      expect(
        wrong,
        `round ${round}: ${wrong}\n${outcomes.map(({ stdout }) => stdout).join('\n---\n')}`,
      ).toBeUndefined();
      const way = `${outcomes.map(({ exitCode }) => exitCode).join('/')} → ${live === revision ? 'the new one' : 'the old one'}`;
      won[way] = (won[way] ?? 0) + 1;
    }
  } finally {
    await load.stop();
    await world.end();
  }
  console.log(
    `${name}: ${JSON.stringify(won)}, ${load.answers.length} answers, ${load.answers.filter(isLost).length} lost`,
  );
  expect(load.answers.filter(isLost)).toEqual([]);
});
