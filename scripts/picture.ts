import { writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage, show } from '../harness/summary-browser.ts';
import {
  DRAWN_FILE,
  type Drawn,
  PICTURES,
  pictureFile,
  recordedSummary,
  SCHEMES,
  sha256,
} from './recorded-summaries.ts';

/**
 * Draws the README's pictures: `npm run pictures` (Debian and root, for its browser). They show the summaries of a
 * run of the demo that is recorded in docs/summary.json. `npm run demo -- --facts docs/summary.json` records another.
 */

/** Room around a summary, in pixels. */
const MARGIN = 24;

async function main(): Promise<void> {
  const browser = await openBrowser((line) => console.log(line));
  const drawn: Record<string, Drawn> = {};
  for (const { name, mode, end } of PICTURES) {
    const summary = recordedSummary(mode);
    const pictures: Record<string, string> = {};
    for (const scheme of SCHEMES) {
      const file = pictureFile(name, scheme);
      const picture = await draw(browser, scheme, summary, end);
      writeFileSync(file, picture);
      pictures[file] = sha256(picture);
      console.log(`${file}: ${Math.round(picture.length / 1_000)} kB`);
    }
    drawn[name] = { summary: sha256(summary), pictures };
  }
  await browser.close();
  writeFileSync(DRAWN_FILE, `${JSON.stringify(drawn, null, 2)}\n`);
}

async function draw(browser: Browser, scheme: (typeof SCHEMES)[number], summary: string, end: string): Promise<Buffer> {
  const page = await openPage(browser, scheme);
  await show(page, summary);
  const height = await topOf(page, end);
  const picture = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: 1_000, height } });
  await page.close();
  return picture;
}

/** Where the section begins whose heading starts with `title`, or the page ends. */
async function topOf(page: Page, title: string): Promise<number> {
  const heading = page.locator('h4').filter({ hasText: title }).first();
  const box = (await heading.count()) > 0 ? await heading.boundingBox() : undefined;
  if (box) return Math.round(box.y - MARGIN / 2);
  return page.evaluate('document.documentElement.scrollHeight');
}

await main();
