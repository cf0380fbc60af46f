import type { Build } from '../../builds.ts';
import type { GoModule } from '../router.ts';

const VERSION = '1.11.0';

/** The newest version of ingress-nginx that is a Go module. It has known holes: it serves the tests only. */
export const INGRESS_NGINX_VERSION = VERSION;

/** The module, which holds the template of nginx's configuration and the controller's Lua files too. */
export const INGRESS_NGINX_MODULE: GoModule = { path: 'k8s.io/ingress-nginx', requiredBy: 'modules/ingress-nginx' };

/** The controller. Its command is called `nginx`. */
export const INGRESS_NGINX_BUILD: Build = {
  name: 'ingress-nginx',
  title: `ingress-nginx ${VERSION}`,
  module: INGRESS_NGINX_MODULE.requiredBy,
  sources: [],
  packages: ['k8s.io/ingress-nginx/cmd/nginx'],
  variables: { 'k8s.io/ingress-nginx/version.RELEASE': `v${VERSION}` },
};
