import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * About how many seconds the longest files take, with what they start: those of `npm test` as measured on 2 shared cores
 * on 2026-11-29. A file that is missing here only makes the processes end at less equal times.
 */
export const SECONDS: Readonly<Record<string, number>> = {
  'test/e2e/side-effects.all.test.ts': 640,
  'test/e2e/priority.all.test.ts': 300,
  'test/e2e/verdicts.all.test.ts': 240,
  'test/e2e/moving-house.all.test.ts': 240,
  'test/e2e/shop.all.test.ts': 150,
  'test/e2e/lagging.all.test.ts': 140,
  'test/e2e/auth-service.all.test.ts': 120,
  'test/e2e/previews.all.test.ts': 120,
  'test/e2e/redirects.all.test.ts': 110,
  'test/e2e/ten.all.test.ts': 110,
  'test/e2e/regexes.all.test.ts': 100,
  'test/e2e/manifests.all.test.ts': 100,
  'test/e2e/lifecycle.test.ts': 105,
  'test/e2e/switches.test.ts': 92,
  'test/e2e/failure-reports.all.test.ts': 60,
  'test/e2e/drift.test.ts': 55,
  'test/e2e/adoption.test.ts': 49,
  'test/e2e/lock.test.ts': 48,
  'test/e2e/restore.test.ts': 48,
  'test/e2e/ingress-nginx.test.ts': 45,
  'test/e2e/deployments.test.ts': 40,
  'test/e2e/contour.test.ts': 40,
  'test/e2e/router-identity.all.test.ts': 36,
  'test/e2e/failures.test.ts': 35,
  'test/e2e/refusals.test.ts': 35,
  'test/workflow/release.test.ts': 35,
  'test/e2e/httproute.test.ts': 35,
  'test/e2e/outages.test.ts': 27,
  'test/e2e/priority.test.ts': 24,
  'test/e2e/strength.test.ts': 24,
};
/**
 * Files that fill two processors by themselves, or measure memory: beside others they take longer than one after the
 * other, and what runs beside them is late.
 */
export const ALONE = ['crash', 'crash-previews', 'crash-routes', 'races', 'bundle', 'crowd', 'large'].map(
  (name) => `test/e2e/${name}.all.test.ts`,
);
/** What any other file takes. */
const OTHER = 13;

/** Shares the files out to processes that then take about the same time. */
export class ByTime extends BaseSequencer {
  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, shard } = this.ctx.config;
    if (shard === undefined) return files;
    const nameOf = ({ moduleId }: TestSpecification) => relative(root, moduleId);
    const own = sharesOf(files.map(nameOf), shard.count)[shard.index - 1];
    return files.filter((file) => own?.has(nameOf(file)));
  }
}

/** The longest first, each to the share that takes the least time so far. */
export function sharesOf(names: readonly string[], count: number): ReadonlySet<string>[] {
  const shares = Array.from({ length: count }, () => ({ names: new Set<string>(), seconds: 0 }));
  const seconds = (name: string) => SECONDS[name] ?? OTHER;
  for (const name of names.toSorted((a, b) => seconds(b) - seconds(a) || a.localeCompare(b))) {
    const least = shares.reduce((best, share) => (share.seconds < best.seconds ? share : best));
    least.names.add(name);
    least.seconds += seconds(name);
  }
  return shares.map((share) => share.names);
}
