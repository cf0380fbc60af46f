import type { CheckResult } from '../checks/check-result.ts';
import type { InsideStatus } from '../release/follower-status.ts';
import { type RouteRef, routeText } from '../release/route.ts';
import type { StackRole } from '../release/stack-role.ts';
import type { SwitchNote } from '../release/switch-note.ts';

/** The whole state of one app, as `status` reports it and as the output `json` contains it. */
export interface Status {
  readonly app: string;
  readonly namespace: string;
  readonly routes: readonly RouteRef[];
  readonly live: { readonly url: string; readonly service: string; readonly revision: string } | undefined;
  /** The annotation on the live route. */
  readonly switchNote: SwitchNote | undefined;
  /** What blocks the other modes, with the repair; undefined if nothing does. */
  readonly problem: { readonly code: string; readonly what: string; readonly next: string } | undefined;
  readonly stacks: readonly StackStatus[];
  /** What follows the live routes: plain Services, workers, HPAs with raised limits. */
  readonly inside: readonly InsideStatus[];
  /** The holder of the lock; undefined if nobody holds it. */
  readonly lock: string | undefined;
  readonly next: string;
}

export interface StackStatus {
  readonly revision: string;
  readonly role: StackRole;
  /** Whether somebody else created it: Greenpath switches to it, and never deletes it. */
  readonly handMade: boolean;
  readonly service: string;
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
  /** A Service of it that was created again, so that its own pods call an address that is gone; omitted if none was. */
  readonly replaced?: string;
  readonly verified: { readonly at: string; readonly run: string; readonly checks: readonly CheckResult[] } | undefined;
  readonly timeline: readonly { readonly at: string; readonly event: string; readonly run: string }[];
}

/** What a person would do next, as a mode. */
export function nextStep({ problem, stacks }: Pick<Status, 'problem' | 'stacks'>): string {
  if (problem !== undefined) return problem.next;
  const candidate = stacks.find((stack) => stack.role === 'candidate');
  if (candidate === undefined) return 'deploy-green of a new revision';
  if (candidate.replaced !== undefined) return `deploy-green of ${candidate.revision} again: ${candidate.replaced}`;
  if (candidate.ready.length === 0) return `deploy-green of ${candidate.revision} again: none of its pods is ready`;
  return candidate.verified === undefined ? `verify of ${candidate.revision}` : `promote of ${candidate.revision}`;
}

/** The status as a tree of text. */
export function statusTree(status: Status): string {
  const { app, namespace, routes, live, switchNote, problem, stacks, inside, lock, next } = status;
  const lines = [
    live === undefined
      ? 'live: not known'
      : `live: ${live.url} → ${live.service} (revision ${live.revision || 'unknown'})`,
    switchNote === undefined
      ? 'phase: no switch is recorded'
      : `phase: ${switchNote.phase} to ${switchNote.live} at ${switchNote.at} by ${switchNote.run}; ${switchNote.left === undefined ? `previous: ${switchNote.previous || 'unknown'}` : `switched back from: ${switchNote.left}`}`,
    ...(problem === undefined ? [] : [`problem: ${problem.what} [${problem.code}]`]),
    ...stacks.map(stackLine),
    ...inside.map(({ object, state, drifted }) => `inside: ${object}${drifted ? ' has drifted' : ''}: ${state}`),
    `lock: ${lock ?? 'free'}`,
    `next: ${next}`,
  ];
  const branches = lines.map((line, index) => `${index === lines.length - 1 ? '└─' : '├─'} ${line}`);
  return [`app ${app} behind ${routes.map(routeText).join(', ')} in namespace ${namespace}`, ...branches].join('\n');
}

function stackLine(stack: StackStatus): string {
  const all = stack.ready.length + stack.notReady.length;
  const pods = `${stack.ready.length} of ${all} pods ready${stack.notReady.length > 0 ? ` (not: ${stack.notReady.join(', ')})` : ''}`;
  const stamp = stack.verified === undefined ? 'not verified' : `verified at ${stack.verified.at}`;
  const role = `${stack.role}${stack.handMade ? ', created by hand' : ''}`;
  const replaced = stack.replaced === undefined ? '' : `; ${stack.replaced}`;
  return `stack ${stack.revision}: ${role}, ${stack.service}, ${pods}, ${stamp}${replaced}`;
}
