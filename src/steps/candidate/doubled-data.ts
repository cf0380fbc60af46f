import { GreenpathError, type Problem } from '../../core/base/error.ts';
import { objectAt } from '../../core/base/json.ts';
import { whySingle } from '../../core/colouring/single-instance.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { keyAt, keyOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import { mountedClaims, writtenClaims } from '../../core/kube/volumes.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import { doubledFaults, forgottenFaults, nodePathDoubts } from '../../core/release/doubled-data.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';

/**
 * Refuses Deployments that must not run twice at once, as they would beside the live version: by name and with a
 * solution, at the first release and at every other. One request for each claim that the manifests do not hold.
 */
export async function refuseDoubled(run: Run, stack: Stack, situation: Situation): Promise<void> {
  const deployments = stack.own.filter(({ object }) => object.kind === 'Deployment');
  const modes = await accessModes(run, stack, [...deployments, ...stack.shared]);
  const modesOf = (claim: string) => modes.get(claim) ?? [];
  const problems = doubledFaults(stack, basesOf(situation), modesOf);
  problems.push(...forgottenFaults(stack, situation.services), ...(await secondUsers(run, stack, modesOf)));
  if (problems.length > 0) throw doubledError(problems);
}

/** The refusal of parts that would run twice. */
export function doubledError(problems: readonly Problem[]): GreenpathError {
  return new GreenpathError(
    'manifest',
    'parts with state would run twice at the same time',
    'Each problem names a solution. Apply it, then run the step again.',
    { problems },
  );
}

/**
 * Warns of possible state on the nodes. It does not refuse, since a cache or a log collector writes there in the same
 * way.
 */
export function tellNodePaths(run: Run, stack: Stack, situation: Situation): void {
  for (const { text } of nodePathDoubts(stack, basesOf(situation))) run.report.warning(text);
}

function basesOf({ rules }: Situation): ReadonlySet<string> {
  return new Set(rules.map((rule) => rule.baseName));
}

/**
 * A shared object is created beside whatever already writes to its claim, such as a version that was released before it
 * was shared.
 */
async function secondUsers(
  run: Run,
  { shared }: Stack,
  modesOf: (claim: string) => readonly string[],
): Promise<Problem[]> {
  const narrow = ({ object }: Manifest) =>
    object.kind === 'Deployment' && whySingle(object, modesOf) !== undefined ? writtenClaims(object) : [];
  if (shared.flatMap(narrow).length === 0) return [];
  const present = await run.api.list<KubeObject>(KIND.Deployment);
  return shared.flatMap((manifest): Problem[] => {
    const { object, place } = manifest;
    if (present.some((one) => one.metadata.name === object.metadata.name)) return [];
    const claims = narrow(manifest);
    const other = present.find(
      (one) => replicasOf(one) > 0 && writtenClaims(one).some((name) => claims.includes(name)),
    );
    if (other === undefined) return [];
    const text = `${nameOf(object)} would be created beside ${nameOf(other)}, which writes to PersistentVolumeClaim ${claims.join(', ')} now: leave it out of \`manifests\` as long as that one runs, or scale that one to 0 first`;
    return [{ text, place }];
  });
}

/** The access modes of the workloads' claims, from the manifests, else from the namespace. */
async function accessModes(run: Run, { shared }: Stack, users: readonly Manifest[]): Promise<Map<string, string[]>> {
  const kind = KIND.PersistentVolumeClaim;
  const names = new Set(users.flatMap(({ object }) => mountedClaims(object).map((claim) => claim.name)));
  const modes = [...names].map(async (name): Promise<[string, string[]]> => {
    const given = shared.find(({ object }) => keyOf(object) === keyAt(kind, name))?.object;
    const claim = given ?? (await run.api.get<KubeObject>({ kind, name }));
    const listed = objectAt(claim, 'spec').accessModes;
    return [name, Array.isArray(listed) ? listed.map(String) : []];
  });
  return new Map(await Promise.all(modes));
}
