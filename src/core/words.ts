/** `1 path`, `3 paths`: a count as a sentence says it. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
