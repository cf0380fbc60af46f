import type { Endpoint } from '../../src/proof/probe.ts';
import type { Endpoints } from '../../src/proof/ways.ts';

/** Endpoints that stay as they are. */
export function fixed(...endpoints: readonly Endpoint[]): Endpoints {
  return { now: endpoints, again: () => Promise.resolve(endpoints) };
}
