import { attemptLines, type FailedCheck, failureTitle } from '../core/checks/failed-check.ts';
import { podRemarks, podsTitle, shownChecks } from '../core/report/failure-report.ts';
import type { Journal } from '../core/report/journal.ts';
import type { PodSeen, PodsSeen } from '../core/rollout/pod-evidence.ts';
import { block, code, plain } from './markdown.ts';

/** The longest block that quotes an answer, a program or a log, in characters. */
const QUOTED = 8_000;

/** Why checks failed: what each expected and got, its attempts, and what the pods show. */
export function failures({ failures: { checks, pods } }: Journal): string[] {
  const { shown, more } = shownChecks(checks, checkParts);
  return [
    ...(shown.length === 0 ? [] : [['#### Failed checks', ...shown].join('\n\n')]),
    ...more,
    ...pods.map(podSection),
  ];
}

function checkParts(check: FailedCheck): string[] {
  const { detail } = check;
  const attempts = attemptLines(check).map((line) => `- ${plain(line, 500)}`);
  return [
    `**✗ ${plain(failureTitle(check), 1_000)}**`,
    ...(attempts.length === 0 ? [] : [attempts.join('\n')]),
    ...(detail === undefined ? [] : [titleOf(detail.title), block(detail.text, detail.form, QUOTED)]),
  ];
}

function podSection(seen: PodsSeen): string {
  const remarks = podRemarks(seen).map((text) => `- ${plain(text)}`);
  return [
    `#### ${plain(podsTitle(seen))}`,
    ...seen.pods.flatMap(podParts),
    ...(remarks.length === 0 ? [] : [remarks.join('\n')]),
  ].join('\n\n');
}

function podParts({ name, state, events, logs }: PodSeen): string[] {
  return [
    `${code(name)} ${plain(state)}`,
    ...(events.length === 0 ? [] : [events.map((event) => `- ${plain(event, 500)}`).join('\n')]),
    ...logs.flatMap(({ title, lines }) => [titleOf(title), block(lines.join('\n'), 'text', QUOTED)]),
  ];
}

function titleOf(text: string): string {
  return `${plain(text.charAt(0).toUpperCase() + text.slice(1))}&#58;`;
}
