import type { Ways } from '../../src/core/base/ways.ts';
import type { Surroundings } from '../../src/routes/route-hosts.ts';
import type { PlannedFor, Route } from '../../src/routes/route-kind.ts';
import { NO_WAYS } from '../core/support.ts';

/** The live routes of an app, beside those of others. */
export function among(
  routes: readonly PlannedFor[],
  ways: Partial<Ways> = {},
  others: readonly Route[] = [],
): Surroundings {
  return { routes, allRoutes: [...routes, ...others], ways: { ...NO_WAYS, ...ways } };
}
