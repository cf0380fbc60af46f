import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, normalize, resolve } from 'node:path';
import * as v from 'valibot';
import { formatDuration } from '../../core/base/duration.ts';
import { messageOf } from '../../core/base/error.ts';
import { cut } from '../../core/base/quoted.ts';
import { duration, settings } from '../../core/base/settings.ts';
import { commandHint } from '../../process/checkout.ts';
import { commandEnvironment } from '../../process/child-environment.ts';
import { OutputLines } from '../../process/output-lines.ts';
import type { Attempt, Blame } from '../check.ts';
import type { CheckKind } from '../check-kind.ts';
import { checkLines } from '../check-lines.ts';
import { lacksConfig } from '../lacking.ts';
import { lastLinesOf } from '../last-lines.ts';
import { at, group, inBakeBy } from '../points.ts';
import type { Subject } from '../subject.ts';
import type { CheckTools } from '../tools.ts';
import { variablesFor } from '../variables.ts';

const LINE = 'expected a command as a shell reads it';
const FOLDER = 'expected a folder below the working directory, such as e2e';
/** How much of a command is its name, in characters. */
const NAME = 80;

const map = settings({
  command: v.pipe(v.string(LINE), v.regex(/\S/, LINE)),
  folder: v.optional(v.pipe(v.string(FOLDER), v.check(isBelow, FOLDER)), '.'),
  group,
  at: v.optional(at, ['verify']),
  timeout: v.optional(duration, '5m'),
  every: v.optional(duration, '30s'),
});
type Settings = v.InferOutput<typeof map>;

/** Runs a line of the team's own on the runner: its exit code is the verdict. */
export const command: CheckKind<Settings> = {
  key: 'command',
  form: 'a map with command',
  about: 'Runs a command on the runner, such as a test suite of your own. It passes if its exit code is 0.',
  example: { command: 'node e2e/smoke.mjs', timeout: '2m' },
  schema: map,
  inBake: (settings) => inBakeBy(settings.at),
  make: (settings, tools) => ({
    name: nameOf(settings.command),
    kind: 'command',
    isReadOnly: false,
    group: settings.group,
    points: settings.at,
    // A command comes from the checkout or the workflow, never from the cluster.
    lacks: lacksConfig(tools, 'runs no command'),
    passes: 1,
    retries: 0,
    pace: { first: 0, every: settings.every, timeout: settings.timeout, patience: settings.every },
    targets: (subject) => [{ where: subject.release.url, attempt: (signal) => run(settings, subject, tools, signal) }],
  }),
};

/** What a shell returns for a program that it cannot find or start. */
const NOT_STARTED = [126, 127];

async function run(settings: Settings, subject: Subject, tools: CheckTools, signal: AbortSignal): Promise<Attempt> {
  const { clock, step } = tools;
  const folder = resolve(settings.folder);
  const start = clock.now();
  const late = clock.timeout(settings.timeout);
  const lines = new OutputLines(checkLines(step, nameOf(settings.command)));
  const failed = (reason: string, who: Blame): Attempt => {
    return { passed: false, ms: clock.now() - start, reason, who, ...lastLinesOf(lines.end()) };
  };
  // Only a run that has such a check loads @actions/exec.
  const { runLine } = await import('../../process/tool.ts');
  try {
    const status = await runLine(
      {
        line: settings.command,
        folder,
        environment: { ...commandEnvironment(step.environment), ...variablesFor(subject) },
        onOutput: (piece, output) => lines.add(piece, output),
      },
      AbortSignal.any([signal, late]),
    );
    if (status === 0) {
      lines.end();
      return { passed: true, ms: clock.now() - start };
    }
    if (status === null) return failed('a signal ended it', 'silent');
    const isStarted = !NOT_STARTED.includes(status);
    // Commands seldom work without the files that they belong to.
    const hint = isStarted && hasFiles(folder) ? '' : commandHint(settings.folder);
    return failed(`exit code ${status}${hint}`, isStarted ? 'bad' : 'silent');
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted)
      return failed(`it was still running after ${formatDuration(settings.timeout)}, its timeout`, 'bad');
    return failed(`it could not be started: ${messageOf(error)}${commandHint(settings.folder)}`, 'silent');
  }
}

function hasFiles(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

function isBelow(folder: string): boolean {
  return !isAbsolute(folder) && !normalize(folder).startsWith('..');
}

/** The first line, for people. */
function nameOf(line: string): string {
  const [first = '', ...more] = line.trim().split('\n');
  return more.length === 0 ? cut(first, NAME) : `${first.slice(0, NAME)}…`;
}
