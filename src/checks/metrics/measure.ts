import { formatDuration } from '../../core/base/duration.ts';
import { type Filling, takesWord } from '../../core/base/placeholders.ts';
import { ADOPTED } from '../../core/base/revision.ts';
import { brokenOrder } from '../../core/checks/order.ts';
import type { Attempt, BakePace, Blame, Check, Failure } from '../check.ts';
import { lacksConfig, lacksVariables } from '../lacking.ts';
import type { Subject } from '../subject.ts';
import type { CheckTools } from '../tools.ts';
import type { MetricReading } from './ask.ts';
import type { Measuring } from './settings.ts';

/** Of which revision a metric is read, and when. */
export interface Moment {
  readonly filling: Filling;
  /** How long ago, in milliseconds. */
  readonly ago: number;
}

/** How a metric is read. */
export interface Source {
  readonly name: string;
  readonly kind: string;
  /** Who keeps it. */
  readonly where: string;
  /** What of the settings is sent, with its placeholders. */
  readonly asked: unknown;
  read(moment: Moment, signal: AbortSignal): Promise<MetricReading>;
}

/** The check of a metric against its threshold. */
export function measured(source: Source, settings: Measuring, tools: CheckTools): Check {
  const { name, kind, where } = source;
  const attempt = (subject: Subject) => (signal: AbortSignal) => measure({ source, settings, subject }, tools, signal);
  return {
    name,
    kind,
    isReadOnly: true,
    group: settings.group,
    points: settings.at,
    passes: 1,
    lacks: lacksOf(settings, tools),
    pace: paceOf(settings),
    targets: (subject) => [{ where, attempt: attempt(subject) }],
  };
}

/** A value says something of its window; where the window is shorter than the pause, one value may be missing. */
function paceOf({ window, every, timeout }: Measuring): BakePace {
  return { first: window, every, timeout, patience: Math.max(window, every) };
}

/** A config that comes from the cluster may name any address, whose answers the report would quote. */
function lacksOf(settings: Measuring, tools: CheckTools): string | undefined {
  return lacksConfig(tools, 'requests no metrics from an address') ?? lacksVariables(settings, tools);
}

/** One measurement. */
interface Measurement {
  readonly source: Source;
  readonly settings: Measuring;
  readonly subject: Subject;
}

async function measure(measurement: Measurement, tools: CheckTools, signal: AbortSignal): Promise<Attempt> {
  const { clock } = tools;
  const { timeout } = measurement.settings;
  signal.throwIfAborted();
  const start = clock.now();
  const late = clock.timeout(timeout);
  const failed = (reason: string, who: Blame): Failure => ({ passed: false, ms: clock.now() - start, reason, who });
  try {
    const found = await compared(measurement, tools, AbortSignal.any([signal, late]));
    if ('fault' in found) return failed(found.fault, 'silent');
    if ('none' in found) {
      const isFine = measurement.settings['no-data'] === 'pass';
      return isFine
        ? { passed: true, ms: clock.now() - start, seen: 'no data' }
        : failed(`no data: ${found.none}`, 'bad');
    }
    const { value } = found;
    const broken = value === undefined ? undefined : brokenOrder(measurement.settings, value);
    // Asking on would let the first lucky value pass.
    if (broken !== undefined) return { ...failed(`${found.text}; expected ${broken}`, 'bad'), isFinal: true };
    return { passed: true, ms: clock.now() - start, seen: found.text };
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) return failed(`no complete answer within ${formatDuration(timeout)}`, 'silent');
    throw error;
  }
}

const NOT_ASKED = 'not asked, since {previous} stands for the version before, and there is none';
const NEGATIVE = 'a negative value has no ratio, so ask for what is never negative, or set floor';

/** A value to compare with the threshold, undefined if there is nothing to compare it with, and how people read it. */
type Found =
  | { readonly value: number | undefined; readonly text: string }
  | Exclude<MetricReading, { readonly value: number }>;

/** The metric of the revision, or how many times that of the previous one it is. */
async function compared(
  { source, settings, subject }: Measurement,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<Found> {
  const { previous, since } = subject.release;
  // What ran before Greenpath does not say which revision it is, so that no metric is of it.
  const isFirst = previous === '' || previous === ADOPTED;
  if (isFirst && takesWord(source.asked, 'previous')) return { value: undefined, text: NOT_ASKED };
  const passed = since === undefined ? undefined : tools.clock.now() - since;
  const window = Math.min(settings.window, passed ?? settings.window);
  const now = await source.read(momentOf(subject.revision, previous, { window, ago: 0 }, tools), signal);
  if (!('value' in now)) return now;
  const text = shown(now.value);
  if (settings.compare === undefined) return { value: now.value, text };
  if (isFirst) return { value: undefined, text: `${text}, and there is no previous version to compare it with` };
  // After the switch, the previous version has no visitors any more: what counts is what it did before.
  const before = momentOf(previous, previous, { window: settings.window, ago: passed ?? 0 }, tools);
  const other = await source.read(before, signal);
  if ('none' in other) return without(settings, { text, previous, none: other.none });
  if (!('value' in other)) return other;
  const value = timesOf(now.value, other.value, settings.floor);
  const versus = `the ${shown(other.value)} of ${previous}`;
  if (value === undefined) return { fault: `${text} cannot be divided by ${versus}: ${NEGATIVE}` };
  const least = settings.floor === undefined ? '' : `, each taken as at least ${settings.floor}`;
  return { value, text: `${text} is ${shown(value)} times ${versus}${least}` };
}

/** How many times the other value one is, where neither counts as less than `floor`; undefined if one is negative. */
function timesOf(one: number, other: number, floor = Number.NEGATIVE_INFINITY): number | undefined {
  const [above, below] = [Math.max(one, floor), Math.max(other, floor)];
  if (above < 0 || below < 0) return undefined;
  // Dividing by -0 would be less than any threshold.
  return above === below ? 1 : above / Math.abs(below);
}

/** Where the version before has no value: that is no fault of the revision, but nothing was compared either. */
function without(
  { 'no-data': noData }: Measuring,
  { text, previous, none }: { readonly text: string; readonly previous: string; readonly none: string },
): Found {
  if (noData === 'pass') return { value: undefined, text: `${text}, and ${previous} has no data to compare it with` };
  return { fault: `${text}, and ${previous} has no data to compare it with: ${none}` };
}

function momentOf(
  revision: string,
  previous: string,
  { window, ago }: { readonly window: number; readonly ago: number },
  { secrets }: CheckTools,
): Moment {
  const seconds = Math.max(1, Math.round(window / 1_000));
  const to = Math.floor((Date.now() - ago) / 1_000);
  const words = { previous, window: `${seconds}s`, from: `${to - seconds}`, to: `${to}` };
  return { ago, filling: { revision, words, variable: secrets.variable } };
}

function shown(value: number): string {
  return `${Number.isFinite(value) ? Number(value.toPrecision(4)) : value}`;
}
