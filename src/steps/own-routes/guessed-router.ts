import { GreenpathError } from '../../core/base/error.ts';
import { routeText } from '../../core/release/route.ts';
import type { LiveRoute } from '../../state/live-route.ts';

type Served = Pick<LiveRoute, 'ref' | 'router' | 'routerBy'>;

/** Whether only the name of its class says which router serves a route. */
export function isGuessed({ routerBy }: Pick<Served, 'routerBy'>): boolean {
  return routerBy === 'name';
}

/** What is known of a guessed router, as a clause. */
export function guessText({ ref, router }: Served): string {
  return `only the name of its class suggests that ${routeText(ref)} is served by the router ${router.name}`;
}

/** What shows which router it is. `settings`: those of the config that say enough. */
export function wayToKnow(settings = '`router`'): string {
  return `Let the account read which controller serves that class (docs/role.yaml has the ClusterRole as a comment), or set ${settings} in the config`;
}

/** Refuses a router that is only guessed where nothing is asked that would show it; throws `route`. */
export function refuseGuess(routes: readonly Served[]): void {
  const guessed = routes.find(isGuessed);
  if (guessed === undefined) return;
  throw new GreenpathError(
    'route',
    `${guessText(guessed)}, and with proof: off no answer shows it. One that reads other annotations would neither close parking nor protect the preview`,
    `${wayToKnow()}.`,
  );
}
