import { type Problem, placeText } from '../../core/base/error.ts';
import { isElsewhere } from '../../core/colouring/apart.ts';
import { treatmentOf } from '../../core/kube/treatment.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import type { RandomValues } from '../../core/manifests/random-leaves.ts';

/**
 * Objects that are not in both renderings of the same input. One whose name is random is in each of them, by another name:
 * it is told once, by what its names have in common.
 */
export function randomNames({ unpaired }: RandomValues, namespace: string): Problem[] {
  const written = unpaired.filter(
    ({ object }) => typeof treatmentOf(object) === 'string' && !isElsewhere(object, { namespace }),
  );
  const groups = Map.groupBy(written, ({ object, place }) => `${object.kind} ${placeText(place)}`);
  return [...groups.values()].flatMap((all) => all.slice(0, 1).map((first) => problemOf(first, all)));
}

function problemOf({ given, place }: Manifest, all: readonly Manifest[]): Problem {
  if (all.length === 1) return { text: `${given} is not in every rendering of the same input: ${ADVICE}`, place };
  const name = all.map((one) => one.given).reduce(commonBeginning);
  return { text: `${name}… has another name in each rendering of the same input: ${ADVICE}`, place };
}

const ADVICE = 'no later release could find it again. Give it a fixed name';

function commonBeginning(one: string, other: string): string {
  const end = [...one].findIndex((letter, index) => letter !== other[index]);
  return end < 0 ? one : one.slice(0, end);
}
