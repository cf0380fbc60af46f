import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { OutputLines } from '../../src/process/output-lines.ts';
import { runLine } from '../../src/process/tool.ts';
import { until } from '../clock.ts';

/** Lines for a shell as real processes: what is waited for, and what their output costs. */

const folder = mkdtempSync(join(tmpdir(), 'greenpath tool-'));
const environment = { PATH: process.env.PATH ?? '' };
const forever = new AbortController().signal;

describe('what has left its process group is not waited for, although it holds the outputs', () => {
  /** A line that leaves a process in a group of its own, which notes its end. */
  function leaving(name: string, end: string) {
    const [pid, gone] = [join(folder, `${name}.pid`), join(folder, `${name}.gone`)];
    // @actions/exec waits 10 s for it.
    const left = `sh -c 'echo $$ > "${pid}"; sleep 8; echo > "${gone}"'`;
    onTestFinished(() => {
      if (!existsSync(gone)) process.kill(-Number(readFileSync(pid, 'utf8')), 'SIGKILL');
    });
    return {
      line: `set -m; ${left} & set +m; until [ -s "${pid}" ]; do sleep 0.05; done; ${end}`,
      hasStarted: () => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n'),
      isGone: () => existsSync(gone),
    };
  }

  test('when it is killed', async () => {
    const { line, hasStarted, isGone } = leaving('killed', 'wait');
    const over = new AbortController();
    const ended = runLine({ line, folder, environment, onOutput: () => undefined }, over.signal);
    await until(hasStarted);
    over.abort(new Error('cancelled'));
    await expect(ended).rejects.toThrow('cancelled');
    expect(isGone()).toBe(false);
  });

  test('when the line itself has become the process of another user, as by sudo', async () => {
    const { line, hasStarted, isGone } = leaving('foreign', 'exec sleep 8');
    const over = new AbortController();
    const ended = runLine({ line, folder, environment, onOutput: () => undefined }, over.signal);
    await until(hasStarted);
    const refused = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    over.abort(new Error('cancelled'));
    await expect(ended).rejects.toThrow('cancelled');
    expect(refused.mock.calls).toEqual([[expect.any(Number), 'SIGKILL']]);
    refused.mockRestore();
    for (const [group] of refused.mock.calls) process.kill(group, 'SIGKILL');
    expect(isGone()).toBe(false);
  });

  test('when it ends, and what it wrote before is read to its end', async () => {
    const { line, isGone } = leaving('ended', 'seq 1 20000; echo error >&2; exit 3');
    const lines = new OutputLines(() => undefined);
    const onOutput = lines.add.bind(lines);
    expect(await runLine({ line, folder, environment, onOutput }, forever)).toBe(3);
    expect(isGone()).toBe(false);
    expect(lines.end().split('\n')).toEqual(expect.arrayContaining(['20000', 'error']));
  });
});

test('an output without a line feed takes neither memory nor time for its length', { timeout: 60_000 }, async () => {
  const args = ['--expose-gc', 'test/process/huge-output.ts', folder];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  const { status, length, live, resident } = JSON.parse(stdout);
  expect([status, length]).toEqual([0, 8_193]);
  expect(live).toBeLessThan(3);
  // What Node read and has not collected yet.
  expect(resident).toBeLessThan(60);
});
