import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import { command } from '../../../src/checks/kinds/command.ts';
import { checksAt } from '../../../src/checks/registry.ts';
import type { Subject } from '../../../src/checks/subject.ts';
import type { CheckStep } from '../../../src/checks/tools.ts';
import { CLOCK } from '../../../src/process/clock.ts';
import { until } from '../../clock.ts';
import { only } from '../../core/support.ts';
import { NOBODY } from '../../proof/backend.ts';
import { configOf, subjectOf, toolsIn, V2 } from '../checks.ts';

/** Commands as real processes: what they are told, what their end means, and that nothing of them is left. */

const home = process.cwd();
const checkout = mkdtempSync(join(tmpdir(), 'greenpath checkout-'));
writeFileSync(join(checkout, '.git'), '');
const empty = mkdtempSync(join(tmpdir(), 'greenpath empty-'));
beforeAll(() => process.chdir(checkout));
afterAll(() => process.chdir(home));
const forever = new AbortController().signal;

/** How one attempt of a command ends, and what it wrote to the log. */
async function run(given: object, { step = {}, subject = {}, signal = forever }: Options = {}) {
  const log: string[] = [];
  const settings = configOf({ checks: [given] });
  const own = toolsIn({ PATH: process.env.PATH }, CLOCK, { say: (line) => log.push(line), ...step });
  const check = only(checksAt('preview', settings, own));
  const target = only(check.targets(subjectOf([NOBODY], subject)));
  return { ...(await target.attempt(signal)), log, check, where: target.where };
}
interface Options {
  readonly step?: Partial<CheckStep>;
  readonly subject?: Partial<Subject>;
  readonly signal?: AbortSignal;
}
const reasonOf = (ended: object) => ('reason' in ended ? String(ended.reason) : '');

test('it passes with exit code 0, and what it writes is in the log', async () => {
  const ended = await run({ command: 'echo one; echo two >&2; printf three' });
  expect(ended).toMatchObject({ passed: true, where: 'http://example.com/green/' });
  const [title, ...lines] = ended.log;
  expect(title).toBe('echo one; echo two >&2; printf three:');
  expect(lines.toSorted()).toEqual(['  one', '  three', '  two']);
});

test('where lines of other checks may come between, each says whose it is', async () => {
  const ended = await run({ command: 'echo one; echo two' }, { step: { mixesLines: true } });
  expect(ended.log).toEqual(['one', 'two'].map((line) => `  echo one; echo two │ ${line}`));
});

test('it is told what is checked, and where', async () => {
  const names = 'CHECK_URL CHECK_HEADER PREVIEW_URL LIVE_URL REVISION PREVIOUS_REVISION GREENPATH_ADDRESS'.split(' ');
  const release = { ...V2, url: V2.liveUrl, header: 'X-Preview: green' };
  const { log } = await run(
    { command: names.map((name) => `echo ${name}=$${name}`).join('\n') },
    { subject: { release } },
  );
  const { host, port } = NOBODY.address;
  expect(log.slice(1).map((line) => line.trim())).toEqual([
    `CHECK_URL=${V2.liveUrl}`,
    'CHECK_HEADER=X-Preview: green',
    `PREVIEW_URL=${V2.previewUrl}`,
    `LIVE_URL=${V2.liveUrl}`,
    'REVISION=v2',
    'PREVIOUS_REVISION=v1',
    `GREENPATH_ADDRESS=${host}:${port}`,
  ]);
});

