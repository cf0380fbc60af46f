import { messageOf } from '../../core/base/error.ts';
import { ADOPTED } from '../../core/base/revision.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { keyOf, kindOf } from '../../core/kube/identity.ts';
import type { KindRow } from '../../core/kube/kind-row.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, LABEL_REVISION, label, stackSelector } from '../../core/kube/objects.ts';
import { secretTexts } from '../../core/kube/secret-values.ts';
import { imagePairs, type Side, twinsOf } from '../../core/kube/twins.ts';
import { type Commit, commitIn } from '../../core/release/commit.ts';
import { LABEL_RECORD, readRelease } from '../../core/release/record.ts';
import { deploymentsBehind } from '../../state/deployments-behind.ts';
import type { DryRunResult, Run } from '../../state/run.ts';
import { liveServices, type Situation } from '../../state/situation.ts';

/** The candidate, as it is compared with what is live. */
interface Candidate extends Side {
  readonly commit: Commit | undefined;
}

/** The kinds that are not listed: what Secrets hold is shown nowhere, Services were read, and hooks are done. */
const UNLISTED: readonly KindRow[] = [KIND.Secret, KIND.Service, KIND.Job];

/**
 * Reports how the candidate differs from what is live, for the person who approves it: one request for each kind that
 * it consists of, and one for the record. It is only for people, so that nothing fails if the server does not answer.
 */
export async function compareWithLive(run: Run, situation: Situation, candidate: Candidate): Promise<void> {
  const live = await readLive(run, situation, candidate).catch((error: unknown) => {
    run.report.line(`${candidate.revision} is not compared with what is live: ${messageOf(error)}`);
    return undefined;
  });
  if (live === undefined) return;
  // What only the live version shows is not taken for public: the candidate may have moved it into a Secret.
  run.report.hide(secretTexts([...live.objects, ...candidate.objects]));
  const { revision, commit } = candidate;
  run.report.compare({
    live: { revision: live.revision, commit: live.commit },
    candidate: { revision, commit },
    images: imagePairs(live, candidate),
    twins: twinsOf(live, candidate),
  });
}

/** The same for a candidate that is planned. */
export async function comparePlanned(
  run: Run,
  situation: Situation,
  { own }: Stack,
  tried: ReadonlyMap<string, DryRunResult>,
): Promise<void> {
  const objects = own.flatMap(({ object }) => tried.get(keyOf(object))?.answer ?? []);
  await compareWithLive(run, situation, { revision: run.inputs.revision, objects, commit: run.commit });
}

/** The live stack, without its Secrets. Of one that Greenpath did not create, only Services and their Deployments. */
async function readLive(run: Run, situation: Situation, { objects }: Side): Promise<Candidate> {
  const { revision, services: names } = liveServices(situation);
  const named = new Set(Object.values(names));
  const services = situation.services.filter(({ metadata }) => named.has(metadata.name));
  const isCreated = revision !== ADOPTED && services.some((one) => label(one, LABEL_REVISION) === revision);
  if (!isCreated) {
    const deployments = services.length === 0 ? [] : await deploymentsBehind(run, services);
    return { revision, objects: [...services, ...deployments], commit: undefined };
  }
  const labels = stackSelector(run.inputs.app, revision);
  const kinds = new Set([KIND.ConfigMap, KIND.Deployment, ...objects.flatMap((one) => kindOf(one) ?? [])]);
  for (const kind of UNLISTED) kinds.delete(kind);
  const lists = await Promise.all([...kinds].map((kind) => run.api.list<KubeObject>(kind, labels)));
  const found = lists.flat();
  const record = found.find((one) => label(one, LABEL_RECORD) !== undefined);
  const release = record && readRelease(record, run.inputs.app, revision);
  return {
    revision,
    objects: [...services, ...found.filter((one) => one !== record)],
    commit: commitIn(release?.commit),
  };
}
