import { GreenpathError, type Place } from '../core/error.ts';
import { isOwn, type KubeObject, LABEL_APP, nameOf } from '../core/objects.ts';
import { recordObject } from '../core/record.ts';
import type { Stack } from '../core/stack.ts';
import { counted } from '../core/words.ts';
import { twinOf } from './candidate.ts';
import { type OwnRoutes, patchClassic } from './own-routes.ts';
import type { Recorded } from './release-record.ts';
import { noteChange, type Run } from './run.ts';
import { type SharedChange, writeShared } from './shared.ts';

/**
 * Everything that will be written, validated by the server; the resource versions tell later what really changed. The
 * record is not: it holds nothing that a server could refuse where it accepts the rest.
 */
export async function dryRun(
  run: Run,
  stack: Stack,
  shared: readonly SharedChange[],
  routes: OwnRoutes,
): Promise<Map<string, string | undefined>> {
  const versions = new Map<string, string | undefined>();
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
    apply(routes.parking),
    routes.preview.form === 'split' ? apply(routes.preview.object) : patchClassic(run, routes.preview.patch, true),
  ]);
  run.report.line(`The server accepts all ${own.length + 2} objects (dry run)`);
  return versions;
}

/** Applies the stack and its record; returns the stack's objects as the server has them now. */
export async function applyStack(
  run: Run,
  stack: Stack,
  shared: readonly SharedChange[],
  versions: ReadonlyMap<string, string | undefined>,
  before: Recorded | undefined,
): Promise<KubeObject[]> {
  await writeShared(run, shared);
  const applied: KubeObject[] = [];
  for (const { object } of stack.own) {
    const now = await run.api.apply(object, { dryRun: false, owner: [LABEL_APP, run.inputs.app] });
    noteChange(run, versions, now);
    applied.push(now);
  }
  const created = new Set((before?.release.objects ?? []).filter((one) => one.created).map((one) => one.uid));
  const record = await run.api.apply(recordOf(run, stack, applied, created), {
    dryRun: false,
    owner: [LABEL_APP, run.inputs.app],
  });
  run.report.folded(
    `Applied ${counted(applied.length + 1, 'object')}`,
    [...applied, record].map((object) => `${nameOf(object)} (uid ${object.metadata.uid})`).join('\n'),
  );
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
