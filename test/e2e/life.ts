import { expect } from 'vitest';
import { type Answer, isLost, type Load } from '../../harness/load.ts';
import type { Acts } from './acts.ts';
import { snapshot } from './observe.ts';
import { RETIRE, type World } from './world.ts';

/** Something that keeps rows while an application is released. */
export interface Store {
  write(row: string): Promise<unknown>;
  /** All rows, in the order in which they were written. */
  rows(): Promise<string[]>;
}

/** An application that is lived through. */
export interface Life {
  readonly world: World;
  readonly passes: Acts['passes'];
  readonly stores: Readonly<Record<string, Store>>;
  /** What exists once, and is not touched after it was created: `Deployment database`. */
  readonly once: readonly string[];
  /** Sends visitors; it is called when there is something for them. */
  readonly visitors: () => Load;
  /** The mode after which rows can be written for the first time. */
  readonly since?: 'deploy-green' | 'promote';
  /** Looks at the application after each step. */
  readonly look?: (step: string) => Promise<void>;
}

/** What came of it. */
interface Lived {
  /** What each step said, by its name. */
  readonly said: Readonly<Record<string, string>>;
  /** The Deployments of the retired revision that stayed. */
  readonly left: readonly string[];
  readonly answers: readonly Answer[];
}

const STEPS = [
  ['deploy-green', 'v1'],
  ['verify', 'v1'],
  ['promote', 'v1'],
  ['deploy-green', 'v2'],
  ['verify', 'v2'],
  ['promote', 'v2'],
  ['rollback', ''],
  ['retire', ''],
] as const;
const KINDS = [
  'deployment,statefulset,daemonset,service,secret,configmap,persistentvolumeclaim',
  'serviceaccount,poddisruptionbudget,networkpolicy,horizontalpodautoscaler',
].join();

/**
 * Releases two revisions of an application that is not there yet, goes back to the first one and retires the second,
 * under load. A row is written into each store before each step, and all rows are read after it.
 */
export async function liveThrough(life: Life): Promise<Lived> {
  const { world, passes, stores, since = 'deploy-green', look } = life;
  const said: Record<string, string> = {};
  const written: string[] = [];
  let before: unknown;
  let load: Load | undefined;
  try {
    for (const [mode, revision] of STEPS) {
      const step = revision === '' ? mode : `${mode}-${revision}`;
      if (before !== undefined) {
        written.push(`${written.length}-${step}`);
        for (const { write } of Object.values(stores)) await write(written.at(-1) ?? '');
      }
      said[step] = (await passes(mode, revision, mode === 'retire' ? RETIRE : {})).stdout;
      for (const [name, { rows }] of before === undefined ? [] : Object.entries(stores))
        expect(await rows(), `rows of ${name} after ${step}`).toEqual(written);
      if (before !== undefined) expect(await once(life), `after ${step}`).toEqual(before);
      else if (mode === since) before = await once(life);
      await look?.(step);
      if (step === 'promote-v1') load = life.visitors();
    }
  } finally {
    await load?.stop();
  }
  const deployments = await world.kubectl('get', 'deployment', '-l', 'greenpath.dev/revision=v2', '-o', 'name');
  const answers = load?.answers ?? [];
  expect(answers.length).toBeGreaterThan(300);
  expect(answers.filter(isLost)).toEqual([]);
  return { said, left: deployments.split('\n').filter(Boolean).toSorted(), answers };
}

/** The identity and the content of what exists once, and the pods that belong to no revision. */
async function once({ world, once: names }: Life): Promise<unknown> {
  const all = await snapshot(world.kubectl, KINDS);
  const found = names.map((name) => [name, all.get(name)]);
  expect(found.filter(([, object]) => object === undefined)).toEqual([]);
  const pods = await world.kubectl('get', 'pods', '-l', '!revision', '-o', 'json');
  const { items } = JSON.parse(pods) as { items: Pod[] };
  const running = items.map(({ metadata, status }) => [
    metadata.name,
    metadata.uid,
    ...(status.containerStatuses ?? []).map(({ restartCount }) => restartCount),
  ]);
  return { found, running: running.toSorted() };
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
}
