import { placeText } from '../../core/base/error.ts';
import { listed, there } from '../../core/base/plural.ts';
import type { Identifiers } from '../../core/colouring/identifiers.ts';
import { revisionsOf } from '../../core/colouring/pair.ts';
import { outsideReferences, type Stack } from '../../core/colouring/stack.ts';
import { nameOf } from '../../core/kube/objects.ts';
import { pathText } from '../../core/manifests/random-leaves.ts';
import { routeText } from '../../core/release/route.ts';
import type { Inputs } from '../../state/inputs.ts';
import type { GivenManifests } from '../../state/manifest-texts.ts';
import { randomManifests } from '../random-values/random-values.ts';
import type { JudgedBuilds } from './judged-builds.ts';
import { routesHeld } from './meant-routes.ts';

/** What the manifests were judged as. */
interface JudgingBasis {
  readonly ids: Identifiers;
  readonly builds: JudgedBuilds;
  readonly stack: Stack | undefined;
}

/** What only the cluster can say about a release of these manifests, each as the end of a sentence. */
export function notLookedAt(
  inputs: Inputs,
  given: GivenManifests,
  { ids, builds: { routes, missing }, stack }: JudgingBasis,
): string[] {
  const others = routesHeld(given.manifests, ids).map(({ object }) => nameOf(object));
  return [
    ...missing.map(
      (ref) =>
        `${routeText(ref)}, which is not in the manifests${others.length === 0 ? '' : ` ${there(others)}`}: which parts visitors reach, and whether there can be a preview`,
    ),
    ...routes.map(
      ({ ref, manifest: { place } }) =>
        `whether ${routeText(ref)} exists with other paths, which would count instead of those in ${placeText(place)}`,
    ),
    ...routes.flatMap(({ ref, undecided }) =>
      undecided === undefined ? [] : [`which router serves ${routeText(ref)}, ${undecided.what}`],
    ),
    ...(stack === undefined ? [] : [...referenced(stack), ...randomly(inputs, given, stack)]),
    ...(inputs.sources.some(({ kind }) => kind === 'chart') ? ['its Kubernetes version, which charts may read'] : []),
    ...released(inputs, given),
    ...(inputs.namespace === ''
      ? ['which namespace the context of the kubeconfig names, since the input namespace is empty']
      : []),
    'what exists there: running databases, Services that select the same pods, objects of other apps, routes of the same hosts',
    'what the API server, its admission policies and quotas, and the Role of the account allow',
  ];
}

/** Objects that pods need and that the manifests do not hold. */
function referenced(stack: Stack): string[] {
  return outsideReferences(stack).map(({ manifest: { given, place }, kind, name }) => {
    const how = kind === 'PersistentVolumeClaim' ? ', and which nodes can mount it' : '';
    return `whether ${kind} ${name} exists${how}: ${given} needs it (${placeText(place)})`;
  });
}

/** A hand-written pair is refused for any other revision than its own. */
function released({ revision, config }: Inputs, { manifests }: GivenManifests): string[] {
  const label = config['revision-label'];
  const held = revision === '' ? revisionsOf(manifests, label) : [];
  if (held.length === 0) return [];
  return [`which revision is released: the pod label ${label} says ${listed(held, 'or')}, and any other is refused`];
}

/** Objects whose random values a release keeps. */
function randomly(inputs: Inputs, { random }: GivenManifests, stack: Stack): string[] {
  return randomManifests(inputs, random, stack).flatMap(({ manifest, random: { leaves } }) => {
    const paths = listed(
      leaves.map(({ path }) => pathText(path)),
      'and',
    );
    return paths === ''
      ? []
      : [`the values of ${manifest.given} that are kept: its chart generates ${paths} at random`];
  });
}
