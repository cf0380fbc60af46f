import { GreenpathError, problemText } from '../core/base/error.ts';
import { routeText } from '../core/release/route.ts';
import { checkedLines, tallyText } from '../core/report/checked.ts';
import type { Outcome } from '../state/outcome.ts';
import type { LocalRun } from '../state/run.ts';
import { judgeManifests } from '../steps/local-check/judge.ts';
import { readLocally } from '../steps/local-check/local-manifests.ts';

/**
 * Says what a release would do with each object of the manifests, and fails with everything that `deploy-green` would
 * refuse of them. It reads no cluster.
 */
export async function check(run: LocalRun): Promise<Outcome> {
  const { inputs, report } = run;
  // It does not look where visitors are.
  run.observe({ visitors: '' });
  report.line(`greenpath check: app ${inputs.app} behind ${inputs.routes.map(routeText).join(', ')}`);
  const judged = judgeManifests(inputs, await readLocally(run));
  const { checked, errors, revision } = judged;
  report.line(
    `Judged for ${revision === '' ? 'any revision' : `revision ${revision}`} in namespace ${checked.namespace}`,
  );
  for (const line of [...judged.lines, ...checkedLines(checked)]) report.line(line);
  const outcome = run.observe({ revision, check: checked });
  const [first, ...rest] = errors;
  if (first !== undefined) {
    // GitHub shows few annotations of a step: they are for what is refused.
    for (const warning of judged.warnings) report.line(`Warning: ${problemText(warning)}`);
    throw together(first, rest);
  }
  for (const { text, place } of judged.warnings) report.warning(text, place);
  for (const { text, place } of judged.notices) report.notice(text, place);
  report.verdict(`deploy-green accepts these manifests, as far as they show: ${tallyText(checked.objects)}`);
  return outcome;
}

/** All of them as one error. */
function together(first: GreenpathError, rest: readonly GreenpathError[]): GreenpathError {
  if (rest.length === 0) return first;
  const all = [first, ...rest];
  return new GreenpathError(
    first.code,
    'deploy-green would refuse these manifests',
    [...new Set(all.map(({ next }) => next))].join(' '),
    { problems: all.flatMap(({ problems, message }) => (problems.length > 0 ? problems : [{ text: message }])) },
  );
}
