import { afterEach, describe, expect, test, vi } from 'vitest';
import { GreenpathError, type Problem, UNCHECKED } from '../../src/core/base/error.ts';
import { LogReport } from '../../src/github/log-report.ts';

/** The log of a step: its groups, its annotations, and how it tells a failure. */

afterEach(() => {
  process.exitCode = 0;
});

/** The lines that the runner gets of this. */
function linesOf(work: (report: LogReport) => void): string[] {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  work(new LogReport());
  return lines.join('').trim().split('\n');
}
const URL = 'https://docs.test/#timeout';
const change = (action: 'create' | 'change' | 'keep' | 'delete', diff = '') => ({ object: 'Service a', action, diff });

describe('groups', () => {
  test('each part of a run is one, the same part is not begun twice, and the verdict is outside', () => {
    const lines = linesOf((report) => {
      report.stage('Situation');
      report.line('one');
      report.stage('Situation');
      report.stage('Switch');
      report.verdict('Live.');
      report.endStage('done');
    });
    expect(lines).toEqual(['::group::Situation', 'one', '::endgroup::', '::group::Switch', '::endgroup::', 'Live.']);
  });

  test('a part in which the run failed is known as such', () => {
    linesOf((report) => {
      report.stage('Checks');
      report.endStage('failed');
      expect(report.close().stages).toMatchObject([{ title: 'Checks', failed: true }]);
    });
  });
});

test('a warning and a notice are annotated at their place, and where there is no room they say it', () => {
  const place = { file: 'k8s/web.yaml', line: 3 };
  const lines = linesOf((report) => {
    report.warning('odd', place);
    for (let more = 0; more < 8; more += 1) report.notice(`${more}`);
    report.notice('odd', place);
    report.notice('odd', place);
    expect(report.close().warnings).toEqual(['k8s/web.yaml:3: odd']);
  });
  expect(lines[0]).toBe('::warning file=k8s/web.yaml,line=3::odd');
  expect(lines.slice(-1)).toEqual(['Notice: k8s/web.yaml:3: odd']);
});

describe('changes', () => {
  test('that were made are reported; what stays is not, unless it is a plan', () => {
    const lines = linesOf((report) => {
      for (const action of ['create', 'change', 'keep', 'delete'] as const) report.change(change(action));
      report.plan();
      report.change(change('keep'));
    });
    expect(lines).toEqual(['created Service a', 'changed Service a', 'deleted Service a', 'would keep Service a']);
  });

  test('that are planned come with their difference', () => {
    const plan = linesOf((report) => {
      report.plan();
      report.change(change('change', '- a\n+ b'));
    });
    expect(plan).toEqual(['would change Service a', '    - a', '    + b']);
    expect(linesOf((report) => report.change(change('change', '- a\n+ b')))).toEqual(['changed Service a']);
  });
});

test('what a run does is said as it was done, and in a plan as it would be', () => {
  const said = linesOf((report) => {
    report.line(report.wording('moved', 'would move'));
    report.plan();
    report.line(report.wording('moved', 'would move'));
  });
  expect(said).toEqual(['moved', 'would move']);
});

describe('annotations', () => {
  test('a notice is given once, a warning as often as it is so', () => {
    const lines = linesOf((report) => {
      for (let count = 0; count < 2; count += 1) {
        report.notice('a');
        report.warning('b');
      }
    });
    expect(lines).toEqual(['::notice::a', '::warning::b', '::warning::b']);
  });

  test('GitHub shows ten of a step: more are lines, and the failure says how many', () => {
    const lines = linesOf((report) => {
      for (let count = 0; count < 11; count += 1) report.warning(`${count}`);
      report.failure(new GreenpathError('timeout', 'too late', 'Go on.'), 'on v1', URL);
    });
    expect(lines.filter((line) => line.startsWith('::warning::'))).toHaveLength(9);
    expect(lines).toContain('Warning: 10');
    expect(lines).toContain("(2 more annotations are not shown on the run's page)");
    expect(lines.filter((line) => line.startsWith('::error::'))).toHaveLength(1);
  });

  test('a problem of a file stands at its line', () => {
    const problems = [
      { text: 'wrong', place: { file: 'a.yaml', line: 7 } },
      { text: 'odd', place: { file: 'b.yaml' } },
    ];
    const lines = linesOf((report) =>
      report.failure(new GreenpathError('manifest', 'no', 'Go.', { problems }), '', URL),
    );
    expect(lines).toContain('::error file=a.yaml,line=7::wrong');
    expect(lines).toContain('::error file=b.yaml::odd');
    expect(lines).toContain('  - a.yaml:7: wrong');
  });
});

