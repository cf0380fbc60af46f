import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { noServices } from '../../../src/core/kube/revision-services.ts';
import { moveWorkers } from '../../../src/steps/pods/workers.ts';
import { json } from '../../cluster/server.ts';
import { look } from '../../state/app.ts';
import { deployed } from '../stacks.ts';

/** What is sent to start and stop workers, and in which order. */

const PAUSED = 'autoscaling.keda.sh/paused-replicas';
const NOTHING = { stop: [], end: [], start: [], work: [], keep: [] };
const worker = (replicas: number): KubeObject => {
  const one = deployed('mailer-v2', replicas);
  return { ...one, metadata: { ...one.metadata, annotations: { 'greenpath.dev/replicas': '2' } } };
};
const scaler: KubeObject = {
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'scale-v2', uid: 's', annotations: { 'greenpath.dev/suspend': 'false', [PAUSED]: '0' } },
  spec: { scaleTargetRef: { name: 'mailer-v2' } },
};

/** The writes of a dry run: of a ScaledObject the number at which it is paused, of a Deployment its replicas. */
async function writesFor(plan: Partial<typeof NOTHING | Record<string, KubeObject[]>>): Promise<unknown[]> {
  const { run, asked } = await look({ 'dry-run': 'true' }, (response, sent, count) =>
    json(200, sent.path.includes('scaledobjects') ? scaler : worker(2))(response, sent, count),
  );
  await moveWorkers(run, { ...NOTHING, ...plan }, noServices('v1'), noServices('v2'));
  return asked
    .filter(({ method }) => method === 'PATCH')
    .map(({ body }) => body as KubeObject)
    .map(
      ({ metadata, spec }) =>
        metadata.annotations?.[PAUSED as never] ?? (spec as { replicas?: number }).replicas ?? null,
    );
}

test('KEDA keeps the pods of a worker while it starts, and scales it only then', async () => {
  expect(await writesFor({ start: [worker(0), scaler] })).toEqual(['2', 2, null]);
});

test('also of a worker that a cut-off run has started', async () => {
  expect(await writesFor({ start: [scaler], work: [worker(2)] })).toEqual(['2', null]);
});

test('KEDA takes them away before a worker stops', async () => {
  expect(await writesFor({ stop: [scaler, worker(2)] })).toEqual(['0', 0]);
});
