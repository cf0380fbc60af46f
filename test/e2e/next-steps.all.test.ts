import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CutOff, patchOf, type Seen } from './cut-off.ts';
import { CONFIG } from './world.ts';

/**
 * Every step that `status` prints is followed here, word for word, from the state in which it is printed: then nothing
 * stands in the way any more, and inside the cluster there is one version, the one that visitors get.
 */

const cluster = inject('cluster');
const SETTINGS = { config: `${CONFIG}keep: 1\ndrain: 1s\n` };
let last = 1;
let stage: CutOff;

/** A step as sentences name it: `promote for revision v2`, `rollback with to: v1`, `verify of v2`. */
interface Step {
  readonly mode: string;
  readonly revision: string;
  readonly to: string;
}
function stepsIn(next: string): Step[] {
  const steps =
    /(?:^|Run |or |run )(promote|rollback|deploy-green|verify|reject|retire)\b(?: (?:for|of) (?:revision )?(a new revision|[\w.-]+))?(?: with to: ([\w.-]+))?/g;
  return [...next.matchAll(steps)].map(([, mode = '', revision = '', to = '']) => ({
    mode,
    revision: revision === 'a new revision' ? named() : revision,
    to,
  }));
}
function named(): string {
  last += 1;
  return `v${last}`;
}

/** A new version is live, and the one before it is kept. */
async function released(): Promise<string> {
  const revision = named();
  await stage.passes('release', revision, { ...SETTINGS, supersede: 'true' });
  await stage.passes('retire');
  return revision;
}
async function candidate(...modes: string[]): Promise<string> {
  const revision = named();
  await stage.passes('deploy-green', revision, { ...SETTINGS, supersede: 'true' });
  for (const mode of modes) await stage.passes(mode, revision);
  return revision;
}
/** Tells the pods of a revision how to answer from now on. */
async function control(revision: string, query: string): Promise<void> {
  const { kubectl, namespace } = stage.world;
  const names = await kubectl('get', 'pods', '-l', `app=web,revision=${revision}`, '-o', 'name');
  for (const name of names.trim().split('\n')) {
    const path = `/api/v1/namespaces/${namespace}/pods/${name.replace('pod/', '')}:8080/proxy/control?${query}`;
    await kubectl('get', '--raw', path);
  }
}
/** What a team's own tool does: the rules of a route name the Service of another revision. */
async function reapplied(route: string, revision: string): Promise<void> {
  const value = { name: `web-${revision}`, port: { number: 80 } };
  const patch = [{ op: 'replace', path: '/spec/rules/0/http/paths/0/backend/service', value }];
  const manager = '--field-manager=kubectl-client-side-apply';
  await stage.world.kubectl('patch', 'ingress', route, manager, '--type=json', '-p', JSON.stringify(patch));
}

interface State {
  readonly is: string;
  readonly code?: string;
  readonly steps: number;
  /** Brings it about. */
  arrange(): Promise<unknown>;
}

/** Brings the state about once for each of the steps that are printed there, and follows one each time. */
async function followed({ code, steps, arrange }: State): Promise<void> {
  for (let index = 0; index < steps; index += 1) {
    await arrange();
    const before: Seen = await stage.status();
    expect(before.problem?.code, before.problem?.what).toBe(code);
    const printed = stepsIn(before.next);
    expect(printed.length, before.next).toBe(steps);
    const { mode, revision, to } = printed[index] ?? { mode: '', revision: '', to: '' };
    console.log(`${before.next} → ${mode} ${revision} ${to}`);
    await stage.passes(mode, revision, { ...(mode === 'deploy-green' ? SETTINGS : {}), ...(to === '' ? {} : { to }) });
    const { problem, live, next } = await stage.status();
    expect(problem).toBeUndefined();
    expect(next).not.toBe(before.next);
    expect(await stage.inside()).toEqual({ workers: [live.revision], plain: [live.revision] });
  }
}

