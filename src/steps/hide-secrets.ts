import { KIND } from '../core/kube/kinds.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { clearText, secretTexts } from '../core/kube/secret-values.ts';
import { configOf } from '../core/release/running-content.ts';
import type { Run } from '../state/run.ts';

/**
 * What pods print when they fail may hold what they read: it is learned before their words are told. Only a run that has
 * such words asks for it; what it may not read stays unknown.
 */
export async function hideWhatPodsRead(run: Run, workloads: readonly KubeObject[]): Promise<void> {
  const { secrets } = configOf(workloads);
  const reads = secrets.map((name) => run.api.get<KubeObject>({ kind: KIND.Secret, name }).catch(() => undefined));
  const found = (await Promise.all(reads)).flatMap((secret) => secret ?? []);
  run.report.allow(clearText(workloads));
  run.report.hide(secretTexts([...workloads, ...found]));
}
