import { load } from 'js-yaml';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { bake } from '../../src/checks/bake.ts';
import type { Attempt, Check } from '../../src/checks/check.ts';
import { CHECK_KINDS, checksAt, checksSchema, registered } from '../../src/checks/registry.ts';
import { repeat } from '../../src/checks/repeat.ts';
import { parseRecordedWith } from '../../src/core/base/config.ts';
import { isObject } from '../../src/core/base/json.ts';
import { checkResult } from '../../src/core/checks/check-result.ts';
import { readStamp, recordObject } from '../../src/core/release/record.ts';
import { resultOf } from '../../src/core/report/result.ts';
import { resultSchema } from '../../src/core/report/result-schema.ts';
import { CLOCK } from '../../src/process/clock.ts';
import type { Endpoint } from '../../src/proof/probe.ts';
import { RELEASE, STAMP } from '../core/release/recorded.ts';
import { NOTHING, PROMOTED } from '../core/report/results.ts';
import { only } from '../core/support.ts';
import { as, Backend, NOBODY, startMute } from '../proof/backend.ts';
import { subjectOf, toolsIn } from './checks.ts';
import { socket } from './socket-kind.ts';

/**
 * What every kind of check keeps to, whatever it does. The kinds come from the registry; one more, of these tests alone,
 * shows that nothing knows only requests.
 */

const KINDS = [...CHECK_KINDS, registered(socket)];
const POINTS = ['preview', 'live', 'bake', 'rollback'] as const;
/** Passing takes as long as a busy machine needs; failing is waited for briefly. In milliseconds. */
const PASSING = { passes: 2, interval: 20, within: 30_000 };
const FAILING = { ...PASSING, within: 200 };
const forever = new AbortController().signal;

/** Without the rules about other settings of the config. */
function parsed(...checks: unknown[]) {
  return parseRecordedWith(checksSchema(KINDS), { checks });
}
function checkOf(given: unknown): Check {
  const result = parsed(given);
  if ('problems' in result) throw new Error(result.problems.join('; '));
  const { kind } = only(result.config.checks);
  const made = POINTS.flatMap((point) => checksAt(point, result.config, toolsIn())).find((one) => one.kind === kind);
  if (made === undefined) throw new Error(`a check of kind ${kind} runs at no point`);
  return made;
}
function bakeOver(check: Check, endpoints: readonly Endpoint[]) {
  const request = { checks: [check], subject: subjectOf(endpoints), clock: CLOCK, end: CLOCK.now() + 60_000 };
  return bake({ for: 150, every: 50, errors: 0 }, request, forever);
}

test('no two kinds have one name', () => {
  expect(new Set(KINDS.map(({ key }) => key)).size).toBe(KINDS.length);
});

test('what no kind reads is refused with how each one is written', () => {
  const result = parsed({ unheard: 1 });
  const problem = 'problems' in result ? only(result.problems) : '';
  for (const { form } of KINDS) expect(problem).toContain(form);
});

describe.each(KINDS.map((kind) => [kind.key, kind] as const))('the kind %s', (key, { example, about }) => {
  test('reads its example, and refuses a setting that it does not have at its place', () => {
    const whole = isObject(example) ? example : { [key]: example };
    expect(parsed(example)).toMatchObject({ config: { checks: [{ kind: key }] } });
    const refused = parsed({ ...whole, nonsense: 1 });
    expect('problems' in refused && only(refused.problems)).toMatch(/^checks\.0\.nonsense: no such setting; allowed: /);
    expect(about).toMatch(/^[A-Z].*\.$/);
  });

  test('makes a check of a name and a place, and runs somewhere', () => {
    const check = checkOf(example);
    expect(check).toMatchObject({ kind: key, name: expect.stringMatching(/./) });
    expect(check.targets(subjectOf([NOBODY]))[0]?.where).toMatch(/./);
  });

  test('says why it fails, and its result fits record, status and output json', async () => {
    const { result } = await repeat(checkOf(example), subjectOf([NOBODY]), FAILING, CLOCK, forever);
    expect(result.passed).toBe(result.failure === '');
    const published = resultOf(PROMOTED, { ...NOTHING, checks: [result] }, undefined);
    expect(v.safeParse(resultSchema, JSON.parse(JSON.stringify(published))).issues).toBeUndefined();
    expect(Object.keys(result).filter((field) => !Object.hasOwn(checkResult.entries, field))).toEqual([]);
    const stamp = JSON.stringify({ ...STAMP, checks: [result] });
    const record = { ...recordObject(RELEASE, 'shop'), data: { stamp } };
    expect(readStamp(record, RELEASE)?.checks).toEqual([result]);
  });

  test('counts every attempt while it bakes', async () => {
    const check = checkOf(example);
    const targets = check.targets(subjectOf([NOBODY]));
    const result = await bakeOver(check, [NOBODY]);
    expect(result.attempts).toBeGreaterThanOrEqual(targets.length);
    if (result.verdict === 'proven') expect(result.failed + result.silent).toBe(0);
    else expect(result.complaints.join()).toMatch(/./);
  });

  test('ends when the run does', async () => {
    const over = new AbortController();
    over.abort(new Error('cancelled'));
    for (const target of checkOf(example).targets(subjectOf([NOBODY])))
      await expect(Promise.resolve().then(() => target.attempt(over.signal))).rejects.toThrow('cancelled');
  });
});

