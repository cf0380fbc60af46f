import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULTS } from '../../harness/inputs.ts';
import { connect } from '../../src/cluster/connect.ts';
import { UNCHECKED } from '../../src/core/base/error.ts';
import { LogReport } from '../../src/github/log-report.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { toGreenpathError } from '../../src/run-errors.ts';
import { KUBECONFIG, type Mistake } from './kubeconfig-mistakes.ts';
import { CORRECT, MISTAKES, REPOSITORY } from './mistakes.ts';

/** What people read who make a usual mistake: the end of the log, and the annotation. */

const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenpath-mistake-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
  process.exitCode = 0;
});

/** The lines that a runner gets of a step that begins like this. */
async function told({ files = REPOSITORY, inputs = {}, environment = {} }: Mistake): Promise<string[]> {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const whole: Record<string, string> = {
    ...DEFAULTS,
    ...{ mode: 'verify', route: 'ingress/shop', revision: 'v2', kubeconfig: KUBECONFIG },
    ...inputs,
  };
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    const { kubeconfig, context } = readInputs((name) => whole[name] ?? '', environment);
    await connect(kubeconfig, context, { HOME: folder, ...environment }, new AbortController().signal);
  } catch (thrown) {
    const error = toGreenpathError(thrown);
    new LogReport().failure(error, UNCHECKED, `https://docs.test/#${error.code}`);
  }
  return lines.join('').trim().split('\n');
}

describe('a mistake is told with the input, what is wrong with it, and what to do', () => {
  test.each(Object.entries(MISTAKES))('%s', async (_, mistake) => {
    const { what, next = CORRECT } = mistake;
    const [headline = '', ...list] = what;
    const lines = await told(mistake);
    const log = lines.filter((line) => line !== '' && !line.startsWith('::'));
    expect(log).toEqual([
      `What failed: ${headline}`,
      ...list.map((line) => `  - ${line}`),
      `What to do: ${next}`,
      'More about input: https://docs.test/#input',
    ]);
    const placeless = list.filter((line) => !/^greenpath\.yaml:\d+: /.test(line));
    const annotation = [headline, ...placeless, `What to do: ${next} [input] https://docs.test/#input`].join(' · ');
    expect(lines.filter((line) => line.startsWith('::error::'))).toEqual([`::error::${annotation}`]);
    expect(lines.join('\n')).not.toMatch(/visitors/i);
  });

  test('the problems of a file are annotated there', async () => {
    const lines = await told(MISTAKES['mistyped settings, in a file'] as Mistake);
    expect(lines.filter((line) => line.startsWith('::error file'))).toEqual([
      '::error file=greenpath.yaml,line=2::input config: bake.evry: no such setting; did you mean every?',
      '::error file=greenpath.yaml,line=1::input config: chekcs: no such setting; did you mean checks?',
    ]);
  });
});
