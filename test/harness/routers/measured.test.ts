import { describe, expect, test } from 'vitest';
import { readResults } from '../../../harness/routers/results.ts';
import { ROWS, titleOf } from '../../../harness/routers/rows.ts';

/** What docs/routers.md shows is the whole matrix, of the routers that it has now, and nothing in it was lost. */

const results = readResults();

test('has no other rows than the matrix', () => {
  const keysOf = (rows: readonly { router: string; route: string }[]) =>
    rows.map(({ router, route }) => `${router}, ${route}`);
  expect(keysOf(results)).toEqual(keysOf(ROWS));
});

describe.each(ROWS)('$router, $route', (row) => {
  const { router, route, previews, unparked } = row;
  const result = results.find((one) => one.router === router && one.route === route);

  test('was measured as it is, with every preview, and it is known of which Greenpath', () => {
    expect(result).toMatchObject({ title: titleOf(row), version: { commit: expect.stringMatching(/^[0-9a-f]{12}$/) } });
    expect(result?.released.map(({ preview }) => preview)).toEqual(previews);
  });

  test('lost nothing but kept connections that a reload closed', () => {
    for (const { tallies, reloads } of result?.released ?? [])
      for (const [client, { lost, closed }] of Object.entries(tallies))
        expect(lost, client).toBe(client === 'kept-alive' && reloads > 0 ? closed : 0);
    expect(result?.beside).toMatchObject({ lost: 0 });
  });

  test.runIf(unparked === 'must lose')('loses without parking', () => {
    expect(result?.unparked?.lossy).toBeGreaterThan(0);
  });
});
