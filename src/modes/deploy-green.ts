import { witnessOf } from '../checks/identity.ts';
import { urlOf } from '../checks/probe.ts';
import { proofText, prove } from '../checks/proof.ts';
import { KIND } from '../cluster/kinds.ts';
import { waitForStack } from '../cluster/rollout.ts';
import { routeFaults } from '../core/classic-faults.ts';
import { GreenpathError, type Problem } from '../core/error.ts';
import { type Ingress, type KubeObject, nameOf } from '../core/objects.ts';
import { readRelease, recordName } from '../core/record.ts';
import type { Stack } from '../core/stack.ts';
import { applyStack, dryRun } from './apply.ts';
import { findMissing, readStack, refuseCollisions, refuseOtherCandidate, twinOf } from './candidate.ts';
import { type OwnRoutes, planOwnRoutes, writeOwnRoutes } from './own-routes.ts';
import { routeSettings } from './release-record.ts';
import type { Run } from './run.ts';
import { planShared, type SharedChange } from './shared.ts';
import { classicForm, frontsFor, readNamespace, requireRoute, type Situation, situate, tellLive } from './situation.ts';

/** Starts the candidate beside the live stack and makes it reachable below the preview path; docs/design.md sections 3 and 4. */
export async function deployGreen(run: Run): Promise<void> {
  const { inputs, report } = run;
  const { stack, faults } = readStack(run);
  const namespace = await readNamespace(run);
  refuseClassicForm(namespace.route, [...faults, ...(await findMissing(run, stack))]);
  const read = requireRoute(run, namespace);
  const situation = situate(run, read, twinOf(stack), routeSettings(inputs.config));
  report.line(`Live: ${run.known.visitors}`);
  if (situation.live.service === stack.service.metadata.name) return alreadyLive(run, stack, situation);
  refuseOtherCandidate(run, situation);
  refuseCollisions(stack, situation);

  const routes = planOwnRoutes(run, situation, stack.service.metadata.name);
  const shared = await planShared(run, stack, situation);
  const versions = await dryRun(run, stack, shared, routes);
  if (inputs.dryRun) return tellPlan(run, stack, shared, routes);

  const applied = await applyStack(run, stack, shared, versions);
  await waitUntilReady(run, stack, applied);
  await writeOwnRoutes(run, routes, versions);
  await provePreview(run, situation);
  run.known.outputs.state = 'candidate';
  report.line(`Candidate ${inputs.revision} answers at ${run.known.outputs.previewUrl}; ${run.known.visitors}`);
}

/** All faults of the printed example in one answer, wherever its Ingress is: in the cluster, in the manifests, or nowhere. */
function refuseClassicForm(route: Ingress | undefined, faults: readonly Problem[]): void {
  const printed = route === undefined ? [] : routeFaults(route);
  const more = printed.filter((text) => !faults.some((fault) => fault.text === text)).map((text) => ({ text }));
  if (faults.length > 0) throw classicForm([...faults, ...more]);
}

async function alreadyLive(run: Run, stack: Stack, situation: Situation): Promise<void> {
  const { app, revision } = run.inputs;
  const record = await run.api.get<KubeObject>({ kind: KIND.ConfigMap, name: recordName(app, revision) });
  const release = record && readRelease(record, app, revision);
  if (release !== undefined && release.digest !== stack.digest) {
    throw new GreenpathError(
      'already-live',
      `revision ${revision} is live with other content than these manifests`,
      'Release other content under a revision of its own.',
    );
  }
  tellLive(run, situation);
}

function tellPlan(run: Run, stack: Stack, shared: readonly SharedChange[], routes: OwnRoutes): void {
  const names = [
    ...stack.own.map(({ object }) => nameOf(object)),
    ...shared.map((change) => change.text),
    `Ingress ${routes.parking.metadata.name}`,
  ];
  const preview =
    routes.preview.form === 'split' ? nameOf(routes.preview.object) : `the preview path in Ingress ${run.inputs.route}`;
  run.report.line(`Dry run: nothing was written. It would apply ${[...names, preview].join(', ')}.`);
}

async function waitUntilReady(run: Run, stack: Stack, applied: readonly KubeObject[]): Promise<void> {
  const start = performance.now();
  const request = {
    revision: run.inputs.revision,
    revisionLabel: run.inputs.config['revision-label'],
    deployments: applied.filter((object) => object.kind === 'Deployment'),
    service: stack.service,
  };
  await waitForStack(
    run.transport,
    run.api,
    request,
    (now, trouble) => {
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      run.report.line(
        `${now.available} of ${now.wanted} available, ${now.endpoints} in the endpoints (${seconds} s)${trouble ? `: ${trouble.text}` : ''}`,
      );
    },
    run.signal,
  );
}

async function provePreview(run: Run, situation: Situation): Promise<void> {
  const { config, revision } = run.inputs;
  const fronts = await frontsFor(run, situation);
  const [first] = fronts;
  const prefix = config.preview.path;
  run.known.outputs.previewUrl = first ? urlOf(first, `${prefix}/`) : '';
  if (config.proof === 'off') return run.report.warning('proof is off: nobody looked whether the preview answers');
  const witness = witnessOf(config, revision, undefined);
  const settle = witness.proof === 'none' ? (config.proof.settle ?? situation.dialect.settle) : 0;
  const result = await prove(
    { fronts, prefix, witness, answers: 3, since: performance.now(), settle, within: config.proof.within },
    run.signal,
  );
  run.known.outputs.proof = witness.proof;
  if (result.proven) return run.report.line(`The preview answers: ${proofText(result)}`);
  throw new GreenpathError(
    'proof-failed',
    `green is ready, but the preview does not answer from it: ${result.complaint ?? 'no answer'}`,
    'Check that the runner reaches the proxy (input addresses), and the check and identity settings in the config; then run deploy-green again.',
  );
}
