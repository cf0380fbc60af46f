import { GreenpathError } from '../../core/base/error.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { plainForm } from '../../core/kube/exposure.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import { mergedContent } from '../../core/kube/merged-content.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import {
  stillUnapplied,
  type Unapplied,
  unappliedIn,
  unappliedMetadata,
  unappliedText,
} from '../../core/kube/unapplied-fields.ts';
import { isEntryOf } from '../../core/release/entry.ts';
import { refOf, sameAmong } from '../../core/release/route.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { routesIn } from './candidate.ts';

/**
 * Where an existing object that exists once differs from the manifests, other than below `except`. One request if the
 * difference is in more than annotations, labels and data.
 */
export async function unappliedOf(
  run: Run,
  kind: Kind,
  { wanted, present }: { readonly wanted: KubeObject; readonly present: KubeObject },
  except: readonly string[] = [],
): Promise<readonly Unapplied[]> {
  const found = unappliedIn(wanted, present, except);
  const isExact = found.every(({ path: [field = ''] }) => field === 'metadata' || field === 'data');
  return isExact ? found : confirmed(run, kind, { wanted, present }, found);
}

/** What the server would make of the manifests shows which fields are only written differently. */
async function confirmed(
  run: Run,
  kind: Kind,
  { wanted, present }: { readonly wanted: KubeObject; readonly present: KubeObject },
  found: readonly Unapplied[],
): Promise<readonly Unapplied[]> {
  const { apiVersion: _, kind: __, metadata, status: ___, ...fields } = wanted;
  const content = mergedContent(wanted, present, Object.keys(fields));
  const { resourceVersion } = present.metadata;
  try {
    const target = { kind, name: metadata.name };
    const applied = await run.api.dry().merge(target, content, resourceVersion);
    const inMetadata = found.filter(({ path }) => path[0] === 'metadata');
    const others = found.filter(({ path }) => path[0] !== 'metadata');
    return applied === 'changed' ? found : [...inMetadata, ...stillUnapplied(others, present, applied)];
  } catch (error) {
    // The server refuses changes of what must not change at all: then it differs.
    if (error instanceof GreenpathError) return found;
    throw error;
  }
}

/** An existing live route is never applied, whatever the manifests say. */
export function tellRoutes(run: Run, stack: Stack, { routes }: Situation): void {
  for (const wanted of routesIn(stack)) {
    const route = sameAmong(routes, { ref: refOf(wanted) });
    if (route === undefined) run.report.notice(`${nameOf(wanted)} is no live route of this step and is skipped`);
    else if (!route.exists)
      run.report.line(`${nameOf(wanted)} does not exist: promote will create it from the manifests`);
    else {
      const { adapter, object } = route;
      const fields = adapter.differences(object, wanted).map((text) => ({ path: text.split('.'), text }));
      const differs = [...fields, ...unappliedMetadata(wanted, object)];
      if (differs.length > 0)
        run.report.notice(
          `${nameOf(wanted)} exists and is not changed; it differs from the manifests in ${unappliedText(differs)}`,
        );
    }
  }
}

/** Of a plain Service only selector and ports follow the live version; other differences are reported at that time. */
export function tellEntries(run: Run, stack: Stack, { services }: Situation): void {
  for (const { service, baseName } of stack.counterparts) {
    const coloured = stack.services.find((one) => one.metadata.name === service);
    const present = services.find((one) => one.metadata.name === baseName && isEntryOf(one, run.inputs.app));
    if (coloured === undefined || present === undefined) continue;
    const differs = unappliedMetadata(plainForm(baseName, coloured), present);
    if (differs.length > 0)
      run.report.notice(
        `Service ${baseName} stays as it was created; it differs from the manifests in ${unappliedText(differs)}`,
      );
  }
}
