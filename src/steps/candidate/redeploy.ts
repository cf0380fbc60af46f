import { GreenpathError } from '../../core/base/error.ts';
import { withOwnNames } from '../../core/colouring/plain-names.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { differingFields, overlaid } from '../../core/kube/differing-fields.ts';
import { keyIn, keyOf, nameAt } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import {
  ANNOTATION_CONTENT,
  annotation,
  type KubeObject,
  LABEL_APP,
  LABEL_REVISION,
  label,
  nameOf,
} from '../../core/kube/objects.ts';
import {
  again,
  type Content,
  type ContentDifference,
  isOtherContent,
  mustCompareSecrets,
} from '../../core/release/redeploy.ts';
import type { StackRole } from '../../core/release/stack-role.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import { roleIn } from '../../state/role.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { inParallel } from '../objects/in-parallel.ts';
import { asDeployed } from './candidate.ts';
import { plainNamesFor } from './plain-names.ts';

/** What to do with a revision that may exist already, and its role; throws if it must not change. */
export async function redeployed(
  run: Run,
  stack: Stack,
  situation: Situation,
  releaseRecord: ReleaseRecord | undefined,
): Promise<{ outcome: ReturnType<typeof again>; role: StackRole; content: Content }> {
  const { revision, app } = run.inputs;
  const names = new Set(stack.services.map((service) => service.metadata.name));
  const own = situation.services.filter((one) => names.has(one.metadata.name) && label(one, LABEL_APP) === app);
  const other = own.find((one) => (label(one, LABEL_REVISION) ?? revision) !== revision);
  if (other !== undefined) {
    throw new GreenpathError(
      'manifest',
      `revision ${revision} would use the names of revision ${label(other, LABEL_REVISION)}, such as Service ${other.metadata.name}`,
      'Choose a revision that differs from it in more than dots and dashes.',
    );
  }
  const known = releaseRecord?.release.digest ?? own.flatMap((one) => annotation(one, ANNOTATION_CONTENT) ?? [])[0];
  const role = roleIn(situation, revision, releaseRecord);
  const noted = known === undefined ? 'unknown' : known === stack.digest ? 'same' : 'other';
  const content: Content = mustCompareSecrets(role, noted) && (await hasOtherSecrets(run, stack)) ? 'other' : noted;
  const told = isOtherContent(role, content) ? await otherContent(run, stack, situation, releaseRecord) : undefined;
  const outcome = again(revision, role, content, told);
  if (outcome === 'void' && releaseRecord?.stamp !== undefined) {
    run.report.warning(`revision ${revision} was verified with other content: it must be verified again`);
  }
  return { outcome, role, content };
}

/** Whether a Secret of the revision would get other content. A missing one is created again. */
async function hasOtherSecrets(run: Run, { own }: Stack): Promise<boolean> {
  const secrets = own.filter(({ object }) => object.kind === 'Secret');
  const changed = await inParallel(secrets, async ({ object }) => {
    const present = await run.api.get<KubeObject>({ kind: KIND.Secret, name: object.metadata.name });
    return present !== undefined && (await fieldsOf(run, object, present)).length > 0;
  });
  return changed.includes(true);
}

/**
 * How the manifests differ from the existing revision, which must not change: two requests for each object, Secrets
 * included.
 */
async function otherContent(
  run: Run,
  plain: Stack,
  situation: Situation,
  releaseRecord: ReleaseRecord | undefined,
): Promise<ContentDifference> {
  const { own } = await asDeployed(run, plain, situation);
  const names = plainNamesFor(run, plain, situation);
  const changed = await inParallel(own, ({ object }) => changeOf(run, withOwnNames(object, names, names.known)));
  const keys = new Set(own.map(({ object }) => keyOf(object)));
  const before = (releaseRecord?.release.objects ?? []).map(keyIn);
  const gone = before.filter((key) => !keys.has(key)).map((key) => `${nameAt(key)} (not in the manifests)`);
  return {
    differences: [...changed.flat(), ...gone],
    rendered: run.inputs.sources.some(({ kind }) => kind === 'chart'),
  };
}

async function changeOf(run: Run, object: KubeObject): Promise<string[]> {
  const { name } = object.metadata;
  const present = await run.api.get<KubeObject>({ kind: await run.api.kind(object), name });
  if (present === undefined) return [`${nameOf(object)} (not there)`];
  const fields = await fieldsOf(run, object, present);
  return fields.length === 0 ? [] : [`${nameOf(object)} (${fields.join(', ')})`];
}

/** The fields in which an existing object would change. */
async function fieldsOf(run: Run, object: KubeObject, present: KubeObject): Promise<string[]> {
  return differingFields(present, await asStored(run, object, present));
}

/**
 * The object as the server would store it, with its defaults and its way to write numbers; if the server would refuse
 * it, only what the manifest says.
 */
async function asStored(run: Run, object: KubeObject, present: KubeObject): Promise<KubeObject> {
  return run.api
    .dry()
    .apply(object, [LABEL_APP, run.inputs.app])
    .catch((error: unknown) => {
      if (error instanceof GreenpathError && error.code === 'refused-by-server') return overlaid(present, object);
      throw error;
    });
}
