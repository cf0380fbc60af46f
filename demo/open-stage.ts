import { openEmbedded } from './embedded.ts';
import type { Options } from './options.ts';
import { openOwnCluster } from './own-cluster.ts';
import type { Stage, Surroundings } from './stage.ts';

/** Starts the embedded cluster, or prepares a namespace in the user's. */
export function openStage(options: Options, surroundings: Surroundings): Promise<Stage> {
  return options.usesOwnCluster ? openOwnCluster(options, surroundings) : openEmbedded(options, surroundings);
}
