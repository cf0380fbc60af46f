/** The section of a version in the changelog, without its heading. */
export function notesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split('\n', 1)[0]?.split(' ')[0] === version);
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${version}"`);
  const notes = section.slice(section.indexOf('\n')).trim();
  if (notes === '') throw new Error(`the section "## ${version}" of CHANGELOG.md is empty`);
  return notes;
}

/** `v1` if the release `tag` (`v1.2.3`) is the newest of its major version in `tags`; otherwise nothing moves. */
export function majorTag(tag: string, tags: readonly string[]): string {
  const numbers = numbersOf(tag);
  if (numbers === undefined) throw new Error(`${tag} is not of the form vX.Y.Z`);
  const released = tags.map(numbersOf).filter((other) => other !== undefined);
  const newer = released.some((other) => other[0] === numbers[0] && isAfter(other, numbers));
  return newer ? '' : `v${numbers[0]}`;
}

function numbersOf(tag: string): readonly number[] | undefined {
  return /^v(\d+)\.(\d+)\.(\d+)$/.exec(tag)?.slice(1).map(Number);
}

function isAfter(one: readonly number[], other: readonly number[]): boolean {
  const index = one.findIndex((number, at) => number !== other[at]);
  return index >= 0 && (one[index] ?? 0) > (other[index] ?? 0);
}
