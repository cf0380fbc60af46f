import { GreenpathError } from '../core/base/error.ts';
import type { JsonObject } from '../core/base/json.ts';
import type { Stack } from '../core/colouring/stack.ts';
import { plainForm } from '../core/kube/exposure.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import { type KubeObject, nameOf } from '../core/kube/objects.ts';
import {
  stillUnapplied,
  type Unapplied,
  unappliedIn,
  unappliedMetadata,
  unappliedText,
} from '../core/kube/unapplied-fields.ts';
import { isEntryOf } from '../core/release/entry.ts';
import { refOf } from '../core/release/route.ts';
import type { Situation } from '../state/app-state.ts';
import { sameAmong } from '../state/routers.ts';
import type { Run } from '../state/run.ts';
import { routesIn } from './candidate.ts';

/**
 * A shared object that exists is never updated; if the manifests say something else, other than below `except`, people
 * are told. One request if the difference is in more than annotations, labels and data.
 */
export async function tellShared(
  run: Run,
  kind: Kind,
  { wanted, present }: { readonly wanted: KubeObject; readonly present: KubeObject },
  except: readonly string[] = [],
): Promise<void> {
  const found = unappliedIn(wanted, present, except);
  const isExact = found.every(({ path: [field = ''] }) => field === 'metadata' || field === 'data');
  const differs = isExact ? found : await confirmed(run, kind, { wanted, present }, found);
  if (differs.length === 0) return;
  run.report.notice(
    `${nameOf(wanted)} is shared and stays as it is; the manifests say something else under ${unappliedText(differs)}`,
  );
}

/** What the server would make of the manifests shows what is only written in another way. */
async function confirmed(
  run: Run,
  kind: Kind,
  { wanted, present }: { readonly wanted: KubeObject; readonly present: KubeObject },
  found: readonly Unapplied[],
): Promise<readonly Unapplied[]> {
  const { apiVersion: _, kind: __, metadata, status: ___, ...content } = wanted;
  const { resourceVersion } = present.metadata;
  try {
    const target = { kind, name: metadata.name };
    const applied = await run.api.dry().merge(target, content as JsonObject, resourceVersion);
    const inMetadata = found.filter(({ path }) => path[0] === 'metadata');
    const others = found.filter(({ path }) => path[0] !== 'metadata');
    return applied === 'changed' ? found : [...inMetadata, ...stillUnapplied(others, present, applied)];
  } catch (error) {
    // What must not change at all is refused: then it differs.
    if (error instanceof GreenpathError) return found;
    throw error;
  }
}

/** A live route that exists is never applied, whatever the manifests say of it. */
export function tellRoutes(run: Run, stack: Stack, { routes }: Situation): void {
  for (const wanted of routesIn(stack)) {
    const route = sameAmong(routes, { ref: refOf(wanted) });
    if (route === undefined) run.report.notice(`${nameOf(wanted)} is no live route of this step and is left alone`);
    else if (!route.exists)
      run.report.line(`${nameOf(wanted)} does not exist: promote will create it from the manifests`);
    else {
      const { adapter, object } = route;
      const fields = adapter.differences(object, wanted).map((text) => ({ path: text.split('.'), text }));
      const differs = [...fields, ...unappliedMetadata(wanted, object)];
      if (differs.length > 0)
        run.report.notice(
          `${nameOf(wanted)} exists and stays as it is; the manifests say something else under ${unappliedText(differs)}`,
        );
    }
  }
}

/** Of a plain Service only selector and ports follow the live version; its form is told when they do. */
export function tellEntries(run: Run, stack: Stack, { services }: Situation): void {
  for (const { service, baseName } of stack.counterparts) {
    const coloured = stack.services.find((one) => one.metadata.name === service);
    const present = services.find((one) => one.metadata.name === baseName && isEntryOf(one, run.inputs.app));
    if (coloured === undefined || present === undefined) continue;
    const differs = unappliedMetadata(plainForm(baseName, coloured), present);
    if (differs.length > 0)
      run.report.notice(
        `Service ${baseName} stays as it was made; the manifests say something else under ${unappliedText(differs)}`,
      );
  }
}
