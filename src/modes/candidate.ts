import { KIND } from '../cluster/kinds.ts';
import { manifestFaults, missingText } from '../core/classic-faults.ts';
import { GreenpathError, type Problem } from '../core/error.ts';
import type { Twin } from '../core/live.ts';
import { parseManifests } from '../core/manifests.ts';
import { LABEL_APP, LABEL_REVISION, label, nameOf, type Service, selects } from '../core/objects.ts';
import { buildStack, outsideReferences, podLabels, type Stack } from '../core/stack.ts';
import type { Run } from './run.ts';
import { previewedService } from './shown.ts';
import { classicForm, type Situation } from './situation.ts';

/** Reads the manifests into a stack, with the printed example's faults if that is what they are; throws everything else that is wrong. */
export function readStack(run: Run): { stack: Stack; faults: Problem[] } {
  const { inputs } = run;
  const { manifests, problems } = parseManifests(inputs.files);
  if (problems.length > 0)
    throw new GreenpathError('manifest', 'the manifests cannot be read', 'Mend the files at the places named.', {
      problems,
    });
  const faults = manifestFaults(manifests);
  const ids = {
    app: inputs.app,
    revision: inputs.revision,
    namespace: run.api.namespace,
    revisionLabel: inputs.config['revision-label'],
  };
  const built = buildStack(manifests, inputs.images, ids);
  if ('stack' in built) {
    for (const notice of built.stack.notices) run.report.line(notice);
    return { stack: built.stack, faults };
  }
  if (faults.length > 0)
    throw classicForm([
      ...faults,
      ...built.problems.filter(
        (problem) =>
          !faults.some(
            (fault) => fault.place?.line === problem.place?.line && fault.place?.file === problem.place?.file,
          ),
      ),
    ]);
  throw new GreenpathError(
    'manifest',
    'the manifests cannot be released as they are',
    'Mend the files at the places named.',
    { problems: built.problems },
  );
}

/** What the stack offers to a route. */
export function twinOf(stack: Stack): Twin {
  const ports = (stack.service.spec.ports ?? []).map((port) => ({
    number: port.port,
    ...(port.name === undefined ? {} : { name: port.name }),
  }));
  return { service: stack.service.metadata.name, base: stack.base, ports };
}

/** Objects that the pods need and that exist neither in the manifests nor in the namespace: one request each. */
export async function findMissing(run: Run, stack: Stack): Promise<Problem[]> {
  const found = await Promise.all(
    outsideReferences(stack).map(async ({ manifest, kind, name }) => {
      const known = Object.values(KIND).find((one) => one.kind === kind);
      const exists = known === undefined || (await run.api.get({ kind: known, name })) !== undefined;
      return exists ? [] : [{ text: missingText(manifest.object, kind, name), place: manifest.place }];
    }),
  );
  return found.flat();
}

/**
 * One candidate an app: a second one would take over the first one's preview while somebody may be about to approve it.
 * With `supersede` it may, and the revision that goes is returned.
 */
export function otherCandidate(run: Run, situation: Situation): string | undefined {
  const name = previewedService(run, situation);
  const service = situation.services.find((one) => one.metadata.name === name);
  const other = service && label(service, LABEL_APP) === run.inputs.app ? label(service, LABEL_REVISION) : undefined;
  if (other === undefined || other === run.inputs.revision || name === situation.live.service) return undefined;
  if (run.inputs.supersede) return other;
  throw new GreenpathError(
    'candidate-exists',
    `revision ${other} is the candidate of app ${run.inputs.app} and waits to be promoted`,
    `Promote it, remove it with mode reject, or set supersede: true to have this revision take its place.`,
  );
}

/** Green's pods must not become endpoints of a Service that others use: they would get traffic before any check. */
export function refuseCollisions(stack: Stack, situation: Situation): void {
  const own = stack.service.metadata.name;
  const shared = stack.shared.flatMap(({ object }) => (object.kind === 'Service' ? [object as Service] : []));
  const others = [...situation.services, ...shared].filter((service) => service.metadata.name !== own);
  for (const { object, place } of stack.own) {
    if (object.kind !== 'Deployment') continue;
    const service = others.find((one) => selects(one.spec.selector ?? {}, podLabels(object)));
    if (service === undefined) continue;
    const live = service.metadata.name === situation.live.service ? ', which is live' : '';
    const text = `pods of ${nameOf(object)} would match the selector of Service ${service.metadata.name}${live}, and get its traffic before anybody verified them`;
    throw new GreenpathError(
      'selector-collision',
      text,
      'Add the revision to the pod labels of the version that is live and to the selector of that Service, so that the selector means one version only.',
      { problems: [{ text, place }] },
    );
  }
}
