import type { ObjectRef } from '../../cluster/reader.ts';
import { isForbidden } from '../../cluster/unreadable.ts';
import { GreenpathError, type Problem } from '../../core/base/error.ts';
import { escapeRegex } from '../../core/base/escape-regex.ts';
import { objectAt } from '../../core/base/json.ts';
import { outsideReferences, type Stack } from '../../core/colouring/stack.ts';
import { hookPoint } from '../../core/kube/hooks.ts';
import { keyOf, kindOf, type Named } from '../../core/kube/identity.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { ANNOTATION_SHARED, type KubeObject, LABEL_APP, label, nameOf } from '../../core/kube/objects.ts';
import { containersIn, type ReferenceKind } from '../../core/kube/references.ts';
import { namesText } from '../../core/kube/revision-services.ts';
import { secretTexts } from '../../core/kube/secret-values.ts';
import { isMadeByDriver, SECRETS_STORE } from '../../core/kube/secrets-store.ts';
import { selectorMatches } from '../../core/kube/selectors.ts';
import { stackKindOf } from '../../core/kube/turns.ts';
import { podLabels, podSpecOf } from '../../core/kube/workload.ts';
import { missingText, neededText } from '../../core/manifests/classic-faults.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import { recordName } from '../../core/release/record.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';

/**
 * Objects that the pods need and that exist neither in the manifests nor in the namespace: one request each. It is only
 * a warning if something else may create them: a controller, for shared custom resources such as an ExternalSecret, a
 * hook that names them and runs before the pods, or the driver of a volume. What the account may not read counts as
 * present.
 */
export async function findMissing(run: Run, stack: Stack): Promise<Problem[]> {
  const found = await Promise.all(
    outsideReferences(stack).map(async ({ manifest, kind, name }) => {
      const object = await readable(run, { kind: KIND[kind], name });
      if (object === undefined) {
        const made = makerText(stack, { workload: manifest.given, kind, name });
        if (made === undefined)
          return [{ text: missingText(manifest.given, kind, name) + makersText(stack, name), place: manifest.place }];
        run.report.warning(made);
        return [];
      }
      // The pods may print what they read there when they fail.
      if (object !== 'unseen') run.report.hide(secretTexts([object]));
      return [];
    }),
  );
  return found.flat();
}

/** The warning about a missing object that something else may create; undefined if nothing does. */
function makerText(
  stack: Stack,
  { workload, kind, name }: { readonly workload: string; readonly kind: ReferenceKind; readonly name: string },
): string | undefined {
  const objectsOf = (manifests: readonly Manifest[]) => manifests.map(({ object }) => object);
  const [written, left] = [
    objectsOf([...stack.own, ...stack.shared]),
    objectsOf(stack.left.map((one) => one.manifest)),
  ];
  if (kind === 'Secret' && isMadeByDriver(name, written, [...written, ...left]))
    return `${neededText(workload, kind, name)}: the driver ${SECRETS_STORE} makes it when a pod mounts the volume, if its SecretProviderClass says so`;
  const maker = objectsOf(stack.shared).some(isCustom) ? 'one of the shared objects' : hookNaming(stack, name);
  return maker && `${missingText(workload, kind, name)}${makersText(stack, name)}\nor let ${maker} create it`;
}

/** The hook that runs before the pods of the candidate start, and whose command, arguments or environment name an object. */
function hookNaming({ own }: Stack, name: string): string | undefined {
  const hooks = own.filter(({ object }) => hookPoint(object) === 'pre-deploy');
  // As a whole name and no host: `db` is in `--secret=db`, and not in `--db-host=x`, `db.example.com` or `me@db:5432`.
  const whole = new RegExp(`(?<![\\w.@-]|//)${escapeRegex(name)}(?![\\w.-]*\\w|:\\d)`);
  return hooks.find(({ object }) =>
    containersIn(podSpecOf(object)).some(({ command, args, env, envFrom }) =>
      textsIn([command, args, env, envFrom]).some((text) => whole.test(text)),
    ),
  )?.given;
}

function isCustom(object: KubeObject): boolean {
  return kindOf(object) === undefined && object.apiVersion.includes('.');
}

/** The custom resources that are left alone and name a missing object: a controller may make it of one of them. */
function makersText({ left }: Stack, name: string): string {
  const makers = left.filter(({ manifest: { object } }) => isCustom(object) && textsIn(object).includes(name));
  if (makers.length === 0) return '';
  const names = namesText(makers.map(({ manifest }) => manifest.given));
  return `\nor apply ${names} first, which may make it and which Greenpath leaves alone; annotated ${ANNOTATION_SHARED}: "true", Greenpath creates it`;
}

/** Every text in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

async function readable(run: Run, target: ObjectRef): Promise<KubeObject | 'unseen' | undefined> {
  try {
    return await run.api.get<KubeObject>(target);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    run.report.line(`${target.kind.kind} ${target.name} was not looked at: ${error.message}`);
    return 'unseen';
  }
}

/**
 * Two apps of one namespace may have one revision, and so the same name for two objects. Greenpath overwrites no object
 * of another app. One request for each kind of the stack.
 */
export async function refuseOthersObjects(run: Run, stack: Stack, { services }: Situation): Promise<void> {
  const { app, revision } = run.inputs;
  const kinds = new Set<Kind>([KIND.ConfigMap, ...stack.own.map(({ object }) => stackKindOf(object))]);
  kinds.delete(KIND.Service);
  const lists = [...kinds].map((kind) => run.api.listMetadata(kind, `${LABEL_APP},${LABEL_APP}!=${app}`));
  const owned = [...services, ...(await Promise.all(lists)).flat()];
  const others = new Map(
    owned.flatMap((one) => {
      const owner = label(one, LABEL_APP);
      return owner === undefined || owner === app ? [] : [[keyOf(one), owner]];
    }),
  );
  const taken = (object: Named) => {
    const owner = others.get(keyOf(object));
    return owner === undefined ? [] : [`${nameOf(object)} belongs to app ${owner} already`];
  };
  const problems: Problem[] = [
    ...stack.own.flatMap(({ object, place }) => taken(object).map((text) => ({ text, place }))),
    ...taken({ ...KIND.ConfigMap, metadata: { name: recordName(app, revision) } }).map((text) => ({ text })),
  ];
  if (problems.length === 0) return;
  throw new GreenpathError(
    'manifest',
    `objects of revision ${revision} have names that another app of this namespace uses`,
    'Give them other names in the manifests of one of the two apps, or release both as one app.',
    { problems },
  );
}

/**
 * The server refuses to evict a pod that two budgets select, so that a node cannot be drained. One request if there are
 * any.
 */
export async function tellSecondBudgets(run: Run, stack: Stack): Promise<void> {
  const budgets = stack.own.filter(({ object }) => object.kind === 'PodDisruptionBudget');
  if (budgets.length === 0) return;
  const means = (budget: KubeObject, pods: KubeObject) =>
    selectorMatches(objectAt(budget, 'spec', 'selector'), podLabels(pods));
  const present = await run.api.list<KubeObject>(KIND.PodDisruptionBudget);
  for (const other of present.filter((one) => label(one, LABEL_APP) === undefined)) {
    const twice = stack.own.find(
      ({ object }) =>
        object.kind === 'Deployment' && means(other, object) && budgets.some((own) => means(own.object, object)),
    );
    if (twice !== undefined)
      run.report.notice(
        `${nameOf(other)} selects the pods of ${twice.given} too, and a pod of two budgets cannot be evicted: remove it if nothing else needs it`,
      );
  }
}
