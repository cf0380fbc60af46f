import { GreenpathError, type Problem } from '../../core/base/error.ts';
import { listed } from '../../core/base/plural.ts';
import { withContent } from '../../core/colouring/content.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { secretTexts } from '../../core/kube/secret-values.ts';
import {
  leafAmong,
  pathText,
  type RandomLeaf,
  type RandomValues,
  randomOf,
  setLeaf,
  textAtLeaf,
} from '../../core/manifests/random-leaves.ts';
import { dividedValues, type KeptValue, keptValues, type RandomValue } from '../../core/manifests/random-values.ts';
import type { Inputs } from '../../state/inputs.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { randomNames } from './random-names.ts';
import { type PresentObject, presentFor, type RandomManifest } from './random-present.ts';

/** A random value of an object of the stack. */
interface Found {
  readonly of: RandomManifest;
  readonly leaf: RandomLeaf;
  readonly value: RandomValue;
}

/**
 * The stack with the values that the cluster has in place of those that a chart generates at random: those
 * of this revision if it exists, else those of the live version; of what exists once, its own. Throws `manifest` if it is
 * not clear which values to keep.
 */
export async function keepRandom(run: Run, random: RandomValues, stack: Stack, situation: Situation): Promise<Stack> {
  const manifests = randomManifests(run.inputs, random, stack);
  const refusal = randomRefusal(run.inputs, random, stack, run.api.namespace);
  if (refusal !== undefined) throw refusal;
  if (manifests.length === 0) return stack;
  const present = await presentFor(run, manifests, stack.form, situation);
  run.report.hide(secretTexts([...present.values()].flatMap(({ objects }) => objects.map(({ object }) => object))));
  const found = manifests.flatMap((one) => foundIn(one, present.get(one)));
  const kept = keptValues(found.map(({ value }) => value));
  refuse(found.flatMap((one) => unkeptProblem(one, kept.get(one.value))));
  const changes = changesOf(found, kept);
  run.report.hide(secretTexts([...changes.values()]));
  tell(run, found, kept);
  return withContent(stack, ({ object }) => changes.get(object) ?? object);
}

/** The refusal of what is random in the manifests and cannot be kept, whatever the cluster has; undefined if there is none. */
export function randomRefusal(
  inputs: Inputs,
  random: RandomValues,
  stack: Stack,
  namespace: string,
): GreenpathError | undefined {
  const names = randomNames(random, namespace);
  const faults = randomManifests(inputs, random, stack).flatMap(({ manifest: { given, place }, random: { fault } }) =>
    fault === undefined ? [] : { text: `${given}: ${fault} is not in every rendering of the same input`, place },
  );
  if (faults.length > 0) return randomError([...names, ...faults]);
  if (names.length === 0) return undefined;
  const what = 'a chart gives objects other names each time it is rendered';
  return new GreenpathError('manifest', what, 'Give these objects fixed names in the chart.', { problems: names });
}

/** The objects of the stack that have random values. */
export function randomManifests(
  { config }: Inputs,
  random: RandomValues,
  { own, shared, routes }: Stack,
): RandomManifest[] {
  const isApplied = config.backing === 'apply';
  const all = [
    ...own.map((manifest) => ({ manifest, use: 'own' as const })),
    ...shared.map((manifest) => ({ manifest, use: isApplied ? ('applied' as const) : ('created' as const) })),
    ...routes.map((manifest) => ({ manifest, use: 'created' as const })),
  ];
  return all.flatMap((one) => {
    const found = randomOf(random, one.manifest);
    return found === undefined ? [] : [{ ...one, random: found }];
  });
}

/** The random values of one object, beside what the cluster has. */
function foundIn(of: RandomManifest, { objects, isUnseen }: PresentObject = NOTHING): Found[] {
  const holders = objects.map(({ object }) => object);
  const isLeft = objects[0]?.source === 'once' && of.use === 'created';
  return of.random.leaves
    .filter((leaf) => textAtLeaf(of.manifest.object, leaf) === leaf.one)
    .map((leaf) => leafAmong(leaf, holders))
    .map((leaf) => ({
      of,
      leaf,
      value: {
        object: of.manifest.given,
        path: pathText(leaf.path),
        one: leaf.one,
        other: leaf.other,
        isOpaque: leaf.form === 'opaque',
        use: isUnseen ? 'unseen' : isLeft ? 'left' : 'written',
        present: objects.flatMap(({ object, source }) => {
          const text = textAtLeaf(object, leaf);
          return text === undefined ? [] : [{ text, source, of: `${object.kind} ${object.metadata.name}` }];
        }),
      },
    }));
}

const NOTHING: PresentObject = { objects: [], isUnseen: false };

function unkeptProblem({ of: { manifest }, value }: Found, kept: KeptValue | undefined): Problem[] {
  if (kept === undefined || !('refusal' in kept)) return [];
  return [{ text: `${placeOf(value)}: ${kept.refusal}`, place: manifest.place }];
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw randomError(problems);
}

/** The refusal of random values that cannot be kept. */
function randomError(problems: readonly Problem[]): GreenpathError {
  return new GreenpathError(
    'manifest',
    'a chart generates random values each time it is rendered, and some of them cannot be kept',
    'Give the chart fixed values with the input `values`, or let each random value be a key of a Secret by itself.',
    { problems },
  );
}

/** The objects of the stack that change, with the values to keep. */
function changesOf(found: readonly Found[], kept: ReadonlyMap<RandomValue, KeptValue>): Map<KubeObject, KubeObject> {
  const changes = new Map<KubeObject, KubeObject>();
  for (const { of, leaf, value } of found) {
    const { object } = of.manifest;
    const now = kept.get(value);
    const copy = changes.get(object) ?? structuredClone(object);
    if (now !== undefined && 'text' in now) setLeaf(copy, leaf, now.text);
    changes.set(object, copy);
  }
  return changes;
}

/** Names what is random and whose value is used. No value is shown. */
function tell(run: Run, found: readonly Found[], kept: ReadonlyMap<RandomValue, KeptValue>): void {
  const sourceOf = (value: RandomValue) => {
    const one = kept.get(value);
    return one !== undefined && 'of' in one ? one.of : undefined;
  };
  const values = found.map(({ value }) => value);
  const fresh = values.filter((value) => sourceOf(value) === undefined && value.use === 'written');
  const told = values.filter((value) => sourceOf(value) !== undefined || value.use === 'written');
  for (const [given, all] of Map.groupBy(told, ({ object }) => object)) {
    const parts = [...Map.groupBy(all, sourceOf)].map(([of, some]) => {
      const paths = some.map(({ path }) => path);
      const verb = `${listed(paths, 'and')} ${some.length === 1 ? 'is' : 'are'}`;
      return of === undefined ? `${verb} new` : `${verb} kept from ${of}`;
    });
    run.report.line(`${given} has random values: ${parts.join('; ')}`);
  }
  if (fresh.length > 0 && fresh.length < told.length)
    run.report.notice(
      `Some random values of the chart are kept and some are new: ${listed(fresh.map(placeOf), 'and')}. If the chart makes a new one from one that is kept, such as the hash of a password, the two do not fit: give the chart a fixed value`,
    );
  for (const places of dividedValues(values))
    run.report.warning(
      `${listed(places.map(placeOf), 'and')} are one random value in the chart, but differ in the cluster. Each keeps its own`,
    );
}

/** `data.password of Secret web`. */
function placeOf({ object, path }: RandomValue): string {
  return `${path} of ${object}`;
}
