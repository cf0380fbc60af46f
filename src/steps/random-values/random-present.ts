import { isForbidden } from '../../cluster/unreadable.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { ADOPTED, colouredName, slugOf } from '../../core/base/revision.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { kindOf } from '../../core/kube/identity.ts';
import type { KindRow } from '../../core/kube/kind-row.ts';
import { type KubeObject, LABEL_APP, LABEL_NAME, LABEL_REVISION, label } from '../../core/kube/objects.ts';
import { STACK_KINDS } from '../../core/kube/turns.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import type { RandomObject } from '../../core/manifests/random-leaves.ts';
import type { Source } from '../../core/manifests/random-values.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { inParallel } from '../objects/in-parallel.ts';

/** An object of the stack with random values. */
export interface RandomManifest {
  readonly manifest: Manifest;
  readonly random: RandomObject;
  /** Each revision has its `own`; or it exists once, and is only `created` if missing, or `applied` too. */
  readonly use: 'own' | 'created' | 'applied';
}

/** What the cluster has in place of an object, the best first. */
export interface PresentObject {
  readonly objects: readonly { readonly object: KubeObject; readonly source: Source }[];
  /** Whether it exists once and the account may not read it. */
  readonly isUnseen: boolean;
}

/**
 * Reads what the cluster has in place of these objects: one request for each of their kinds, for this revision and the
 * live one, and one for each object that exists once or that neither of them has.
 */
export async function presentFor(
  run: Run,
  manifests: readonly RandomManifest[],
  form: Stack['form'],
  situation: Situation,
): Promise<Map<RandomManifest, PresentObject>> {
  const { app, revision } = run.inputs;
  const revisions = [...new Set([revision, situation.revision ?? revision])].filter((one) => one !== ADOPTED);
  const labels = `${LABEL_APP}=${app},${LABEL_REVISION} in (${revisions.join(',')})`;
  const kinds = [...new Set(manifests.flatMap(({ manifest }) => stackKind(manifest.object) ?? []))];
  const lists = new Map<KindRow | undefined, Seen<readonly KubeObject[]>>(
    await inParallel(kinds, async (kind) => [kind, await seen(run.api.list<KubeObject>(kind, labels))] as const),
  );
  const found = await inParallel(manifests, async (one) => {
    const list = lists.get(stackKind(one.manifest.object)) ?? [];
    return [one, await presentOf(one, list, revision, () => plainOf(run, one, form, situation))] as const;
  });
  return new Map(found);
}

/** What was read, or the error that says that the account may not read it. */
type Seen<T> = T | GreenpathError;

async function presentOf(
  one: RandomManifest,
  list: Seen<readonly KubeObject[]>,
  revision: string,
  readPlain: () => Promise<Seen<KubeObject | undefined>>,
): Promise<PresentObject> {
  if (list instanceof GreenpathError && one.use === 'own') throw unreadable(one, list);
  const copies = list instanceof GreenpathError ? [] : copiesIn(one, list, revision);
  if (one.use === 'own' && copies.length > 0) return { objects: copies, isUnseen: false };
  const plain = await readPlain();
  if (plain instanceof GreenpathError && one.use === 'own') throw unreadable(one, plain);
  if (plain instanceof GreenpathError) return { objects: [], isUnseen: true };
  const source = one.use === 'own' ? 'plain' : 'once';
  return { objects: plain === undefined ? copies : [{ object: plain, source }, ...copies], isUnseen: false };
}

function stackKind(object: KubeObject): KindRow | undefined {
  return STACK_KINDS.find((kind) => kind === kindOf(object));
}

/** The object's copies of this revision and of the live one. */
function copiesIn(
  { manifest: { object, given } }: RandomManifest,
  list: readonly KubeObject[],
  revision: string,
): { object: KubeObject; source: Source }[] {
  const baseName = label(object, LABEL_NAME) ?? given.slice(object.kind.length + 1);
  const own = list.filter((one) => one.metadata.name === object.metadata.name);
  const live = list.filter((one) => {
    const of = label(one, LABEL_REVISION) ?? revision;
    // A name that is too long for a label is only in the name of the copy.
    const isNamed = label(one, LABEL_NAME) === baseName || one.metadata.name === colouredName(baseName, of);
    return of !== revision && isNamed;
  });
  return [
    ...own.map((one) => ({ object: one, source: 'own' as const })),
    ...live.map((one) => ({ object: one, source: 'live' as const })),
  ];
}

/** The object under the name of the manifests; in a hand-written pair, the one that has the live revision in its name. */
async function plainOf(
  run: Run,
  { manifest: { object, given } }: RandomManifest,
  form: Stack['form'],
  situation: Situation,
): Promise<Seen<KubeObject | undefined>> {
  const { app, revision } = run.inputs;
  const plain = given.slice(object.kind.length + 1);
  const live = situation.revision;
  const name = form === 'pair' && live !== undefined ? plain.replace(slugOf(revision), slugOf(live)) : plain;
  const found = await seen(run.api.kind(object).then((kind) => run.api.get<KubeObject>({ kind, name })));
  if (found === undefined || found instanceof GreenpathError) return found;
  const owner = label(found, LABEL_APP);
  return owner === undefined || owner === app ? found : undefined;
}

async function seen<T>(reading: Promise<T>): Promise<Seen<T>> {
  try {
    return await reading;
  } catch (error) {
    if (isForbidden(error)) return error;
    throw error;
  }
}

function unreadable({ manifest: { given, place } }: RandomManifest, error: GreenpathError): GreenpathError {
  const text = `${given} has random values, and the account may not read those of the live version: ${error.message}`;
  return new GreenpathError(
    'forbidden',
    text,
    'Allow get and list on that kind (docs/role.yaml), or give the chart fixed values with the input `values`.',
    { problems: [{ text, place }], cause: error },
  );
}
