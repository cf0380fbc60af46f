import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  DRAWN_FILE,
  type Drawn,
  PICTURES,
  pictureFile,
  recordedSummary,
  SCHEMES,
  sha256,
} from '../../scripts/recorded-summaries.ts';

/** The README's pictures show what a summary looks like now. If one does not: `npm run pictures`. */

const drawn: Record<string, Drawn | undefined> = JSON.parse(readFileSync(DRAWN_FILE, 'utf8'));

describe.each(PICTURES)('the picture of $mode', ({ name, mode }) => {
  test('shows the summary that the recorded run would get now', () => {
    expect(drawn[name]?.summary).toBe(sha256(recordedSummary(mode)));
  });

  test.each(SCHEMES)('is the one that was drawn then, and small: %s', (scheme) => {
    const file = pictureFile(name, scheme);
    const picture = readFileSync(file);
    expect(drawn[name]?.pictures[file]).toBe(sha256(picture));
    expect(picture.length).toBeLessThan(200_000);
  });
});
