import { describe, expect, test } from 'vitest';
import type { ReleaseRecord } from '../../../src/state/records.ts';
import { redeployed } from '../../../src/steps/candidate/redeploy.ts';
import { byPath, ingress, items, look, situation, stackService } from '../../state/app.ts';
import { PLAIN, stackOf } from '../stacks.ts';

/** The same revision again: what is done with content that is there already. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };

describe('the same revision again', () => {
  const stack = stackOf(...PLAIN);
  const record = (digest: string, more: object = {}) =>
    ({
      release: { revision: 'v2', digest, counterparts: stack.counterparts, objects: [], ...more },
      timeline: [],
      stamp: {},
    }) as unknown as ReleaseRecord;
  const again = async (
    releaseRecord: ReleaseRecord | undefined,
    namespace = LIVE,
    answers: Parameters<typeof byPath>[0] = {},
  ) => {
    const looking = await look({}, byPath(answers));
    const how = await redeployed(looking.run, stack, situation(looking, namespace), releaseRecord).catch(
      (error) => error,
    );
    return { looking, how };
  };

  test('with the same content is deployed again', async () => {
    expect((await again(record(stack.digest))).how).toMatchObject({ outcome: 'deploy', role: 'candidate' });
  });

  test('with other content has to be verified again', async () => {
    const { how, looking } = await again(record('other'));
    expect(how).toEqual({ outcome: 'void', role: 'candidate', content: 'other' });
    expect(looking.told()).toContain('it must be verified again');
  });

  test('that is live with other content is refused, and what differs is named', async () => {
    const live = { ...LIVE, ingresses: [ingress('web', { paths: { '/': 'web-v2' } })] };
    const objects = [
      { kind: 'Deployment', name: 'web-v2' },
      { kind: 'Secret', name: 'old' },
    ];
    const { how } = await again(record('other', { objects }), live, { 'GET deployments': items() });
    expect(how).toMatchObject({
      code: 'already-live',
      message: expect.stringMatching(
        /is live with other content.*Service web-v2 \(not there\).*Secret old \(not in the manifests\)/,
      ),
    });
  });

  test('whose names another revision has is refused', async () => {
    const other = {
      ...V2,
      metadata: { ...V2.metadata, labels: { ...V2.metadata.labels, 'greenpath.dev/revision': 'v-2' } },
    };
    const { how } = await again(undefined, { ...LIVE, services: [V1, other] });
    expect(how).toMatchObject({
      code: 'manifest',
      message: expect.stringContaining('would use the names of revision v-2'),
    });
  });
});
