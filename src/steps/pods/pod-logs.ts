import type { Reader } from '../../cluster/reader.ts';
import { isForbidden } from '../../cluster/unreadable.ts';
import { messageOf } from '../../core/base/error.ts';

/** How many of the last lines of a container are read, unless it is said. */
export const LINES = 100;

/** Of what an account may read of pods, what its Role does not allow. */
const FORBIDDEN = {
  logs: 'the Role does not allow reading logs (pods/log)',
  events: 'the Role does not allow reading events',
} as const;

/** The last lines of a container, each with its time in front if that is asked for. It never rejects. */
export async function readLog(
  api: Reader,
  pod: string,
  container: string,
  more: { readonly lines?: number; readonly previous?: boolean; readonly timestamps?: boolean } = {},
): Promise<{ readonly lines: readonly string[]; readonly lack?: string }> {
  try {
    const lines = await api.logOf(pod, container, { lines: LINES, ...more });
    return lines === 'forbidden' ? { lines: [], lack: FORBIDDEN.logs } : { lines };
  } catch (error) {
    return { lines: [], lack: unread('logs', error) };
  }
}

/** What could not be read of pods, as a part of a sentence. */
export function unread(what: keyof typeof FORBIDDEN, error: unknown): string {
  if (isForbidden(error)) return FORBIDDEN[what];
  return `not all ${what} could be read: ${messageOf(error)}`;
}
