import type { Programs } from './build.ts';
import { APPLICATIONS, type Build, COMPONENTS, HELPERS, KUBECTL, NAMES } from './builds.ts';
import type { ImageName, Images } from './images.ts';

/** What a cluster consists of. What it does not need is not built for it. */
export interface Parts {
  readonly builds: readonly Build[];
  readonly images: readonly ImageName[];
}

/** The parts of a cluster, built. */
export interface Built {
  readonly parts: Parts;
  readonly programs: Programs;
  readonly images: Images;
}

/** The demo's cluster: a data path and two versions of an application, but no names of Services and no kubectl. */
export const SMALL = {
  builds: [COMPONENTS, HELPERS],
  images: ['pause', 'bookworm', 'trixie'],
} as const satisfies Parts;

/** The cluster of the tests and benchmarks. */
export const WHOLE = {
  builds: [...SMALL.builds, KUBECTL, NAMES, APPLICATIONS],
  images: [...SMALL.images, 'app', 'shop', 'postgres', 'redis'],
} as const satisfies Parts;
