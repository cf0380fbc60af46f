import type { Build } from '../../builds.ts';
import type { GoModule } from '../router.ts';

export const ENVOY_GATEWAY_VERSION = '1.9.1';

/** Envoy Gateway's module, which holds its CRDs too. */
export const ENVOY_GATEWAY_MODULE: GoModule = {
  path: 'github.com/envoyproxy/gateway',
  requiredBy: 'modules/envoy-gateway',
};

export const ENVOY_GATEWAY_BUILD: Build = {
  name: 'envoy-gateway',
  title: 'Envoy Gateway',
  module: ENVOY_GATEWAY_MODULE.requiredBy,
  sources: [],
  packages: ['github.com/envoyproxy/gateway/cmd/envoy-gateway'],
};
