import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/core/base/error.ts';
import { troubleshootingPage, VERSION } from '../../src/github/docs-url.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

test('the version is that of package.json', () => {
  expect(VERSION).toBe(version);
});

describe('the page is that of the version that runs', () => {
  const PUBLISHED = 'https://github.com/greenpath/greenpath/blob';
  const page = 'docs/troubleshooting.md';
  test.each<[string, NodeJS.ProcessEnv, string]>([
    [
      'as the workflow names it',
      { GITHUB_ACTION_REPOSITORY: 'greenpath/greenpath', GITHUB_ACTION_REF: 'v1' },
      `${PUBLISHED}/v1/${page}`,
    ],
    [
      'a branch',
      { GITHUB_ACTION_REPOSITORY: 'greenpath/greenpath', GITHUB_ACTION_REF: 'fix/proof' },
      `${PUBLISHED}/fix/proof/${page}`,
    ],
    [
      'an action inside the checkout',
      { GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' },
      `${PUBLISHED}/v${version}/${page}`,
    ],
    ['outside of GitHub', {}, `${PUBLISHED}/v${version}/${page}`],
    [
      'a copy at another GitHub',
      {
        GITHUB_ACTION_REPOSITORY: 'tools/greenpath',
        GITHUB_ACTION_REF: 'v1',
        GITHUB_SERVER_URL: 'https://git.example.com',
      },
      `https://git.example.com/tools/greenpath/blob/v1/${page}`,
    ],
    [
      'the published one, run at another GitHub',
      {
        GITHUB_ACTION_REPOSITORY: 'greenpath/greenpath',
        GITHUB_ACTION_REF: 'v1',
        GITHUB_SERVER_URL: 'https://git.example.com',
      },
      `${PUBLISHED}/v1/${page}`,
    ],
    [
      'the published one in capitals, run at another GitHub',
      {
        GITHUB_ACTION_REPOSITORY: 'Greenpath/Greenpath',
        GITHUB_ACTION_REF: 'v1',
        GITHUB_SERVER_URL: 'https://git.example.com',
      },
      `https://github.com/Greenpath/Greenpath/blob/v1/${page}`,
    ],
    [
      'a ref that leads to another folder',
      { GITHUB_ACTION_REPOSITORY: 'greenpath/greenpath', GITHUB_ACTION_REF: '../../x' },
      `${PUBLISHED}/v${version}/${page}`,
    ],
    [
      'a ref that would not be part of an address as it is',
      { GITHUB_ACTION_REPOSITORY: 'greenpath/greenpath', GITHUB_ACTION_REF: 'v1)[x](https://evil.test' },
      `${PUBLISHED}/v${version}/${page}`,
    ],
  ])('%s', (_, environment, expected) => {
    expect(troubleshootingPage(environment)).toBe(expected);
  });

  test('it exists, and GitHub gives each error code an anchor there', () => {
    const path = new URL(troubleshootingPage({})).pathname.replace(/^.*\/blob\/[^/]+\//, '');
    const headings = [...readFileSync(path, 'utf8').matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);
    // A heading of letters and hyphens is its own anchor.
    expect(headings.filter((title) => /^[a-z-]+$/.test(title))).toEqual(expect.arrayContaining([...ERROR_CODES]));
  });
});
