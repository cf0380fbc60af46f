import type { Config } from '../../core/base/config.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { readyPods } from '../../core/kube/objects.ts';
import type { RevisionServices } from '../../core/kube/revision-services.ts';
import type { Canary } from '../../routes/canary.ts';
import { type Namespace, readNamespace } from '../../state/namespace.ts';
import { groupsOf } from '../../state/routers.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';

/** The canaries that take visitors of the live paths elsewhere once these name `to`. */
function activeCanaries(situation: Situation, to: RevisionServices): Canary[] {
  const { services, slices } = situation;
  // Routers ignore a canary without pods; what a Service without a selector points at is not visible here.
  const answers = (name: string) =>
    services.some(({ metadata, spec }) => metadata.name === name && spec.selector === undefined) ||
    readyPods(slices, name).length > 0;
  const all = groupsOf(situation).flatMap(({ router, ...group }) => router.canaries({ ...group, to }));
  return all.filter(({ service }) => answers(service));
}

/** The consequence of a canary for the mode that switches visitors next, if that needs a proof. */
const CONSEQUENCE = {
  promote: 'promote will refuse while it does, since the switch could not be proven',
  rollback: 'rollback continues, but its proof most likely fails (proof-failed) until it takes none',
} as const;

/** Warns of canaries: they keep their share of visitors, and answers then come from several versions. */
export function tellCanaries(
  run: Run,
  situation: Situation,
  to: RevisionServices,
  { proof }: Config,
  next: keyof typeof CONSEQUENCE,
): void {
  const then =
    proof === 'off' ? 'It continues after the switch, and nothing will check (proof: off)' : CONSEQUENCE[next];
  for (const canary of activeCanaries(situation, to)) run.report.warning(`${canaryText(canary)}. ${then}`);
}

/** Refuses a switch that no answers could prove, since a canary gives part of them. */
export function refuseCanaries(run: Run, situation: Situation, to: RevisionServices, config: Config): void {
  if (config.proof === 'off') return tellCanaries(run, situation, to, config, 'promote');
  const [canary] = activeCanaries(situation, to);
  if (canary === undefined) return;
  throw new GreenpathError(
    'proof-impossible',
    `${canaryText(canary)}, after a switch too: not all answers would be green's, so the switch could not be proven`,
    `${canary.end}, then run promote again. A canary by header or cookie alone may stay. \`proof: off\` in the config skips the proof, with a warning.`,
  );
}

/**
 * The canary that may have given answers at the live URLs other than those of `to`: somebody may have created it since
 * the namespace was read. Undefined if there is none, or if it is not known.
 */
export async function canaryBehind(run: Run, situation: Situation, to: RevisionServices): Promise<Canary | undefined> {
  const now = await readNamespace(run).catch((): Partial<Namespace> => ({ allRoutes: [] }));
  return activeCanaries({ ...situation, ...now }, to)[0];
}

/** What a canary does, as a sentence without its end. */
function canaryText({ route, place, service, percent }: Canary): string {
  return `${route} is a canary of ${place} and takes ${percent} % of its visitors to Service ${service}`;
}

/** The sentence that names a canary after another one, if there is one. */
export function becauseOf(canary: Canary | undefined): string {
  return canary === undefined ? '' : `. ${canaryText(canary)}`;
}
