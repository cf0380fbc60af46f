import { GreenpathError } from '../core/base/error.ts';
import { listed } from '../core/base/plural.ts';
import type { Stack } from '../core/colouring/stack.ts';
import type { OfferedService } from '../core/kube/counterpart.ts';
import { isForSome, withoutPoint } from '../core/kube/foreign-hooks.ts';
import {
  ANNOTATION_ENTRY,
  annotation,
  LABEL_APP,
  label,
  nameOf,
  readyPods,
  type Service,
} from '../core/kube/objects.ts';
import { baseNameOf } from '../core/kube/revision-services.ts';
import { isSameRoute, sameAmong } from '../core/release/route.ts';
import { isOwnOfAny, isUnlabelledParking } from '../routes/own.ts';
import type { Namespace } from './namespace.ts';
import { situationIn } from './read-situation.ts';
import type { Run } from './run.ts';

/**
 * Whether nothing of the app is live, by the rule of the situation. It is asked before the manifests' routes are known,
 * and a live route that does not exist leads nowhere. If the others cannot be read the answer does not matter: the run
 * is refused for that reason.
 */
export function isFirstRelease(
  { inputs: { app, addresses, config, routes }, api }: Run,
  namespace: Namespace,
  counterparts: readonly OfferedService[],
): boolean {
  const found = routes.flatMap((ref) => {
    const route = sameAmong(namespace.allRoutes, { ref });
    return route === undefined ? [] : [{ ...route, exists: true }];
  });
  if (found.length === 0) return true;
  try {
    const reading = { app, namespace: api.namespace, addresses };
    return situationIn({ ...namespace, found }, { counterparts, config }, reading).revision === undefined;
  } catch (error) {
    if (error instanceof GreenpathError) return false;
    throw error;
  }
}

/**
 * Refuses hooks that only a first release runs, such as one that fills an empty database, if the application runs
 * although no live route leads to it.
 */
export function refuseInstalling(run: Run, { own, counterparts }: Stack, namespace: Namespace): void {
  const jobs = own.filter(({ object }) => isForSome(withoutPoint(object)));
  const signs = jobs.length === 0 ? [] : signsOfLife(run, counterparts, namespace);
  if (signs.length === 0) return;
  const names = listed(
    jobs.map(({ given }) => given),
    'and',
  );
  const text = `${names} would run as in a first release, since no live route leads to this app, but ${listed(signs, 'and')}`;
  throw new GreenpathError(
    'manifest',
    text,
    'If the application runs already, name the route that its visitors use in the input `route`. If it does not, remove what is named. Or leave the Job out of `manifests`.',
    { problems: jobs.map(({ given, place }) => ({ text: `${given} runs in the first release only`, place })) },
  );
}

/** What shows that the application runs: another route that leads to it, or a plain Service of somebody else with pods. */
function signsOfLife(
  { inputs: { app, config, routes } }: Run,
  counterparts: readonly OfferedService[],
  { allRoutes, services, slices }: Namespace,
): string[] {
  const baseName = (one: Service) => baseNameOf(one.metadata.name, one, config['revision-label']);
  const isPart = (one: Service) => counterparts.some((offered) => offered.baseName === baseName(one));
  const parts = services.filter((one) => (label(one, LABEL_APP) ?? app) === app && isPart(one));
  const led = allRoutes
    .filter(({ ref, object }) => !routes.some((one) => isSameRoute(one, ref)) && !isOwnOfAny(object))
    .filter(({ object }) => !isUnlabelledParking(object, app))
    .flatMap(({ object, paths }) => {
      const part = parts.find((one) => paths.some(({ service }) => service === one.metadata.name));
      return part === undefined ? [] : [`${nameOf(object)} leads to ${nameOf(part)}`];
    });
  const isForeign = (one: Service) =>
    label(one, LABEL_APP) === undefined && annotation(one, ANNOTATION_ENTRY) === undefined;
  const running = parts.filter(
    (one) => isForeign(one) && baseName(one) === one.metadata.name && readyPods(slices, one.metadata.name).length > 0,
  );
  return [...led, ...running.map((one) => `${nameOf(one)} has ready pods`)];
}
