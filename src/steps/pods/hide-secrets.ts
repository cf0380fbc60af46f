import { KIND } from '../../core/kube/kinds.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { clearText, secretTexts } from '../../core/kube/secret-values.ts';
import { configOf } from '../../core/release/running-content.ts';
import type { Reading } from '../../state/run.ts';

/**
 * Pods may print what they read when they fail, so that is learned before their output is shown. Only a run that has
 * such output reads it. What the run may not read stays unknown.
 */
export async function hideWhatPodsRead(run: Reading, workloads: readonly KubeObject[]): Promise<void> {
  const { secrets } = configOf(workloads);
  const reads = secrets.map((name) => run.api.get<KubeObject>({ kind: KIND.Secret, name }).catch(() => undefined));
  const found = (await Promise.all(reads)).flatMap((secret) => secret ?? []);
  run.report.allow(clearText(workloads));
  run.report.hide(secretTexts([...workloads, ...found]));
}
