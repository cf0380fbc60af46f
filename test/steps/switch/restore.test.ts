import { expect, test } from 'vitest';
import type { ReleaseRecord } from '../../../src/state/records.ts';
import { endFailed } from '../../../src/steps/switch/restore.ts';
import { configOf } from '../../checks/checks.ts';
import { type Answering, cut, json } from '../../cluster/server.ts';
import { side } from '../../core/support.ts';
import { recordOf, shop } from '../../modes/app.ts';
import { fixed } from '../../proof/fixed.ts';
import { counterparts, ingress, items, look, situation, slice, stackService, switchNote } from '../../state/app.ts';

/** What is known of a switch back whose answer was lost. */

const services = [stackService('v1'), stackService('v2')];
const slices = [slice('web-v1', 1), slice('web-v2', 1)];
const GREEN = ingress('web', {
  paths: { '/': 'web-v2' },
  switchNote: switchNote({ live: 'v2', previous: 'v1', phase: 'switched' }),
});
const BLUE = ingress('web', { switchNote: switchNote({ live: 'v1', left: 'v2', phase: 'switched' }) });

test('a switch back that took effect although its answer was lost ends as restored, without a doubt', async () => {
  let now = GREEN;
  const list: Answering = (...given) => items(now)(...given);
  const patch: Answering = (...given) => {
    if (now === BLUE) return json(200, BLUE)(...given);
    now = BLUE;
    return cut(...given);
  };
  const records = [recordOf('v2')];
  const more = { 'GET ingresses': list, 'GET ingresses/web': json(200, BLUE), 'PATCH ingresses/web': patch };
  const looking = await look({}, shop({ services, slices, records, more }));
  const { run, observer } = looking;
  const promotion = {
    run,
    releaseRecord: {
      object: records[0],
      config: configOf({ proof: 'off' }),
      release: { revision: 'v2', counterparts: counterparts('v2') },
      timeline: [],
    } as unknown as ReleaseRecord,
    situation: situation(looking, { ingresses: [GREEN], services, slices }),
    endpoints: fixed(),
    green: side('web-v2'),
    blue: side('web-v1', 'v1'),
    before: undefined,
    compared: {} as never,
    since: 0,
  };
  await expect(endFailed(promotion, { verdict: 'bad', what: 'green answers badly', since: 0 })).rejects.toMatchObject({
    code: 'green-failed',
    message: expect.stringContaining('Visitors were switched back to v1'),
  });
  // What main does at the end of a run that failed.
  expect(await observer.settle(run.api)).toBe(true);
  expect(observer.outcome).toMatchObject({
    state: 'restored',
    visitors: expect.stringContaining('is served by web-v1'),
  });
});
