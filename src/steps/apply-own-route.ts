import type { Api } from '../cluster/api.ts';
import { type KubeObject, LABEL_APP } from '../core/kube/objects.ts';

const IF_DENIED =
  'Add what the policy requires with `preview: {annotations: {…}}` or `parking: {annotations: {…}}` in the config, or ask for an exception for routes labelled greenpath.dev/app.';

/** Applies an object of the preview or of parking of `app`. */
export function applyOwnRoute(api: Api, app: string, object: KubeObject): Promise<KubeObject> {
  return api.apply(object, [LABEL_APP, app], IF_DENIED);
}