test('it sees the environment of the step, and neither its inputs nor what only actions may use', async () => {
  const hidden = ['INPUT_KUBECONFIG', 'STATE_LOCK', 'GITHUB_OUTPUT', 'GITHUB_ENV', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  const environment = Object.fromEntries(['SMOKE_TOKEN', ...hidden, 'PATH'].map((name) => [name, process.env.PATH]));
  const { log } = await run({ command: 'env' }, { step: { environment } });
  const seen = log.map((line) => line.trim().split('=')[0]);
  expect(seen).toContain('SMOKE_TOKEN');
  for (const name of hidden) expect(seen).not.toContain(name);
});

describe('a failure', () => {
  test.each([
    ['echo far; false; echo never', 'exit code 1', 'bad'],
    ['false | true', 'exit code 1', 'bad'],
    ['no-such-program', 'exit code 127', 'silent'],
    ['kill -9 $$', 'a signal ended it', 'silent'],
  ])('%s', async (line, reason, who) => {
    const ended = await run({ command: line });
    expect(ended).toMatchObject({ passed: false, who });
    expect(reasonOf(ended)).toContain(reason);
    expect(reasonOf(ended)).not.toContain('checkout');
  });

  test('quotes its last lines, and no others', async () => {
    const text = Array.from({ length: 15 }, (_, at) => `${at + 26}`).join('\n');
    const detail = { title: 'its last lines', text, form: 'text' };
    expect(await run({ command: 'seq 1 40; exit 3' })).toMatchObject({ reason: 'exit code 3', detail });
  });

  test('says that the job has no checkout, where there is none', async () => {
    process.chdir(empty);
    const ended = await run({ command: 'npm test' }).finally(() => process.chdir(checkout));
    expect(reasonOf(ended)).toMatch(/^exit code \d+, and this job has no checkout .*actions\/checkout/);
    expect(await run({ command: 'exit 0', folder: 'e2e' })).toMatchObject({
      passed: false,
      who: 'silent',
      reason: expect.stringContaining('could not be started'),
    });
  });
});

describe('what it started is killed', () => {
  /** A line that leaves two processes, which write a file for as long as they run. */
  const leaving = (file: string, end: string) => {
    const beat = `while :; do echo beat >> '${file}'; sleep 0.05; done`;
    return `(${beat}) & sh -c "${beat}" & until [ -s '${file}' ]; do sleep 0.05; done; ${end}`;
  };
  const isStill = async (file: string) => {
    const { statSync } = await import('node:fs');
    let size = -1;
    await vi.waitUntil(
      () => {
        const before = size;
        size = statSync(file).size;
        return size === before;
      },
      { interval: 300, timeout: 30_000 },
    );
  };

  test('when it ends', async () => {
    const file = join(empty, 'ends');
    expect(await run({ command: leaving(file, 'exit 0') })).toMatchObject({ passed: true });
    await isStill(file);
  });

  test('when its time is over', async () => {
    const file = join(empty, 'late');
    const ended = await run({ command: leaving(file, 'echo waiting; wait'), timeout: '1s' });
    expect(ended).toMatchObject({ passed: false, who: 'bad' });
    expect(reasonOf(ended)).toMatch(/^it was still running after 1\.0 s, its timeout/);
    await isStill(file);
  });

  test('when the run is over, and no other command', async () => {
    const [file, over] = [join(empty, 'over'), new AbortController()];
    const other = run({ command: `until [ -e '${join(empty, 'go')}' ]; do sleep 0.05; done` });
    const one = run({ command: leaving(file, 'wait') }, { signal: over.signal });
    await until(() => existsSync(file));
    over.abort(new Error('cancelled'));
    await expect(one).rejects.toThrow('cancelled');
    writeFileSync(join(empty, 'go'), '');
    expect(await other).toMatchObject({ passed: true });
    await isStill(file);
  });
});

test('a config that only the cluster has runs no command', () => {
  const lacks = (hasConfig: boolean) =>
    only(checksAt('preview', configOf({ checks: [command.example] }), toolsIn({}, CLOCK, { hasConfig }))).lacks;
  expect(lacks(true)).toBeUndefined();
  expect(lacks(false)).toContain('set the input config');
});

test('by default it runs in verify alone, once', () => {
  const pointsOf = (more: object) => {
    const { checks } = configOf({ checks: [{ command: 'true', ...more }, 'GET /'], bake: { for: '1m' } });
    const config = { checks: checks.slice(0, 1) };
    return (['preview', 'live', 'bake', 'rollback'] as const).filter(
      (one) => checksAt(one, config, toolsIn()).length > 0,
    );
  };
  expect(pointsOf({})).toEqual(['preview']);
  expect(pointsOf({ at: 'bake' })).toEqual(['bake']);
  expect(pointsOf({ at: ['verify', 'bake'] })).toEqual(['preview', 'bake']);
});

test.each([
  [{ command: ' ' }, /^checks\.0\.command .*expected a command/],
  [{ command: 'true', folder: '../x' }, /^checks\.0\.folder .*expected a folder below/],
  [{ command: 'true', folder: '/etc' }, /^checks\.0\.folder .*expected a folder below/],
  [{ command: 'true', at: 'promote' }, /^checks\.0\.at .*expected verify, bake, or a list of both/],
  [{ command: 'true', at: [] }, /^checks\.0\.at .*expected verify, bake, or a list of both/],
])('%j is refused', (given, problem) => {
  const parsed = parseConfig({ checks: [given] });
  expect('problems' in parsed && parsed.problems.join()).toMatch(problem);
});
