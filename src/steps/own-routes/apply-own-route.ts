import type { Api } from '../../cluster/api.ts';
import { type KubeObject, LABEL_APP } from '../../core/kube/objects.ts';

const IF_DENIED =
  'If a policy requires something, add it with `preview: {annotations: {…}}` or `parking: {annotations: {…}}` in the config. If it allows one route for each host, set a host for the preview (`preview: {host: green.example.com}`); or let the live Ingress strip paths itself (the classic form, docs/classic-form.md), since the preview is then inside it. Otherwise ask for an exception for routes labelled greenpath.dev/app.';

/** Applies an object of the preview or of parking of `app`. */
export function applyOwnRoute(api: Api, app: string, object: KubeObject): Promise<KubeObject> {
  return api.apply(object, [LABEL_APP, app], IF_DENIED);
}
