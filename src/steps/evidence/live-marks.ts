import type { Config } from '../../core/base/config.ts';
import { type VersionProbe, versionProbeFor } from '../../core/checks/version-probe.ts';
import { routeText } from '../../core/release/route.ts';
import { markFor } from '../../core/release/router-mark.ts';
import type { LiveRoute } from '../../state/live-route.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';

/*
 * With `identity: router`, a switch makes the live rules name where they lead. Rules that no such switch has written, or
 * that somebody has changed since, name nothing or another version: their answers then say nothing of who gave them.
 */

/** How live answers name the live `revision` now; undefined if the router does not name it. */
export function liveIdentity(
  { identity }: Pick<Config, 'identity'>,
  { routes }: Pick<Situation, 'routes'>,
  revision: string,
): Config['identity'] {
  const mark = markFor({ identity }, revision);
  if (mark.value === undefined) return identity;
  const isNamed = routes.every((route) => marksOf(route, mark.name).every((value) => value === revision));
  return isNamed ? identity : undefined;
}

/**
 * The probe for a switch to `revision`, or one that recognises nobody if rules that do not lead there name it already:
 * then a proxy that has not applied the switch names it too. Nor does anybody name it where the router cannot.
 */
export function unlessNamed(
  run: Run,
  config: Config,
  { routes }: Pick<Situation, 'routes'>,
  revision: string,
  versionProbe: VersionProbe,
): VersionProbe {
  const mark = markFor(config, revision);
  if (mark.value === undefined) return versionProbe;
  const withoutWho = versionProbeFor({ ...config, identity: undefined }, revision);
  const unmarkable = routes.find(({ adapter }) => adapter.mark === undefined);
  if (unmarkable !== undefined) {
    run.report.warning(
      `identity: router is not possible for ${routeText(unmarkable.ref)}, so answers will not show which version gives them (proof: none).`,
    );
    return withoutWho;
  }
  const stale = routes.find(
    (route) => route.exists && route.revision !== revision && marksOf(route, mark.name).includes(mark.value),
  );
  if (stale === undefined) return versionProbe;
  run.report.warning(
    `${routeText(stale.ref)} names ${revision} in its answers already (header ${mark.name}), although it does not lead there: somebody changed its backends and left the header. So answers will not show whether proxies have applied this switch (proof: none).`,
  );
  return withoutWho;
}

function marksOf({ adapter, object, rules }: LiveRoute, name: string): (string | undefined)[] {
  return adapter.marksOf?.(object, rules, name) ?? [undefined];
}