test('a failure says what failed, where visitors are, and what to do', () => {
  const lines = linesOf((report) => report.failure(new GreenpathError('timeout', 'too late', 'Go on.'), 'on v1', URL));
  expect(lines).toEqual([
    'What failed: too late',
    'Visitors: on v1',
    'What to do: Go on.',
    'More about timeout: https://docs.test/#timeout',
    '::error::too late · Visitors: on v1 · What to do: Go on. [timeout] https://docs.test/#timeout',
  ]);
  expect(process.exitCode).toBe(1);
});

describe('a failure of inputs', () => {
  const inputs = (...problems: Problem[]) =>
    new GreenpathError('input', problems.length === 1 ? 'a is 1' : '2 inputs are wrong: a and b', 'Correct it.', {
      problems,
    });

  test('says nothing of visitors, and the one problem once', () => {
    expect(linesOf((report) => report.failure(inputs({ text: 'a is 1' }), UNCHECKED, URL))).toEqual([
      'What failed: a is 1',
      'What to do: Correct it.',
      'More about input: https://docs.test/#timeout',
      '::error::a is 1 · What to do: Correct it. [input] https://docs.test/#timeout',
    ]);
  });

  test('says where visitors are if that was read: this run goes on from a switch that is not proven', () => {
    const lines = linesOf((report) => report.failure(inputs({ text: 'a is 1' }), 'on v2, unproven', URL));
    expect(lines).toContain('Visitors: on v2, unproven');
  });

  test('shows all problems in the annotation, but those with one of their own', () => {
    const problems = [{ text: 'a is 1' }, { text: 'b is 2', place: { file: 'b.yaml', line: 3 } }];
    expect(linesOf((report) => report.failure(inputs(...problems), UNCHECKED, URL))).toEqual([
      '::error file=b.yaml,line=3::b is 2',
      '',
      'What failed: 2 inputs are wrong: a and b',
      '  - a is 1',
      '  - b.yaml:3: b is 2',
      'What to do: Correct it.',
      'More about input: https://docs.test/#timeout',
      '::error::2 inputs are wrong: a and b · a is 1 · What to do: Correct it. [input] https://docs.test/#timeout',
    ]);
  });
});

test('what the cluster holds is hidden here, and only what is unmistakable by the runner', () => {
  const secret = 'correct-horse-battery-staple-0815';
  const lines = linesOf((report) => {
    report.hideInJob([secret, 'web']);
    report.line(`the password is ${secret}`);
  });
  expect(lines).toEqual([`::add-mask::${secret}`, 'the password is ***']);
});

test('the runner gets a credential once, however often it is hidden', () => {
  const lines = linesOf((report) => {
    for (const secrets of [['one-token'], ['one-token', 'another-token'], ['one-token']])
      report.hideCredentials(secrets);
  });
  expect(lines).toEqual(['::add-mask::one-token', '::add-mask::another-token']);
});

test('a text of any length is cut, and says by how much', () => {
  const [line = ''] = linesOf((report) => report.line('x'.repeat(9_000)));
  expect(line).toBe(`${'x'.repeat(8_000)}… (1000 more characters)`);
});
