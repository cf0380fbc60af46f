import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This folder, and the one that holds everything that can be made again. */
export const SOURCE = dirname(fileURLToPath(import.meta.url));
const CACHE = join(SOURCE, '..', '.cache', 'cluster');

/** Where one cluster keeps its state, its logs and its kubeconfig. */
export function stateFolder(name: string): string {
  return join(CACHE, 'run', name);
}

/** Names of the clusters that have a state folder, running or not. */
export function knownClusters(): string[] {
  mkdirSync(join(CACHE, 'run'), { recursive: true });
  return readdirSync(join(CACHE, 'run'));
}

/**
 * The folder of what is built from `sources` (files relative to this folder) with these `settings`: another content is
 * another folder.
 */
export function cacheFolder(kind: string, sources: readonly string[], settings = ''): string {
  const hash = createHash('sha256').update(settings);
  for (const source of sources) hash.update(source).update(readFileSync(join(SOURCE, source)));
  return join(CACHE, `${kind}-${hash.digest('hex').slice(0, 12)}`);
}
