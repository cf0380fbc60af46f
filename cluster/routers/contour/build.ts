import type { Build } from '../../builds.ts';
import type { GoModule } from '../router.ts';

export const CONTOUR_VERSION = '1.33.8';

/** Contour's module, which holds its CRDs too. */
export const CONTOUR_MODULE: GoModule = {
  path: 'github.com/projectcontour/contour',
  requiredBy: 'modules/contour',
};

export const CONTOUR_BUILD: Build = {
  name: 'contour',
  title: 'Contour',
  module: CONTOUR_MODULE.requiredBy,
  sources: [],
  packages: ['github.com/projectcontour/contour/cmd/contour'],
};
