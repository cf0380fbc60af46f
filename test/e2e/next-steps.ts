import { expect, inject } from 'vitest';
import { CutOff, type Seen } from './cut-off.ts';
import { CONFIG } from './world.ts';

/**
 * Every step that `status` prints is followed here, word for word, from the state in which it is printed: then nothing
 * stands in the way any more, and inside the cluster there is one version, the one that visitors get.
 */

const cluster = inject('cluster');
const SETTINGS = { config: `${CONFIG}keep: 1\ndrain: 1s\n` };
let last = 1;
let opened: CutOff | undefined;
/** The application of the tests that run now. */
export function stage(): CutOff {
  if (opened === undefined) throw new Error('no stage was opened');
  return opened;
}
/** Begins with an application of its own, over one live route or two. */
export async function openStage(name: string, routes: 1 | 2): Promise<void> {
  last = 1;
  opened = await CutOff.open(cluster, name, routes);
  await released();
}

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
export async function released(): Promise<string> {
  const revision = named();
  await stage().passes('release', revision, { ...SETTINGS, supersede: 'true' });
  await stage().passes('retire');
  return revision;
}
export async function candidate(...modes: string[]): Promise<string> {
  const revision = named();
  await stage().passes('deploy-green', revision, { ...SETTINGS, supersede: 'true' });
  for (const mode of modes) await stage().passes(mode, revision);
  return revision;
}
/** Tells the pods of a revision how to answer from now on. */
export async function control(revision: string, query: string): Promise<void> {
  const { kubectl, namespace } = stage().world;
  const names = await kubectl('get', 'pods', '-l', `app=web,revision=${revision}`, '-o', 'name');
  for (const name of names.trim().split('\n')) {
    const path = `/api/v1/namespaces/${namespace}/pods/${name.replace('pod/', '')}:8080/proxy/control?${query}`;
    await kubectl('get', '--raw', path);
  }
}
/** What a team's own tool does: the rules of a route name the Service of another revision. */
export async function reapplied(route: string, revision: string): Promise<void> {
  const value = { name: `web-${revision}`, port: { number: 80 } };
  const patch = [{ op: 'replace', path: '/spec/rules/0/http/paths/0/backend/service', value }];
  const manager = '--field-manager=kubectl-client-side-apply';
  await stage().world.kubectl('patch', 'ingress', route, manager, '--type=json', '-p', JSON.stringify(patch));
}

export interface State {
  readonly is: string;
  readonly code?: string;
  readonly steps: number;
  /** Brings it about. */
  arrange(): Promise<unknown>;
}

/** Brings the state about once for each of the steps that are printed there, and follows one each time. */
export async function followed({ code, steps, arrange }: State): Promise<void> {
  for (let index = 0; index < steps; index += 1) {
    await arrange();
    const before: Seen = await stage().status();
    expect(before.problem?.code, before.problem?.what).toBe(code);
    const printed = stepsIn(before.next);
    expect(printed.length, before.next).toBe(steps);
    const { mode, revision, to } = printed[index] ?? { mode: '', revision: '', to: '' };
    console.log(`${before.next} → ${mode} ${revision} ${to}`);
    await stage().passes(mode, revision, {
      ...(mode === 'deploy-green' ? SETTINGS : {}),
      ...(to === '' ? {} : { to }),
    });
    const { problem, live, next } = await stage().status();
    expect(problem).toBeUndefined();
    expect(next).not.toBe(before.next);
    expect(await stage().inside()).toEqual({ workers: [live.revision], plain: [live.revision] });
  }
}
