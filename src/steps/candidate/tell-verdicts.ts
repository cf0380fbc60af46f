import type { Problem } from '../../core/base/error.ts';
import { counted } from '../../core/base/plural.ts';
import { doubtsIn, doubtText } from '../../core/colouring/doubts.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { ANNOTATION_BACKING } from '../../core/kube/objects.ts';
import { containersIn } from '../../core/kube/references.ts';
import { namesText } from '../../core/kube/revision-services.ts';
import { podSpecOf } from '../../core/kube/workload.ts';
import type { Manifest } from '../../core/manifests/manifests.ts';
import type { Inputs } from '../../state/inputs.ts';
import type { Run } from '../../state/run.ts';

/** Reports which objects of the manifests have no copy for this revision, and why: a line for each, and one notice. */
export function tellVerdicts(run: Run, stack: Stack): void {
  for (const { given, word, why } of stack.shared)
    if (word === 'backing') run.report.line(`${given} is backing: ${why}`);
  for (const doubt of doubtsIn(stack)) run.report.line(doubtText(doubt));
  for (const { manifest, why } of stack.left) run.report.line(`${manifest.given} is left alone: ${why}`);
  for (const { text, place } of keptImages(run.inputs, stack)) run.report.warning(text, place);
  if (stack.left.length === 0) return;
  const names = namesText(stack.left.map(({ manifest }) => manifest.given));
  run.report.notice(
    `${counted(stack.left.length, 'object')} of the manifests ${stack.left.length === 1 ? 'is' : 'are'} left alone and not written: ${names}. The log has the reasons`,
  );
}

/**
 * Images of this release that only pods use which exist once: a new version of them is not started, although somebody
 * names it.
 */
export function keptImages({ images, config }: Inputs, { own, shared }: Stack): (Problem & Pick<Manifest, 'place'>)[] {
  if (config.backing === 'apply') return [];
  return [...images].flatMap(([name, reference]) => {
    const uses = ({ object }: Manifest) => containersIn(podSpecOf(object)).some((one) => one.image === reference);
    const keeper = shared.find(uses);
    if (keeper === undefined || own.some(uses)) return [];
    const text = `input images: ${name} is the image of ${keeper.given}, which is ${keeper.word} (${keeper.why}), and of nothing else: if it runs already, it keeps its image. Apply the new one with kubectl or with backing: apply; if two versions may run at once, annotate it ${ANNOTATION_BACKING}: "false"`;
    return [{ text, place: keeper.place }];
  });
}
