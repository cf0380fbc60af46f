import { counted } from '../core/base/plural.ts';
import { doubtsIn } from '../core/colouring/doubts.ts';
import type { Stack } from '../core/colouring/stack.ts';
import { ANNOTATION_BACKING } from '../core/kube/objects.ts';
import { namesText } from '../core/kube/revision-services.ts';
import type { Run } from '../state/run.ts';

/** Reports which objects of the manifests have no copy for this revision, and why: a line for each, and one notice. */
export function tellVerdicts(run: Run, stack: Stack): void {
  for (const { given, word, why } of stack.shared)
    if (word === 'backing') run.report.line(`${given} is backing: ${why}`);
  for (const { given, why } of doubtsIn(stack))
    run.report.line(
      `${given} is taken for stateless, so each revision has its own, but it ${why}. If that is data, annotate it ${ANNOTATION_BACKING}: "true"; if not, "false"`,
    );
  for (const { manifest, why } of stack.left) run.report.line(`${manifest.given} is left alone: ${why}`);
  if (stack.left.length === 0) return;
  const names = namesText(stack.left.map(({ manifest }) => manifest.given));
  run.report.notice(
    `${counted(stack.left.length, 'object')} of the manifests ${stack.left.length === 1 ? 'is' : 'are'} left alone and not written: ${names}. The log has the reasons`,
  );
}