test.each(KINDS.filter(({ written }) => written))('the kind $key reads what it advises', ({ written }) => {
  const advised = (status?: number) => parsed(load(written?.('/a', status) ?? ''));
  const expecting = (...statuses: unknown[]) => ({ config: { checks: [{ expects: [{ path: '/a', statuses }] }] } });
  expect(advised(401)).toMatchObject(expecting(401));
  expect(advised()).toMatchObject(expecting('2xx'));
});

/** A server that is there and then is not: how a check of it is written, the verdict then, and what is said. */
const REFUSED = 'ECONNREFUSED';
const STAGES: readonly (readonly [string, (port: number) => unknown, string, string])[] = [
  ['request', () => 'GET /', 'blind', REFUSED],
  ['command', (port) => ({ command: connecting(port), at: ['verify', 'bake'], every: '50ms' }), 'bad', 'exit code 1'],
  ['prometheus', (port) => ({ prometheus: 'up', ...METRIC, url: `http://127.0.0.1:${port}` }), 'blind', REFUSED],
  [
    'metric',
    (port) => ({ metric: `GET http://127.0.0.1:${port}/`, value: '$.data.result[0].value[0]', ...METRIC }),
    'blind',
    REFUSED,
  ],
  ['test-socket', (port) => ({ 'test-socket': port, timeout: '1s' }), 'bad', REFUSED],
];

const METRIC = { 'at-most': 1, every: '50ms', window: '1s' };

/** Answers as version v2 does, with what Prometheus says of one value. */
const asVersionAndMetric: Parameters<typeof Backend.start>[0] = (response) => {
  const body = { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '1'] }] } };
  response.writeHead(200, { 'x-revision': 'v2', 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** A command that connects to a port, and fails as Node does. */
function connecting(port: number): string {
  const script = `require('node:net').connect(${port}, '127.0.0.1', () => process.exit())`;
  return `'${process.execPath}' -e "${script}"`;
}

/** The server of a Job is that of the cluster: its own test has one. */
const ELSEWHERE = ['job'];

test('each kind has a server that is there and then is not', () => {
  expect([...STAGES.map(([key]) => key), ...ELSEWHERE].toSorted()).toEqual(KINDS.map(({ key }) => key).toSorted());
});

describe.each(STAGES)('a check of the kind %s', (_, givenFor, verdict, said) => {
  test('passes, repeated and baked, until what it checks is gone', async () => {
    const backend = await Backend.start(asVersionAndMetric);
    const { front } = backend;
    const check = checkOf(givenFor(front.address.port));
    const run = async (settings: typeof PASSING) =>
      (await repeat(check, subjectOf([front]), settings, CLOCK, forever)).result;
    const attempts = check.passes ?? PASSING.passes;
    expect(await run(PASSING)).toMatchObject({ passed: true, attempts, failure: '', slowestMs: expect.any(Number) });
    expect(await bakeOver(check, [front])).toMatchObject({ verdict: 'proven', failed: 0, silent: 0 });
    await backend.close();
    expect(await run(FAILING)).toMatchObject({ passed: false, failure: expect.stringContaining(said) });
    const after = await bakeOver(check, [front]);
    expect(after).toMatchObject({ verdict, complaints: [expect.stringContaining(said)] });
  });
});

test('one that gets no answer leaves visitors where they are, though others pass', async () => {
  const { front } = await Backend.start(as('v2'));
  const mute = await startMute();
  const quick = { 'test-socket': mute.address.port, timeout: '100ms' };
  const checks = ['GET /', quick].map(checkOf);
  const request = { checks, subject: subjectOf([front]), clock: CLOCK, end: CLOCK.now() + 60_000 };
  const result = await bake({ for: 150, every: 50, errors: 0 }, request, forever);
  const { port } = mute.address;
  const complaints = [`TCP ${port} at 127.0.0.1:${port}: no connection within 100 ms`];
  expect(result).toMatchObject({ verdict: 'blind', failed: 0, complaints });
});

test('an attempt that is answered by nobody known is a failure of the bake', async () => {
  const attempt = (): Promise<Attempt> => Promise.resolve({ passed: false, ms: 1, reason: 'odd', who: 'unknown' });
  const targets = () => [{ where: 'here', attempt }];
  const check: Check = { name: 'a', kind: 'k', isReadOnly: true, points: ['bake'], targets };
  expect(await bakeOver(check, [])).toMatchObject({ verdict: 'lagging', failed: 1, complaints: ['a at here: odd'] });
});
