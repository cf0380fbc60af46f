import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, openPage, type Scheme, show } from '../../harness/summary-browser.ts';
import { pageOf } from '../../harness/summary-page.ts';
import * as candidates from './candidate-stories.ts';
import { accepted, refused } from './check-stories.ts';
import * as stories from './stories.ts';
import { promoted, saying } from './stories.ts';
import { type Story, summary } from './story.ts';

/** The summaries as a browser shows them: GitHub's Markdown, and Mermaid for the charts. Pictures go to GREENPATH_PICTURES. */

const pictures = process.env.GREENPATH_PICTURES ?? mkdtempSync(join(tmpdir(), 'greenpath-pictures-'));
let browser: Browser;
let pages: Record<Scheme, Page>;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  browser = await openBrowser((line) => console.log(line));
  pages = { light: await openPage(browser, 'light'), dark: await openPage(browser, 'dark') };
});
afterAll(() => browser.close());

async function shown(story: Story, scheme: Scheme): Promise<Page> {
  await show(pages[scheme], summary(story));
  return pages[scheme];
}

const textsOf = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((elements) => elements.map((element) => element.textContent ?? ''));

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  test.each([
    ['promoted', stories.promoted, ['flowchart', 'xychart', 'gantt']],
    ['deployed', candidates.deployed, ['flowchart', 'gantt']],
    ['failed', candidates.failed, ['flowchart']],
    ['approval', candidates.verified, ['gantt']],
    ['superseding', candidates.superseding, ['flowchart', 'gantt']],
    ['superseded', candidates.superseded, ['flowchart']],
    ['crashed', candidates.crashed, ['gantt']],
    ['restored', stories.restored, ['flowchart', 'xychart', 'xychart', 'gantt']],
    ['unproven', stories.unproven, ['flowchart', 'xychart', 'xychart', 'gantt']],
    ['resumed', stories.resumed, ['flowchart', 'xychart', 'gantt']],
    ['rolled-back', stories.rolledBack, ['flowchart', 'xychart', 'gantt']],
    ['first', stories.first, ['flowchart', 'xychart', 'gantt']],
    ['rejected', stories.rejected, ['flowchart']],
  ])('%s: every chart is drawn, and says what was reported', async (name, story, charts) => {
    const page = await shown(story, scheme);
    const drawn = await page
      .locator('div.mermaid > svg')
      .evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-roledescription') ?? ''));
    await page.screenshot({ path: join(pictures, `${name}-${scheme}.png`), fullPage: true });
    expect(drawn.map((kind) => kind.replace(/-v2$/, ''))).toEqual(charts);
    const text = await page.locator('body').innerText();
    expect(text).toContain('https://example.com/');
    for (const { title } of story.journal.stages) expect(text).toContain(title);
    expect(await page.locator('h3').first().textContent()).toContain(story.result.revision);
  });
});

test.each([
  ['accepted', accepted],
  ['refused', refused],
])('check, %s: every object is a row', async (name, story) => {
  for (const scheme of ['light', 'dark'] as const) {
    const page = await shown(story, scheme);
    await page.screenshot({ path: join(pictures, `check-${name}-${scheme}.png`), fullPage: true });
    const rows = await textsOf(page, 'table tbody tr');
    expect(rows).toHaveLength(story.result.check?.objects.length ?? 0);
    expect(rows.join()).toContain('k8s/db.yaml:3');
  }
});

test.each([
  ['promoted', promoted, [['#2563eb', '#16a34a']]],
  [
    'restored',
    stories.restored,
    [
      ['#2563eb', '#16a34a'],
      ['#16a34a', '#2563eb'],
    ],
  ],
  [
    'unproven',
    stories.unproven,
    [
      ['#2563eb', '#dc2626'],
      ['#2563eb', '#16a34a', '#ea580c'],
    ],
  ],
])(
  '%s: each bar of a chart that is seen has the colour of who answered, in the order of time',
  async (_, story, wanted) => {
    const page = await shown(story, 'light');
    const charts = await page.locator('svg[aria-roledescription="xychart"]').evaluateAll((drawn) =>
      drawn.map((chart) =>
        [...chart.querySelectorAll('g.plot rect')].map((bar) => ({
          x: Number(bar.getAttribute('x')),
          height: Number(bar.getAttribute('height')),
          fill: bar.getAttribute('fill') ?? '',
        })),
      ),
    );
    const colours = charts.map((bars) => {
      const foot = Math.min(...bars.map(({ height }) => height));
      const seen = bars.filter(({ height }) => height > foot + 3).toSorted((a, b) => a.x - b.x);
      expect(seen.length).toBeGreaterThan(8);
      return [...new Set(seen.map(({ fill }) => fill))];
    });
    expect(colours).toEqual(wanted);
  },
);

test.each(['light', 'dark'] as const)(
  'the page of a whole release, %s, draws every chart and loads nothing else',
  async (colorScheme) => {
    const file = join(pictures, 'release.html');
    const release = { 'deploy-green': candidates.deployed, promote: stories.promoted };
    const summaries = Object.entries(release).map(([heading, { result, journal }]) => ({
      heading,
      markdown: summary({ result, journal }),
    }));
    writeFileSync(file, pageOf('A release', summaries));
    const page = await browser.newPage({ colorScheme });
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    await page.goto(`file://${file}`);
    await page.waitForFunction("document.querySelectorAll('div.mermaid > svg').length === 5");
    expect(await textsOf(page, 'details > summary')).toEqual(expect.arrayContaining(['deploy-green', 'promote']));
    expect(await page.locator('div.mermaid').count()).toBe(5);
    expect(loaded).toEqual([`file://${file}`]);
    await page.screenshot({ path: join(pictures, `release-${colorScheme}.png`), fullPage: true });
    await page.close();
  },
);

test('hostile words are shown as words: nothing is linked, loaded, run or drawn', async () => {
  const words = [
    'MARK"] --> evil["<img src=x onerror=window.hacked=1>',
    '```\n# title <script>window.hacked = 1</script> | cell | [link](https://evil.test) www.evil.test @octocat',
    '%%{init: {"securityLevel": "loose"}}%% click nowL href "https://evil.test" </details></code>',
  ].join('\n');
  const page = await shown(saying(words), 'light');
  const found = await page.evaluate(`({
    hacked: 'hacked' in window,
    elements: document.querySelectorAll('body a:not([href^="https://github.com/greenpath/"]), body img, body script, body iframe, body h1, body h2').length,
    rows: document.querySelectorAll('table tbody tr').length,
    cells: document.querySelectorAll('table td').length,
  })`);
  expect(found).toEqual({ hacked: false, elements: 0, rows: 6, cells: 22 });
  const [scene = ''] = await textsOf(page, 'div.mermaid > svg');
  expect(scene).toContain('MARK_');
  expect(await page.locator('body').innerText()).toContain('[link](https://evil.test)');
});
