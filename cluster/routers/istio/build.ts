import type { Build } from '../../builds.ts';
import type { GoModule } from '../router.ts';

export const ISTIO_VERSION = '1.31';

/** Istio's module, which holds its CRDs too. Only commits of it are Go modules: this one is of the branch of 1.31. */
export const ISTIO_MODULE: GoModule = { path: 'istio.io/istio', requiredBy: 'modules/istio' };

export const ISTIO_BUILD: Build = {
  name: 'istio',
  title: 'Istio',
  module: ISTIO_MODULE.requiredBy,
  sources: [],
  packages: ['istio.io/istio/pilot/cmd/pilot-discovery'],
};
