const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/**
 * Milliseconds of a duration with a unit: `500ms`, `90s`, `1m30s`, `10m`, `1h`. Undefined for anything else, even a
 * bare number, so that nobody has to guess the unit.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|s|m|h)/g)) total += Number(amount) * unitOf(unit);
  return Number.isSafeInteger(total) && total > 0 ? total : undefined;
}

/** `1.4 s`, `2 min 5 s`: milliseconds as a person reads them. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 100) < 600) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function unitOf(unit: string | undefined): number {
  return unit !== undefined && unit in UNITS ? UNITS[unit as keyof typeof UNITS] : Number.NaN;
}
