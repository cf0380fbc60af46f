import { expect, test } from 'vitest';
import type { CheckPoint } from '../../../src/checks/check.ts';
import type { CheckKind } from '../../../src/checks/check-kind.ts';
import { checksSchema, registered } from '../../../src/checks/registry.ts';
import { parseConfigWith } from '../../../src/core/base/config.ts';
import { reportLines } from '../../../src/core/report/failure-report.ts';
import { runChecks } from '../../../src/steps/checks/run-checks.ts';
import { configOf } from '../../checks/checks.ts';
import { socket } from '../../checks/socket-kind.ts';
import { RELEASE } from '../../core/release/recorded.ts';
import { as, Backend, NOBODY } from '../../proof/backend.ts';
import { fixed } from '../../proof/fixed.ts';
import { ingress, look, situation, stackService } from '../../state/app.ts';

/** What verify does with checks of a kind that is not HTTP, which runs at these points. */
async function runAt(points: readonly CheckPoint[], port: number, verify = {}) {
  const kind: typeof socket = { ...socket, make: (...given) => ({ ...socket.make(...given), points }) };
  const config = configWith(kind, { checks: [{ 'test-socket': port }], verify });
  const looking = await look({ mode: 'verify' });
  const found = situation(looking, { ingresses: [ingress()], services: [stackService('v1')] });
  const endpoints = fixed({ ...NOBODY, address: { host: '127.0.0.1', port: 1 } });
  const places = { live: endpoints, preview: endpoints };
  return {
    ended: runChecks(looking.run, { config, release: { ...RELEASE, served: true } }, found, places),
    told: looking.told,
    report: looking.run.report,
  };
}
function configWith<S>(kind: CheckKind<S>, value: object) {
  const parsed = parseConfigWith(checksSchema([registered(kind)]), value);
  if ('problems' in parsed) throw new Error(parsed.problems.join('; '));
  return parsed.config;
}

test('a check is reported by its name and where it ran', async () => {
  const { port } = (await Backend.start(as('v2'))).front.address;
  const { ended, told } = await runAt(['preview'], port, { passes: 2, interval: '10ms' });
  expect(await ended).toMatchObject({
    count: 1,
    results: [{ name: `TCP ${port}`, where: `127.0.0.1:${port}`, passed: true, attempts: 2 }],
  });
  expect(told()).toContain(`✓ TCP ${port} at 127.0.0.1:${port}: passed 2 in a row`);
});

test('one that the live version has to pass as well has two results, and is one check', async () => {
  const { port } = (await Backend.start(as('v2'))).front.address;
  const ended = async (...points: CheckPoint[]) => {
    const { count, results } = await (await runAt(points, port, { passes: 1 })).ended;
    return [count, results.length];
  };
  expect(await ended('preview', 'live')).toEqual([1, 2]);
});

test('one that fails says what it found', async () => {
  await expect((await runAt(['preview'], 1, { within: '100ms' })).ended).rejects.toMatchObject({
    code: 'check-failed',
    message: '1 of 1 check failed against green: TCP 1 at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1 (1 attempt)',
  });
});

test('one that fails is reported with its attempts at the end of the run', async () => {
  const { ended, told, report } = await runAt(['preview'], 1, { within: '400ms', interval: '50ms' });
  await expect(ended).rejects.toMatchObject({ code: 'check-failed' });
  expect(told()).toContain('✗ TCP 1 at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1 (');
  const { failures } = report.close();
  expect(reportLines(failures).join('\n')).toMatch(
    /^✗ TCP 1 at 127\.0\.0\.1:1: connect ECONNREFUSED 127\.0\.0\.1:1\n {2}attempts 1–\d, 0 ms to \d+ ms \(.* each\)\nThe pods of v1\.24\.0 /,
  );
});

test('where none runs at the preview there is nothing to verify by, and no stamp', async () => {
  await expect((await runAt(['bake'], 1)).ended).rejects.toMatchObject({
    code: 'input',
    message: expect.stringContaining('none of the checks in the config runs at the preview (test-socket)'),
  });
});

test('several at once say how many have ended', async () => {
  const { port } = (await Backend.start(as('v2'))).front.address;
  const looking = await look({ mode: 'verify' });
  const found = situation(looking, { ingresses: [ingress()], services: [stackService('v1')] });
  const checks = Array.from({ length: 30 }, (_, index) => ({ 'test-socket': port, timeout: `${index + 1}s` }));
  const config = configWith(socket, { checks, verify: { passes: 1, parallel: 10 } });
  const endpoints = fixed({ ...NOBODY, address: { host: '127.0.0.1', port: 1 } });
  const places = { live: endpoints, preview: endpoints };
  const passed = await runChecks(looking.run, { config, release: { ...RELEASE, served: true } }, found, places);
  expect(passed.count).toBe(30);
  for (const ended of [1, 15, 30]) expect(looking.told()).toContain(` (${ended} of 30)`);
});

test('a dry run leaves out what may change something, says so in one line, and runs the others', async () => {
  const methods: (string | undefined)[] = [];
  const backend = await Backend.start((...given) => {
    methods.push(given[1].method);
    as('v2')(...given);
  });
  const looking = await look({ mode: 'verify', 'dry-run': 'true' });
  const found = situation(looking, { ingresses: [ingress()], services: [stackService('v1')] });
  const written = { request: 'POST /orders', live: true };
  const checks = [{ job: 'smoke' }, { command: 'echo ran' }, written, 'DELETE /cart', 'GET /', 'HEAD /'];
  const config = configOf({ checks, verify: { passes: 1 } });
  const places = { live: fixed(backend.front), preview: fixed(backend.front) };
  const passed = await runChecks(looking.run, { config, release: { ...RELEASE, served: true } }, found, places);
  expect(passed).toMatchObject({ count: 2, leftOut: 4 });
  expect(methods.toSorted()).toEqual(['GET', 'HEAD']);
  const line =
    'Dry run: Job smoke, echo ran, POST /orders and DELETE /cart are not run, since they may change something\n';
  expect(looking.told().split(line)).toHaveLength(2);
});
