import { expect, test } from 'vitest';
import type { ReleaseRecord } from '../../../src/state/records.ts';
import { hasteOf } from '../../../src/steps/switch/haste.ts';
import { configOf } from '../../checks/checks.ts';
import { side } from '../../core/support.ts';
import { as, Backend, hang } from '../../proof/backend.ts';
import { fixed } from '../../proof/fixed.ts';
import { ingress, look, situation, slice, stackService } from '../../state/app.ts';

/** Whether a rollback has to hurry, where only the live URLs tell. */

type Handler = Parameters<typeof Backend.start>[0];

/** Back to v1, of which one of two pods is ready, while v2 is live. */
async function hurries(handler: Handler, more: readonly object[] = [], inputs: Readonly<Record<string, string>> = {}) {
  const backend = await Backend.start(handler);
  const looking = await look({ mode: 'rollback', revision: '', ...inputs });
  const found = situation(looking, {
    ingresses: [ingress('web', { paths: { '/': 'web-v2' } })],
    services: [stackService('v1'), stackService('v2')],
    slices: [slice('web-v1', 1, 1), slice('web-v2', 2)],
  });
  const config = configOf({ checks: [{ request: 'GET /', timeout: '200ms' }, ...more], bake: { for: '1m' } });
  const rollback = {
    run: looking.run,
    records: [],
    anchor: { config } as unknown as ReleaseRecord,
    situation: found,
    endpoints: fixed(backend.front),
  };
  const haste = await hasteOf(rollback, side('web-v2'), side('web-v1', 'v1'));
  return { haste, backend, told: looking.told() };
}

test('a live version that hangs is asked twice, and nobody else is', async () => {
  const { haste, backend, told } = await hurries(hang);
  expect(haste).toEqual({ first: true });
  expect({ live: backend.asked.length, proxy: backend.proxyAsked }).toEqual({ live: 2, proxy: 0 });
  expect(told).toContain('The live version fails a check (no complete answer within 200 ms): switching first');
});

test('a live version that answers well once is left to scale first', async () => {
  const { haste, backend } = await hurries((...given) => as('v2', given[2] === 1 ? 500 : 200)(...given));
  expect(haste).toEqual({ first: false });
  expect(backend.asked).toHaveLength(2);
});

test('a check of which this step lacks a variable is left out, and the others are asked', async () => {
  const { haste, told } = await hurries(hang, [{ request: 'GET /', headers: { 'X-Key': '{env.NO_SUCH_KEY}' } }]);
  expect(haste).toEqual({ first: true });
  expect(told).toContain(
    'This rollback does not look whether the live version passes GET /: the config takes {env.NO_SUCH_KEY}',
  );
});

test('a dry run sends the live version nothing that may change something', async () => {
  const methods: (string | undefined)[] = [];
  const answer: Handler = (...given) => {
    methods.push(given[1].method);
    as('v2')(...given);
  };
  const { told } = await hurries(answer, [{ request: 'POST /orders', bake: true }], { 'dry-run': 'true' });
  expect(methods).toEqual(['GET']);
  expect(told).toContain('Dry run: POST /orders is not run, since it may change something');
});
