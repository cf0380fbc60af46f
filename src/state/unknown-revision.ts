import { GreenpathError } from '../core/base/error.ts';
import { nearest } from '../core/base/nearest.ts';
import { there } from '../core/base/plural.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, LABEL_APP, LABEL_REVISION, label, newestFirst } from '../core/kube/objects.ts';
import { LABEL_RECORD } from '../core/release/record.ts';
import type { Run } from './run.ts';

/** The refusal of a revision of which nothing is there, with the revisions that are. Two requests. */
export async function unknownRevision(run: Run, revision: string): Promise<GreenpathError> {
  const { app } = run.inputs;
  const objects = await released(run);
  const revisions = revisionsAmong(objects, app);
  if (revisions.length > 0)
    return new GreenpathError(
      'no-candidate',
      `there is no revision ${revision} of app ${app} ${there(revisions)}`,
      'Check the input revision, or run deploy-green for it first.',
    );
  const apps = [...new Set(objects.flatMap((one) => label(one, LABEL_APP) ?? []))];
  const near = nearest(app, apps);
  return new GreenpathError(
    'no-candidate',
    `there is no revision ${revision} of app ${app}, nor any other in namespace ${run.api.namespace} ${there(apps, 'apps there')}`,
    `${near === undefined ? '' : `Did you mean app ${near}? `}Check the inputs app and namespace, or run deploy-green first.`,
  );
}

/** The revisions of the app that are there, the newest first. Two requests. */
export async function presentRevisions(run: Run): Promise<string[]> {
  return revisionsAmong(await released(run), run.inputs.app);
}

/** The records and Services of all apps. */
async function released({ api }: Run): Promise<KubeObject[]> {
  const lists = await Promise.all([
    api.list<KubeObject>(KIND.ConfigMap, `${LABEL_RECORD}=true`),
    api.list<KubeObject>(KIND.Service, LABEL_APP),
  ]);
  return lists.flat();
}

/** The revisions of an app that these objects belong to, the newest first. */
export function revisionsAmong(objects: readonly KubeObject[], app: string): string[] {
  const own = objects.filter((one) => label(one, LABEL_APP) === app);
  return [...new Set(own.toSorted(newestFirst).flatMap((one) => label(one, LABEL_REVISION) ?? []))];
}