describe('over one route', () => {
  beforeAll(async () => {
    stage = await CutOff.open(cluster, 'next-steps');
    await released();
  });
  afterAll(() => stage.close());

  test.each<State>([
    { is: 'nothing is in the way', steps: 1, arrange: released },
    { is: 'a candidate waits for its checks', steps: 1, arrange: () => candidate() },
    { is: 'a candidate is verified', steps: 1, arrange: () => candidate('verify') },
    {
      is: 'a candidate has no pods',
      steps: 1,
      arrange: async () => {
        const revision = await candidate();
        const { kubectl } = stage.world;
        await kubectl('scale', 'deployment', `web-${revision}`, '--replicas=0');
        await kubectl('wait', 'pod', '-l', `app=web,revision=${revision}`, '--for=delete', '--timeout=60s');
      },
    },
    {
      is: 'visitors were taken off a candidate since it was verified',
      steps: 1,
      arrange: async () => {
        const revision = await candidate('verify');
        const act = () => control(revision, 'status=500');
        const { stdout } = await stage.world.run('promote', revision, {}, { when: { text: 'Switched', act } });
        expect(stdout).toContain('(green-failed;');
        await control(revision, 'status=0');
      },
    },
    {
      is: "a candidate's Service was deleted",
      code: 'no-candidate',
      steps: 2,
      arrange: async () => stage.world.kubectl('delete', 'service', `web-${await candidate()}`),
    },
    {
      is: 'a promote was cut off',
      code: 'unfinished',
      steps: 2,
      arrange: async () => stage.kill('promote', await candidate('verify'), patchOf('web')),
    },
    {
      is: 'a rollback was cut off',
      code: 'unfinished',
      steps: 1,
      arrange: async () => {
        await released();
        await stage.kill('rollback', '', patchOf('web'));
      },
    },
    {
      is: 'a promote was cut off on its way back',
      code: 'unfinished',
      steps: 1,
      arrange: async () => {
        const revision = await candidate('verify');
        const act = () => control(revision, 'status=500');
        await stage.kill('promote', revision, patchOf('web', 2), { text: 'Switched', act });
      },
    },
    {
      is: 'somebody undid a promote',
      code: 'reverted',
      steps: 2,
      arrange: async () => {
        const before = await released();
        await released();
        await reapplied('web', before);
      },
    },
    {
      is: 'somebody undid a rollback',
      code: 'reverted',
      steps: 2,
      arrange: async () => {
        const revision = await released();
        await stage.passes('rollback');
        await reapplied('web', revision);
      },
    },
    {
      is: 'somebody changed the plain Service',
      code: 'drifted',
      steps: 1,
      arrange: async () => {
        await released();
        const patch = [{ op: 'replace', path: '/spec/selector', value: { app: 'web' } }];
        await stage.world.kubectl('patch', 'service', 'web', '--type=json', '-p', JSON.stringify(patch));
      },
    },
  ])('$is', { timeout: 300_000 }, followed);
});

describe('over two routes', () => {
  beforeAll(async () => {
    last = 1;
    stage = await CutOff.open(cluster, 'next-steps-two', 2);
    await released();
  });
  afterAll(() => stage.close());

  test.each<State>([
    {
      is: 'a promote was cut off between them',
      code: 'unfinished',
      steps: 2,
      arrange: async () => stage.kill('promote', await candidate('verify'), patchOf('web')),
    },
    {
      is: 'a rollback was cut off between them',
      code: 'unfinished',
      steps: 1,
      arrange: async () => {
        await released();
        await stage.kill('rollback', '', patchOf('web'));
      },
    },
    {
      is: 'a promote was cut off after both',
      code: 'unfinished',
      steps: 2,
      arrange: async () => stage.kill('promote', await candidate('verify'), patchOf('api')),
    },
    {
      is: 'somebody undid a promote at one of them',
      code: 'reverted',
      steps: 2,
      arrange: async () => {
        const before = await released();
        await released();
        await reapplied('api', before);
      },
    },
  ])('$is', { timeout: 300_000 }, followed);
});
