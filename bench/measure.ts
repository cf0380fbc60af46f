import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Wall-clock milliseconds with fractions, on the clock that the audit log's timestamps are of. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}

/** Runs a program and returns when it started and ended. Its output is thrown away. */
export async function timed(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ start: number; end: number; ms: number; status: number }> {
  const start = clock();
  const child = spawn(command, args, { stdio: 'ignore', env });
  const [status] = (await once(child, 'close')) as [number | null];
  const end = clock();
  return { start, end, ms: end - start, status: status ?? -1 };
}

/** Peak resident memory of a whole process in KiB, as GNU time reports it. */
export async function peakMemory(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const child = spawn('/usr/bin/time', ['-f', '%M', command, ...args], { stdio: ['ignore', 'ignore', 'pipe'], env });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  await once(child, 'close');
  return Number(text.trim().split('\n').at(-1));
}

/** One answered request of the audit log; times on the same clock as `clock`. */
export interface Audited {
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
  readonly dryRun: boolean;
  readonly agent: string;
  readonly received: number;
  readonly answered: number;
}

/** The requests in `namespace` by agents whose name begins with `agent`, received from `from` on, in order. */
export function audited(file: string, namespace: string, agent: string, from: number): Audited[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes(`"${namespace}"`) && line.includes(agent))
    .map((line) => JSON.parse(line))
    .filter((event) => event.objectRef?.namespace === namespace && String(event.userAgent).startsWith(agent))
    .map((event) => ({
      verb: event.verb,
      resource: event.objectRef.resource,
      subresource: event.objectRef.subresource ?? '',
      name: event.objectRef.name ?? '',
      namespace,
      dryRun: event.requestURI.includes('dryRun=All'),
      agent: event.userAgent,
      received: micros(event.requestReceivedTimestamp),
      answered: micros(event.stageTimestamp),
    }))
    .filter((event) => event.received >= from - 1);
}

/** Median, least and most. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1), n: sorted.length };
}

/** `2026-01-01T00:00:00.123456Z` in milliseconds with fractions. */
function micros(text: string): number {
  const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? '0';
  return Date.parse(text.replace(/\.\d+Z$/, 'Z')) + Number(`0.${fraction}`) * 1_000;
}
