import { counted } from '../base/plural.ts';
import { cut } from '../base/quoted.ts';
import { attemptLines, type FailedCheck, failureTitle } from '../checks/failed-check.ts';
import type { PodSeen, PodsSeen } from '../rollout/pod-evidence.ts';

/** What somebody needs who looks for the cause of checks that failed. */
export interface FailureReport {
  readonly checks: readonly FailedCheck[];
  readonly pods: readonly PodsSeen[];
}

/** How many checks are reported in full. */
const MOST_CHECKS = 10;

/** What `show` gives of the checks that are reported in full, and how many more there are, if there are. */
export function shownChecks(
  checks: readonly FailedCheck[],
  show: (check: FailedCheck) => readonly string[],
): { readonly shown: readonly string[]; readonly more: readonly string[] } {
  const more = checks.length - MOST_CHECKS;
  return {
    shown: checks.slice(0, MOST_CHECKS).flatMap(show),
    more: more > 0 ? [`… and ${counted(more, 'more check')}`] : [],
  };
}

/** How long a line of an answer, a program or a log may be, and an event, in characters. */
const LENGTH = 500;

/**
 * A report with `change` applied to everything that may quote something external. Only then are lines cut: a mask does
 * not recognise half a secret.
 */
export function withReportTexts({ checks, pods }: FailureReport, change: (text: string) => string): FailureReport {
  return {
    checks: checks.map((check) => withCheckTexts(check, change)),
    pods: pods.map((one) => withPodTexts(one, change)),
  };
}

function withCheckTexts(check: FailedCheck, change: (text: string) => string): FailedCheck {
  const { title, reason, cause, detail, attempts } = check;
  return {
    ...check,
    title: change(title),
    reason: change(reason),
    ...(cause !== undefined && { cause: change(cause) }),
    ...(detail && { detail: { ...detail, text: cutLines(change(detail.text)).join('\n') } }),
    attempts: attempts.map(({ place, spans }) => ({
      place: change(place),
      spans: spans.map((span) => ({ ...span, how: change(span.how) })),
    })),
  };
}

function withPodTexts(seen: PodsSeen, change: (text: string) => string): PodsSeen {
  const pods = seen.pods.map(
    ({ name, state, events, logs }): PodSeen => ({
      name: change(name),
      state: change(state),
      events: events.map((event) => cut(change(event), LENGTH)),
      // A secret may have several lines.
      logs: logs.map(({ title, lines }) => ({ title: change(title), lines: cutLines(change(lines.join('\n'))) })),
    }),
  );
  return { ...seen, pods, lacks: seen.lacks.map(change) };
}

function cutLines(text: string): string[] {
  return text.split('\n').map((line) => cut(line, LENGTH));
}

/** The report for a log: each check with its attempts and what shows more of it, then the pods. */
export function reportLines({ checks, pods }: FailureReport): string[] {
  const { shown, more } = shownChecks(checks, checkLines);
  return [...shown, ...more, ...pods.flatMap(podLines)];
}

function checkLines(check: FailedCheck): string[] {
  const { detail } = check;
  const more = detail === undefined ? [] : [`${detail.title}:`, ...indented(detail.text.split('\n'))];
  return [`✗ ${failureTitle(check)}`, ...indented([...attemptLines(check), ...more])];
}

function podLines(seen: PodsSeen): string[] {
  return [
    `${podsTitle(seen)}:`,
    ...indented([
      ...seen.pods.flatMap(({ name, state, events, logs }) => [
        `${name}: ${state}`,
        ...indented([...events, ...logs.flatMap(({ title, lines }) => [`${title}:`, ...indented(lines)])]),
      ]),
      ...podRemarks(seen),
    ]),
  ];
}

/** `The pods of v2 (which of them the checks reached is not known)`. */
export function podsTitle({ revision }: PodsSeen): string {
  return `The pods of ${revision} (which of them the checks reached is not known)`;
}

/** What else there is to say of the pods of a revision. */
export function podRemarks({ pods, more, quiet, unseen, lacks }: PodsSeen): string[] {
  const limit = lacks.length === 0 ? '' : ', as far as that could be read';
  const isBare = pods.length + more + quiet + unseen === 0 && lacks.length === 0;
  return [
    ...(isBare ? ['there are none'] : []),
    ...(more > 0 ? [`${counted(more, 'more pod')} with a restart, a warning or lines since then`] : []),
    ...(quiet > 0 ? [`${counted(quiet, 'other pod')} without a restart, a warning or a line since then${limit}`] : []),
    ...(unseen > 0 ? [`${counted(unseen, 'other pod')}, not looked at`] : []),
    ...lacks,
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
