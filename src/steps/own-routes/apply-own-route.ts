import type { Api } from '../../cluster/api.ts';
import { type KubeObject, LABEL_APP } from '../../core/kube/objects.ts';
import { adapterOf } from '../../routes/registry.ts';

const REQUIRED =
  'If a policy requires something, add it with `preview: {annotations: {…}}` or `parking: {annotations: {…}}` in the config.';
const EXCEPTION = 'Otherwise ask for an exception for routes labelled greenpath.dev/app.';

/** Applies an object of the preview or of parking of `app`. */
export function applyOwnRoute(api: Api, app: string, object: KubeObject): Promise<KubeObject> {
  const ifDenied = [REQUIRED, adapterOf(object)?.ifOneForEachHost, EXCEPTION]
    .filter((text) => text !== undefined)
    .join(' ');
  return api.apply(object, [LABEL_APP, app], ifDenied);
}
