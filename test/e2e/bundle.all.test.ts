import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { peakMemoryOf } from '../../harness/large.ts';
import { CONFIG, makeWorld, type World } from './world.ts';

/** What the bundle loads, and how much memory it has, while it does what the config asks. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'bundle', 'split', 1);
});
afterAll(() => world.end());

/** `CONFIG` with these checks. */
const checking = (checks: readonly unknown[], verify = '{passes: 1, interval: 50ms, within: 3s}') =>
  `identity: {header: X-Revision}\nchecks: ${JSON.stringify(checks)}\nverify: ${verify}\n`;

/** The files of dist that a passing run of a mode loads. */
async function loadedBy(mode: string, more: Record<string, string> = {}): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-loaded-'));
  const [hook, list] = [join(folder, 'hook.cjs'), join(folder, 'list.json')];
  const write = `require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache)))`;
  writeFileSync(hook, `process.on('exit', () => ${write});\n`);
  const { exitCode, stdout } = await world.run(mode, 'v2', more, { env: { NODE_OPTIONS: `--require ${hook}` } });
  expect(exitCode, stdout).toBe(0);
  const files: string[] = JSON.parse(readFileSync(list, 'utf8'));
  return files.filter((file) => file !== hook).map((file) => basename(file));
}

const ALWAYS = ['absent.js', 'index.js', 'lookup.js'];

test('the parsers and what runs programs are loaded by the checks that need them alone', async () => {
  expect((await loadedBy('deploy-green')).toSorted()).toEqual(ALWAYS);
  const json = { request: 'GET /version', expect: { body: { json: { '$.revision': { equals: 'v2' } } } } };
  const page = { request: 'GET /?page=1', page: true };
  const command = { command: 'true' };
  const more = async (check: object) => {
    const loaded = await loadedBy('verify', { config: checking([check]) });
    return loaded.filter((name) => !ALWAYS.includes(name));
  };
  expect(await more(json)).toEqual(['json-path.js']);
  expect(await more(page)).toEqual(['html.js']);
  expect(await more(command)).toEqual(['tool.js']);
  expect((await loadedBy('verify', { config: CONFIG })).toSorted()).toEqual(ALWAYS);
  expect((await loadedBy('promote', { config: CONFIG })).toSorted()).toEqual(ALWAYS);
});

/** Runs verify with 500 checks of pages of so many kilobytes, 20 at once; how it ended and its memory in MiB. */
async function manyChecks(page: number, expected: (index: number) => string) {
  const checks = Array.from({ length: 500 }, (_, index) => ({
    request: `GET /${index}?page=${page}`,
    expect: { body: { contains: expected(index) } },
    timeout: '20s',
  }));
  let peak = () => 0;
  const config = checking(checks, '{passes: 2, interval: 50ms, within: 20s, parallel: 20}');
  const { exitCode, stdout } = await world.run(
    'verify',
    'v3',
    { config, timeout: '9m' },
    {
      started: (child) => {
        peak = peakMemoryOf(child);
      },
    },
  );
  console.log(`500 checks of pages of ${page} kB: at most ${Math.round(peak())} MiB`);
  return { exitCode, stdout, memory: peak() };
}

// Node lets garbage lie while memory is plenty, and large bodies are most of it. Kept, these would take 100 MB more.
test.each([
  { page: 1, most: 150 },
  { page: 200, most: 256 },
])(
  '500 checks, 20 at once, of pages of $page kB take less than $most MiB',
  { timeout: 600_000 },
  async ({ page, most }) => {
    const deployed = await world.run('deploy-green', 'v3');
    expect(deployed.exitCode, deployed.stdout).toBe(0);
    const passing = await manyChecks(page, (index) => `/${index}?page`);
    expect(passing.exitCode, passing.stdout).toBe(0);
    expect(passing.memory).toBeLessThan(most);
    const failing = await manyChecks(page, (index) => (index % 10 === 0 ? 'nowhere' : `/${index}?page`));
    expect(failing.exitCode, failing.stdout).toBe(1);
    expect(failing.memory).toBeLessThan(most);
  },
);
