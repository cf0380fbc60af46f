import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

const require = createRequire(import.meta.url);
/** GitHub's style sheet for Markdown, and Mermaid as GitHub draws it. */
export const STYLE = require.resolve('github-markdown-css/github-markdown.css');
export const MERMAID = join(require.resolve('mermaid'), '..', 'mermaid.min.js');

/** How Mermaid is set up. */
export function mermaidSettings(scheme: 'light' | 'dark'): object {
  return { startOnLoad: false, securityLevel: 'strict', theme: scheme === 'dark' ? 'dark' : 'default' };
}

/** A summary's Markdown as the HTML that GitHub makes of it; charts are elements `div.mermaid`, to be drawn. */
export function bodyOf(markdown: string): string {
  const html = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  return html
    .replaceAll(/<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g, '<div class="mermaid">$1</div>')
    .replaceAll(
      /<code class="language-diff">([\s\S]*?)<\/code>/g,
      (_, diff: string) => `<code>${coloured(diff)}</code>`,
    );
}

/** The lines of a diff in GitHub's colours. */
function coloured(diff: string): string {
  const lines = diff.replaceAll(/^\+.*$/gm, '<span class="pl-mi1">$&</span>');
  return lines
    .replaceAll(/^-.*$/gm, '<span class="pl-md">$&</span>')
    .replaceAll(/^@@.*$/gm, '<span class="pl-mdr">$&</span>');
}

/** One HTML file that needs no other: each summary below its heading, in the colours of the reader's system. */
export function pageOf(title: string, summaries: readonly { readonly heading: string; readonly markdown: string }[]) {
  const sections = summaries.map(
    ({ heading, markdown }) =>
      `<details open class="step"><summary>${heading}</summary>\n${bodyOf(markdown)}\n</details>`,
  );
  const [light, dark] = (['light', 'dark'] as const).map((scheme) => JSON.stringify(mermaidSettings(scheme)));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
${readFileSync(STYLE, 'utf8')}
body { margin: 0 auto; max-width: 1000px; padding: 32px; }
.step > summary { font: 600 1.3em monospace; cursor: pointer; padding: 16px 0 8px; }
</style>
<body class="markdown-body">
<h1>${title}</h1>
${sections.join('\n')}
<script>${readFileSync(MERMAID, 'utf8')}</script>
<script>
mermaid.initialize(matchMedia('(prefers-color-scheme: dark)').matches ? ${dark} : ${light});
mermaid.run({ querySelector: 'div.mermaid' });
</script>
</body>
</html>
`;
}
