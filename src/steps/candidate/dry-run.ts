import type { Api } from '../../cluster/api.ts';
import { atPlace } from '../../core/base/error.ts';
import { withAssumed, withoutAssumed } from '../../core/colouring/plain-names.ts';
import { diffOf } from '../../core/kube/diff.ts';
import { keyOf } from '../../core/kube/identity.ts';
import { type KubeObject, LABEL_APP, nameOf } from '../../core/kube/objects.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import { asSent, contentOf, isContent } from '../../core/release/content-read.ts';
import { type DryRunResult, isRefused, type Run } from '../../state/run.ts';
import { presentHooks } from '../jobs/hooks.ts';
import { writeCandidateEntries } from '../objects/entries.ts';
import { inParallel } from '../objects/in-parallel.ts';
import { patchRoute } from '../objects/patch-route.ts';
import { applyOwnRoute } from '../own-routes/apply-own-route.ts';
import { type OwnPlan, ownObjects } from '../own-routes/own-routes.ts';
import type { Writes } from './apply.ts';
import { planReplacement } from './immutable.ts';

/** The present object, if it is worth a request. */
export type Find = (object: KubeObject) => Promise<KubeObject | undefined>;

/**
 * Lets the server validate everything that will be written, and finds what it changes. The record is left out: the
 * server refuses nothing in it if it accepts the rest. So are existing hooks, which are not written again.
 */
export async function dryRun(
  run: Run,
  { stack, names, role, shared, adopted, routes, entries, exposed }: Omit<Writes, 'unpreviewed'>,
  find: Find,
): Promise<Map<string, DryRunResult>> {
  const api = run.api.dry();
  const tried = new Map<string, DryRunResult>();
  const apply = async (object: KubeObject) => {
    const answer = await api.apply(object, [LABEL_APP, run.inputs.app]);
    tried.set(keyOf(object), { ...(await planOf(object, answer, find)), answer });
    return answer;
  };
  const applyOwn = async (object: KubeObject) =>
    tried.set(keyOf(object), await planOf(object, await applyOwnRoute(api, run.inputs.app, object), find));
  // An object kept for a rollback stays unchanged, even if the digest does not show that.
  const applyContent = (object: KubeObject) =>
    apply(object).catch(async (error: unknown) => {
      const plan = role !== 'previous' && isRefused(run, error) ? await planReplacement(run, object) : undefined;
      if (plan === undefined) throw error;
      tried.set(keyOf(object), plan);
      return object;
    });
  const applyManifest = ({ object, place }: Manifest) =>
    (isContent(object) ? applyContent(object) : apply(object)).catch((error: unknown) =>
      Promise.reject(isRefused(run, error) ? atPlace(error, place) : error),
    );
  const hooks = await presentHooks(run, stack);
  const own = stack.own.filter(({ object }) => !hooks.has(keyOf(object)));
  const read = own.filter(({ object }) => isContent(object));
  const found = await inParallel(read, applyManifest);
  const contents = new Map(found.map((answer) => [keyOf(answer), contentOf(answer)]));
  const readers = own.flatMap((one) =>
    isContent(one.object) ? [] : { ...one, object: withAssumed(asSent(one.object, contents), names) },
  );
  const created = shared.flatMap((change) => change.create ?? []);
  const work: (() => Promise<unknown>)[] = [
    ...readers.map((manifest) => () => applyManifest(manifest)),
    ...created.map((manifest) => () => tryCreate(run, manifest, tried)),
    ...adopted.map((object) => () => apply(object)),
    ...ownObjects(routes).map((object) => () => applyOwn(object)),
    ...exposed.map((object) => () => api.create(object)),
    ...routes.previews
      .filter(({ own: { patch } }) => patch.length > 0)
      .map((preview) => () => tryPatch(api, preview, tried)),
  ];
  await inParallel(work, (step) => step());
  const led = await tryEntries(api, run, entries, tried);
  run.report.line(`The server accepts all ${read.length + work.length + led} objects (dry run)`);
  return tried;
}

/** Tries the plain Services that will lead to the candidate; returns how many there are. */
async function tryEntries(
  api: Api,
  { inputs: { app } }: Run,
  entries: Writes['entries'],
  tried: Map<string, DryRunResult>,
): Promise<number> {
  const answers = [...tried.values()].flatMap(({ answer }) => answer ?? []);
  let led = 0;
  await writeCandidateEntries(api, app, entries, answers, ({ object, change }) => {
    led += 1;
    tried.set(keyOf(object), { version: undefined, change });
  });
  return led;
}

/** An object that exists once; one that exists by now is left unchanged. */
async function tryCreate(run: Run, { object, place }: Manifest, tried: Map<string, DryRunResult>): Promise<void> {
  const answer = await run.api
    .dry()
    .create(object)
    .catch((error: unknown) => {
      throw isRefused(run, error) ? atPlace(error, place) : error;
    });
  if (answer === 'changed') return;
  const change = { object: nameOf(object), action: 'create' as const, diff: diffOf(undefined, object) };
  tried.set(keyOf(object), { version: undefined, change });
}

async function tryPatch(
  api: Api,
  { route, own }: OwnPlan['previews'][number],
  tried: Map<string, DryRunResult>,
): Promise<void> {
  const change = await patchRoute(api, route, own.patch);
  const version = route.object.metadata.resourceVersion;
  if (change !== undefined) tried.set(change.object, { version, change });
}

/** An object that a dry run would create has no resource version; an existing one is read, to see what differs. */
async function planOf(sent: KubeObject, answer: KubeObject, find: Find): Promise<DryRunResult> {
  const version = answer.metadata.resourceVersion;
  const object = nameOf(sent);
  if (version === undefined)
    return { version, change: { object, action: 'create', diff: diffOf(undefined, withoutAssumed(sent)) } };
  const present = await find(sent);
  const diff = present === undefined ? '' : diffOf(present, withoutAssumed(answer));
  return { version, change: { object, action: diff === '' ? 'keep' : 'change', diff } };
}
