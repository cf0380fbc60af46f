import type { Check } from '../../checks/check.ts';
import { listed } from '../../core/base/plural.ts';
import type { Run } from '../../state/run.ts';

/** Those of the checks that run: a dry run changes nothing, so it runs only those that read. */
export function runnable({ inputs }: Pick<Run, 'inputs'>, all: readonly Check[]): readonly Check[] {
  return inputs.dryRun ? all.filter(({ isReadOnly }) => isReadOnly) : all;
}

/** The same, and the log names the others. */
export function tellRunnable(run: Pick<Run, 'inputs' | 'report'>, all: readonly Check[]): readonly Check[] {
  const checks = runnable(run, all);
  const others = all.filter((one) => !checks.includes(one)).map(({ name }) => name);
  const [are, they] = others.length === 1 ? ['is', 'it'] : ['are', 'they'];
  if (others.length > 0)
    run.report.line(`Dry run: ${listed(others, 'and')} ${are} not run, since ${they} may change something`);
  return checks;
}
