import { GreenpathError } from '../core/base/error.ts';
import { nameOf } from '../core/kube/objects.ts';
import type { Route } from './route-kind.ts';

/** What makes it certain which version answers, as a sentence. */
export function identityAdvice(routes: readonly Pick<Route, 'adapter'>[]): string {
  const canMark = routes.every(({ adapter }) => adapter.mark !== undefined);
  return `Set identity in the config${canMark ? ' (identity: router needs nothing of the application)' : ''}.`;
}

/** Refuses `identity: router` for a live route whose router cannot mark answers in the write that moves visitors. */
export function refuseUnmarkable(routes: readonly Pick<Route, 'adapter' | 'object'>[]): void {
  const found = routes.find(({ adapter }) => adapter.mark === undefined);
  if (found === undefined) return;
  throw new GreenpathError(
    'route',
    `identity: router is not possible for ${nameOf(found.object)}: ${found.adapter.unmarkable ?? 'its router cannot set a header in the write that moves visitors'}`,
    'Let the application name its revision (identity: {header: X-Revision}), or set no identity, so that verify searches for a difference.',
  );
}
