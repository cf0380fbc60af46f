import { globSync, readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { GreenpathError } from '../../src/core/base/error.ts';
import type { FailureReport } from '../../src/core/report/failure-report.ts';
import { LogReport } from '../../src/github/log-report.ts';

/** Promise 10: every word for people passes one door, at which secrets stay behind. */

const SECRET = 'correct horse battery';
const SAID = `cannot log in as ${SECRET} at postgres://shop:hunter2@db/shop`;
const HIDDEN = /correct horse|hunter2/;

afterEach(() => {
  process.exitCode = 0;
});

function printedBy(work: (report: LogReport) => void): string {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const report = new LogReport();
  report.hide([SECRET]);
  work(report);
  return lines.join('');
}

const change = { object: 'ConfigMap a', action: 'change', diff: `+  a: ${SAID}` } as const;
const check = { name: 'GET /', kind: 'request', where: 'http://a/', passed: false, attempts: 1, failure: SAID };
const attempts = [{ place: '', spans: [] }];
const failed = (text: string): FailureReport => ({
  checks: [
    { title: 'GET /', reason: 'x', detail: { title: 'the answer began', text, form: 'text' }, attempts, since: 0 },
  ],
  pods: [],
});
const problems = [{ text: SAID, place: { file: 'a', line: 1 } }, { text: SAID }];
const error = new GreenpathError('rollout-failed', SAID, SAID, { problems });

test.each<[string, (report: LogReport) => void]>([
  ['a line', (report) => report.line(SAID)],
  ['the verdict', (report) => report.verdict(SAID)],
  ['a warning', (report) => report.warning(SAID)],
  [
    'the end of a long line of an answer',
    (report) => {
      report.explain(failed(`${'x'.repeat(465)} ${SAID}`));
      report.failure(error, '', '');
    },
  ],
  ['a notice', (report) => report.notice(SAID)],
  ['a notice at a place', (report) => report.notice(SAID, { file: 'a', line: 1 })],
  ['the tenth annotation', (report) => Array.from({ length: 11 }, (_, at) => report.warning(`${at} ${SAID}`))],
  [
    'a planned change',
    (report) => {
      report.plan();
      report.change(change);
    },
  ],
  [
    'what only maintainers read',
    (report) => {
      vi.stubEnv('RUNNER_DEBUG', '1');
      report.debug(SAID);
    },
  ],
  ['a failure', (report) => report.failure(error, SAID, 'https://docs.test/#input')],
  ['a secret with control characters in it', (report) => report.line(SAID.replace('horse', 'ho\u001b[0mrse'))],
])('%s is reported without secrets', (_, work) => {
  const printed = printedBy(work);
  expect(printed).toContain('cannot log in as *** at postgres://***@db/shop');
  expect(printed).not.toMatch(HIDDEN);
});

test('nor are they in what the summary is made of, or in what is said in outputs', () => {
  printedBy((report) => {
    report.warning(SAID);
    report.change(change);
    report.check(check);
    report.compare({
      live: { revision: 'v1', commit: undefined },
      candidate: { revision: 'v2', commit: undefined },
      images: [{ of: 'web', before: SAID, after: SAID }],
      twins: [{ before: 'a', after: 'b', diff: SAID }],
    });
    const journal = JSON.stringify([report.masked(SAID), report.close()]);
    expect(journal.match(/cannot log in as/g)).toHaveLength(7);
    expect(journal).not.toMatch(HIDDEN);
  });
});

test('the runner gets what this run hides, and only a part of very much', () => {
  const secrets = Array.from({ length: 700 }, (_, at) => `secret-text-${at}`);
  const printed = printedBy((report) => {
    report.allow('name: secret-text-7');
    report.hideInJob(secrets);
    report.hideInJob(['one-more-secret-text']);
    report.line('secret-text-699 and one-more-secret-text');
  });
  const told = printed.split('\n').filter((line) => line.startsWith('::add-mask::'));
  expect(told).toHaveLength(500);
  expect(told).not.toContain('::add-mask::secret-text-7');
  expect(printed.match(/hold more than the 500 texts/g)).toHaveLength(1);
  expect(printed).toContain('*** and ***');
});

test('what is reported of a changed object does not depend on what Secrets contain', () => {
  const printed = printedBy((report) => {
    report.hide(['change', 'delete']);
    report.change({ object: 'ConfigMap a', action: 'change', diff: '' });
    expect(report.close().changes).toMatchObject([{ action: 'change' }]);
  });
  expect(printed).toBe('changed ConfigMap a\n');
});

test('a hostile text of any length is cut after its beginning', () => {
  for (const piece of ['\n', ' ', '-', 'a-', '\u001b[0', 'x'])
    expect(printedBy((report) => report.line(`said ${piece.repeat(4_000_000)}`)).length).toBeLessThan(9_000);
});

test('there is no other door: nobody else prints', () => {
  const PRINTS = /\bcore\.(?:info|warning|notice|error|setFailed|debug)\(|console\.|process\.std(?:out|err)\.write/;
  const doors = globSync('src/**/*.ts').filter((file) => PRINTS.test(readFileSync(file, 'utf8')));
  expect(doors).toEqual(['src/github/log-report.ts']);
});
