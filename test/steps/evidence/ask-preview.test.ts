import { describe, expect, test } from 'vitest';
import { previewAt } from '../../../src/core/base/route-host.ts';
import { versionProbeFor } from '../../../src/core/checks/version-probe.ts';
import { askPreview } from '../../../src/steps/evidence/ask-preview.ts';
import { as, Backend } from '../../proof/backend.ts';
import { fixed } from '../../proof/fixed.ts';
import { ingress, look, situation, stackService } from '../../state/app.ts';

/** A preview that is asked over real sockets, for each of the steps that ask it. */

const WANTED = { answers: 2, least: 0, settleTime: 0 };
/** Long enough for a busy machine, where the answer that ends it comes; and short, where it never does. In milliseconds. */
const [LONG, SHORT] = [30_000, 300];
const ERROR = { code: 'check-failed', what: 'the preview does not answer', next: 'Look at it.' } as const;

async function asked(revision: string, within: number) {
  const looking = await look({ config: '{identity: {header: X-Revision}, preview: {path: /next}}' });
  const paths: string[] = [];
  const backend = await Backend.start((response, request, count) => {
    paths.push(request.url ?? '');
    as(revision)(response, request, count);
  });
  const { config } = looking.run.inputs;
  const found = situation(looking, { ingresses: [ingress()], services: [stackService('v1')] });
  const preview = {
    situation: found,
    config,
    endpoints: fixed(previewAt(found.previewKind, backend.front)),
    versionProbe: versionProbeFor(config, 'v2'),
  };
  return {
    paths,
    result: await askPreview(looking.run, preview, { ...WANTED, within }, ERROR).catch((error: unknown) => error),
  };
}

describe('a preview', () => {
  test('that answers from the candidate as often as wanted is proven, below its path', async () => {
    const { paths, result } = await asked('v2', LONG);
    expect(result).toMatchObject({ verdict: 'proven', seen: { blue: 0 } });
    expect(paths.length).toBeGreaterThanOrEqual(2);
    expect(new Set(paths)).toEqual(new Set(['/next/']));
  });

  test('that another version answers is the error of the step that asks, with the reason', async () => {
    const { result } = await asked('v1', SHORT);
    expect(result).toMatchObject({
      code: 'check-failed',
      message: expect.stringMatching(/^the preview does not answer: .*\/next\/.*answered by another version$/),
      next: 'Look at it.',
    });
  });
});
