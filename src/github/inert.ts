/**
 * External text made harmless for a runner's log: control characters (including ANSI sequences) are removed, and both
 * forms of workflow command (`::name::` at the start of a line, `##[name]` anywhere) are broken. Line feeds stay.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function inert(text: string): string {
  return text
    .replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
    .replaceAll(/^([^\S\n]*):(?=:)/gm, '$1: ')
    .replaceAll('##[', '# #[');
}

/** The same, on one line, at most `limit` characters long. */
export function oneLine(text: string, limit = 2_000): string {
  return cut(inert(text).replaceAll('\n', ' ').trim(), limit);
}

/** At most `limit` characters, and how many more there were. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters)`;
}
