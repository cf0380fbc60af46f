import { type Browser, chromium, type Page } from 'playwright-core';
import { installPackages } from '../cluster/packages.ts';
import type { Log } from '../cluster/steps.ts';
import { bodyOf, MERMAID, mermaidSettings, STYLE } from './summary-page.ts';

/** A browser, and fonts: without any, Mermaid measures text as nothing; without signs, nobody can judge a picture. */
const PACKAGES = {
  chromium: 'chromium',
  '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf': 'fonts-dejavu-core',
  '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf': 'fonts-noto-color-emoji',
};

export type Scheme = 'light' | 'dark';

/** Starts a browser; installs it first if it is missing. */
export async function openBrowser(log: Log): Promise<Browser> {
  await installPackages(log, PACKAGES);
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
}

/** A page that shows summaries as GitHub does. */
export async function openPage(browser: Browser, scheme: Scheme): Promise<Page> {
  const page = await browser.newPage({ colorScheme: scheme, viewport: { width: 1000, height: 800 } });
  await page.setContent('<meta charset="utf-8"><body class="markdown-body" style="padding: 32px"></body>');
  await page.addStyleTag({ path: STYLE });
  await page.addScriptTag({ path: MERMAID });
  await page.evaluate(`mermaid.initialize(${JSON.stringify(mermaidSettings(scheme))})`);
  return page;
}

/** Puts a summary on the page and draws every chart; fails if Mermaid cannot draw one. */
export async function show(page: Page, markdown: string): Promise<void> {
  await page.evaluate(
    `(async () => {
      document.body.innerHTML = ${JSON.stringify(bodyOf(markdown))};
      await mermaid.run({ querySelector: 'div.mermaid' });
    })()`,
  );
}
