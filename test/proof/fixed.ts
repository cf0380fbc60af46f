import type { Endpoints } from '../../src/proof/followed-endpoints.ts';
import type { Endpoint } from '../../src/proof/probe.ts';

/** Endpoints that stay as they are. */
export function fixed(...endpoints: readonly Endpoint[]): Endpoints {
  return { current: endpoints, lookUp: () => Promise.resolve(endpoints) };
}
