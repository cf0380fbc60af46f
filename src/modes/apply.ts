import { GreenpathError, type Place } from '../core/error.ts';
import { type KubeObject, LABEL_APP, nameOf } from '../core/objects.ts';
import { recordObject } from '../core/record.ts';
import type { Stack } from '../core/stack.ts';
import { counted } from '../core/words.ts';
import { twinOf } from './candidate.ts';
import { type OwnRoutes, patchClassic } from './own-routes.ts';
import { noteChange, type Run } from './run.ts';
import { type SharedChange, writeShared } from './shared.ts';

/** Everything that will be written, validated by the server; the resource versions tell later what really changed. */
export async function dryRun(
  run: Run,
  stack: Stack,
  shared: readonly SharedChange[],
  routes: OwnRoutes,
): Promise<Map<string, string | undefined>> {
  const versions = new Map<string, string | undefined>();
  const record = recordOf(run, stack, []);
  const own = [...stack.own, ...shared.flatMap((change) => (change.create ? [change.create] : []))];
  const apply = async (object: KubeObject, place?: Place) => {
    try {
      const answer = await run.api.apply(object, { dryRun: true, owner: [LABEL_APP, run.inputs.app] });
      versions.set(nameOf(object), answer.metadata.resourceVersion);
    } catch (error) {
      if (!(error instanceof GreenpathError) || place === undefined || error.code === 'unreachable') throw error;
      throw new GreenpathError(error.code, error.message, error.next, {
        problems: [{ text: error.message, place }],
        cause: error,
      });
    }
  };
  await Promise.all([
    ...own.map(({ object, place }) => apply(object, place)),
    apply(record),
    apply(routes.parking),
    routes.preview.form === 'split' ? apply(routes.preview.object) : patchClassic(run, routes.preview.patch, true),
  ]);
  run.report.line(`The server accepts all ${own.length + 3} objects (dry run)`);
  return versions;
}

/** Applies the stack and its record; returns the stack's objects as the server has them now. */
export async function applyStack(
  run: Run,
  stack: Stack,
  shared: readonly SharedChange[],
  versions: ReadonlyMap<string, string | undefined>,
): Promise<KubeObject[]> {
  await writeShared(run, shared);
  const applied: KubeObject[] = [];
  for (const { object } of stack.own) {
    const now = await run.api.apply(object, { dryRun: false, owner: [LABEL_APP, run.inputs.app] });
    noteChange(run, versions, now);
    applied.push(now);
  }
  const record = await run.api.apply(recordOf(run, stack, applied), {
    dryRun: false,
    owner: [LABEL_APP, run.inputs.app],
  });
  run.report.folded(
    `Applied ${counted(applied.length + 1, 'object')}`,
    [...applied, record].map((object) => `${nameOf(object)} (uid ${object.metadata.uid})`).join('\n'),
  );
  return applied;
}

function recordOf(run: Run, stack: Stack, applied: readonly KubeObject[]): KubeObject {
  const { app, revision, route, rawConfig } = run.inputs;
  const objects = applied.map(({ kind, metadata }) => ({ kind, name: metadata.name, uid: metadata.uid ?? '' }));
  return recordObject(
    {
      version: 1,
      app,
      revision,
      route,
      form: stack.form,
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
