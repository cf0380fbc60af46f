import type { Api } from '../../cluster/api.ts';
import { type KubeObject, LABEL_APP } from '../../core/kube/objects.ts';

const REQUIRED =
  'If a policy requires something, add it with `preview: {annotations: {…}}` or `parking: {annotations: {…}}` in the config.';
const EXCEPTION = 'Otherwise ask for an exception for routes labelled greenpath.dev/app.';

/** What helps where a policy allows one route for each host. */
const ONE_FOR_EACH_HOST: Readonly<Record<string, string>> = {
  Ingress:
    'If it allows one route for each host, set a host for the preview (`preview: {host: green.example.com}`); or, with the router nginx, let the live Ingress strip paths itself (the classic form, docs/classic-form.md), since the preview is then inside it.',
  HTTPRoute:
    'If it allows one route for each host, let each rule of the live HTTPRoute name two Services with the weights 1 and 0, which needs no parking, and set a host for the preview (`preview: {host: green.example.com}`).',
};

/** Applies an object of the preview or of parking of `app`. */
export function applyOwnRoute(api: Api, app: string, object: KubeObject): Promise<KubeObject> {
  const ifDenied = [REQUIRED, ONE_FOR_EACH_HOST[object.kind] ?? '', EXCEPTION].filter((text) => text !== '').join(' ');
  return api.apply(object, [LABEL_APP, app], ifDenied);
}
