import { diffOf } from '../core/diff.ts';
import { GreenpathError, type Place } from '../core/error.ts';
import { isOwn, type KubeObject, LABEL_APP, nameOf } from '../core/objects.ts';
import { recordObject } from '../core/record.ts';
import type { Stack } from '../core/stack.ts';
import { twinOf } from './candidate.ts';
import { type OwnRoutes, patchClassic } from './own-routes.ts';
import type { Recorded } from './release-record.ts';
import { noteChange, noteWrite, type Planned, type Run } from './run.ts';
import { type SharedChange, writeShared } from './shared.ts';

/** The object as it is now, if it is worth a request. */
export type Find = (object: KubeObject) => Promise<KubeObject | undefined>;

/**
 * Everything that will be written, validated by the server, and what it changes. The record is not: it holds nothing
 * that a server could refuse where it accepts the rest.
 */
export async function dryRun(
  run: Run,
  stack: Stack,
  shared: readonly SharedChange[],
  routes: OwnRoutes,
  find: Find,
): Promise<Map<string, Planned>> {
  const planned = new Map<string, Planned>();
  const own = [...stack.own, ...shared.flatMap((change) => (change.create ? [change.create] : []))];
  const apply = async (object: KubeObject, place?: Place) => {
    try {
      const answer = await run.api.apply(object, { dryRun: true, owner: [LABEL_APP, run.inputs.app] });
      planned.set(nameOf(object), await planOf(object, answer, find));
    } catch (error) {
      if (!(error instanceof GreenpathError) || place === undefined || error.code === 'unreachable') throw error;
      throw new GreenpathError(error.code, error.message, error.next, {
        problems: [{ text: error.message, place }],
        cause: error,
      });
    }
  };
  const planClassic = async () => {
    const { preview, route } = routes;
    const operations = preview.form === 'classic' ? preview.patch : [];
    const change = await patchClassic(run, route, operations, true);
    if (change !== undefined) planned.set(change.object, { version: route.metadata.resourceVersion, change });
  };
  await Promise.all([
    ...own.map(({ object, place }) => apply(object, place)),
    apply(routes.parking),
    routes.preview.form === 'split' ? apply(routes.preview.object) : planClassic(),
  ]);
  run.report.line(`The server accepts all ${own.length + 2} objects (dry run)`);
  return planned;
}

/** An object that a dry run would create has no resource version; one that exists is read, to see what differs. */
async function planOf(sent: KubeObject, answer: KubeObject, find: Find): Promise<Planned> {
  const version = answer.metadata.resourceVersion;
  const object = nameOf(sent);
  if (version === undefined) return { version, change: { object, action: 'create', diff: diffOf(undefined, sent) } };
  const present = await find(sent);
  const diff = present === undefined ? '' : diffOf(present, answer);
  return { version, change: { object, action: diff === '' ? 'keep' : 'change', diff } };
}

/** Applies the stack and its record; returns the stack's objects as the server has them now. */
export async function applyStack(
  run: Run,
  stack: Stack,
  shared: readonly SharedChange[],
  planned: ReadonlyMap<string, Planned>,
  before: Recorded | undefined,
): Promise<KubeObject[]> {
  await writeShared(run, shared);
  const applied: KubeObject[] = [];
  for (const { object } of stack.own) {
    const now = await run.api.apply(object, { dryRun: false, owner: [LABEL_APP, run.inputs.app] });
    noteChange(run, planned, now);
    applied.push(now);
  }
  const created = new Set((before?.release.objects ?? []).filter((one) => one.created).map((one) => one.uid));
  const record = await run.api.apply(recordOf(run, stack, applied, created), {
    dryRun: false,
    owner: [LABEL_APP, run.inputs.app],
  });
  const action = before === undefined ? 'create' : 'change';
  // Of the same content deployed again, it only notes the time.
  if (action === 'create' || run.known.outputs.changed) noteWrite(run, { object: nameOf(record), action, diff: '' });
  return applied;
}

function recordOf(run: Run, stack: Stack, applied: readonly KubeObject[], created: ReadonlySet<string>): KubeObject {
  const { app, revision, route, rawConfig } = run.inputs;
  const objects = applied.map((object) => ({
    kind: object.kind,
    name: object.metadata.name,
    uid: object.metadata.uid ?? '',
    created: isOwn(object) || created.has(object.metadata.uid ?? ''),
  }));
  return recordObject(
    {
      version: 1,
      app,
      revision,
      route,
      twin: twinOf(stack),
      digest: stack.digest,
      config: rawConfig,
      objects,
      at: new Date().toISOString(),
      run: run.url,
    },
    run.api.namespace,
  );
}
