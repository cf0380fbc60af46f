import { diffOf } from '../core/diff.ts';
import type { Unpreviewed } from '../core/difference.ts';
import { atPlace, GreenpathError, type Place } from '../core/error.ts';
import { isOwn, type KubeObject, LABEL_APP, nameOf } from '../core/objects.ts';
import { type Release, recordObject } from '../core/record.ts';
import { ORDER, type Stack } from '../core/stack.ts';
import { routesIn } from './candidate.ts';
import { keepHooks, presentHooks, runHooks } from './hooks.ts';
import { inParallel } from './in-parallel.ts';
import { type OwnRoutes, patchRoute } from './own-routes.ts';
import type { Recorded } from './release-record.ts';
import { noteChange, noteWrite, type Planned, type Run, timeNow } from './run.ts';
import { type SharedChange, writeShared } from './shared.ts';

/** The object as it is now, if it is worth a request. */
export type Find = (object: KubeObject) => Promise<KubeObject | undefined>;

/** What `deploy-green` writes besides the record. */
export interface Writes {
  readonly stack: Stack;
  readonly shared: readonly SharedChange[];
  /** Services that keep the way back to a version that was there before Greenpath. */
  readonly adopted: readonly KubeObject[];
  readonly routes: OwnRoutes;
  /** Plain Services that the first promotion will make and that the server might refuse then: a node port may be taken. */
  readonly entries: readonly KubeObject[];
  /** Whether every live path has a ready pod. */
  readonly served: boolean;
  /** What the preview's paths were answered before there was a preview. */
  readonly unpreviewed: readonly Unpreviewed[];
}

/**
 * Everything that will be written, validated by the server, and what it changes. The record is not: it holds nothing
 * that a server could refuse where it accepts the rest. Nor are hooks that exist: they are not written again.
 */
export async function dryRun(
  run: Run,
  { stack, shared, adopted, routes, entries }: Writes,
  find: Find,
): Promise<Map<string, Planned>> {
  const planned = new Map<string, Planned>();
  const hooks = await presentHooks(run, stack);
  const own = [...stack.own, ...shared.flatMap((change) => (change.create ? [change.create] : []))];
  const apply = async (object: KubeObject, place?: Place) => {
    try {
      const answer = await run.api.apply(object, { dryRun: true, owner: [LABEL_APP, run.inputs.app] });
      planned.set(nameOf(object), await planOf(object, answer, find));
    } catch (error) {
      if (!(error instanceof GreenpathError) || place === undefined || error.code === 'unreachable') throw error;
      throw atPlace(error, place);
    }
  };
  const planClassic = async ({ route, preview }: OwnRoutes['previews'][number]) => {
    const operations = preview.form === 'classic' ? preview.patch : [];
    const change = await patchRoute(run, route.ingress, operations, true);
    const version = route.ingress.metadata.resourceVersion;
    if (change !== undefined) planned.set(change.object, { version, change });
  };
  const work: (() => Promise<unknown>)[] = [
    ...own
      .filter(({ object }) => !hooks.has(nameOf(object)))
      .map(
        ({ object, place }) =>
          () =>
            apply(object, place),
      ),
    ...[...adopted, routes.parking].map((object) => () => apply(object)),
    ...entries.map((object) => () => run.api.create(object, true)),
    ...routes.previews.map((one) => () => {
      const { preview } = one;
      return preview.form === 'split' ? apply(preview.object) : planClassic(one);
    }),
  ];
  await inParallel(work, (step) => step());
  run.report.line(`The server accepts all ${work.length} objects (dry run)`);
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

/**
 * Applies the stack and its record, one kind after the other, and runs the pre-deploy hooks as soon as what they read is
 * there; returns the stack's objects as the server has them now.
 */
export async function applyStack(
  run: Run,
  { stack, shared, adopted, served, unpreviewed }: Writes,
  planned: ReadonlyMap<string, Planned>,
  before: Recorded | undefined,
): Promise<KubeObject[]> {
  const owner = [LABEL_APP, run.inputs.app] as const;
  const hooks = await keepHooks(run, stack);
  await writeShared(run, shared);
  const applied: KubeObject[] = [];
  const apply = async (object: KubeObject) => {
    const now = hooks.get(nameOf(object)) ?? (await run.api.apply(object, { dryRun: false, owner }));
    if (!hooks.has(nameOf(object))) noteChange(run, planned, now);
    return now;
  };
  for (const kind of ORDER) {
    run.waiting.throwIfAborted();
    const objects = stack.own.flatMap(({ object }) => (object.kind === kind ? [object] : []));
    applied.push(...(await inParallel(objects, apply)));
    if (kind === 'Job' && objects.length > 0) await runHooks(run, 'pre-deploy', run.inputs.revision);
  }
  await inParallel(adopted, async (object) =>
    noteChange(run, planned, await run.api.apply(object, { dryRun: false, owner })),
  );
  const created = new Set((before?.release.objects ?? []).filter((one) => one.created).map((one) => one.uid));
  const first = { served: before?.release.served ?? served, unpreviewed: before?.release.unpreviewed ?? unpreviewed };
  const release = { ...releaseOf(run, stack, applied, created), ...first };
  const record = await run.api.apply(recordObject(release, run.api.namespace), { dryRun: false, owner });
  const action = before === undefined ? 'create' : 'change';
  // Of the same content deployed again, it only notes the time.
  if (action === 'create' || run.known.outputs.changed) noteWrite(run, { object: nameOf(record), action, diff: '' });
  return applied;
}

function releaseOf(run: Run, stack: Stack, applied: readonly KubeObject[], created: ReadonlySet<string>): Release {
  const { app, revision, routes, rawConfig } = run.inputs;
  const objects = applied.map((object) => ({
    kind: object.kind,
    name: object.metadata.name,
    uid: object.metadata.uid ?? '',
    created: isOwn(object) || created.has(object.metadata.uid ?? ''),
  }));
  return {
    version: 1,
    app,
    revision,
    routes,
    twins: stack.twins,
    plain: stack.form === 'coloured',
    ingresses: routesIn(stack).filter((ingress) => routes.includes(ingress.metadata.name)),
    digest: stack.digest,
    config: rawConfig,
    objects,
    at: timeNow(run),
    run: run.url,
  };
}
