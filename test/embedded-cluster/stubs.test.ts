import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { withStubs } from '../../cluster/stubs.ts';

const MANIFEST = `module example.com/ours

require example.com/big/extra v0.9.0

require (
	example.com/big v1.2.3 // indirect
)
`;
const STUB = { module: 'example.com/big', folder: 'providers/all', by: 'stubs/all' };

function file(...path: string[]): string {
  const whole = join(...path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, path.at(-1) ?? '');
  return whole;
}

/** A module of ours, one that it needs as the module cache holds it, and a go that answers where that is. */
function arrange(manifest = MANIFEST) {
  const place = mkdtempSync(join(tmpdir(), 'greenpath-stubs-'));
  const [cwd, cache, work] = ['ours', 'cache', 'work'].map((name) => join(place, name)) as [string, string, string];
  for (const name of ['go.mod', 'big.go', 'providers/all/huge.go', 'providers/all/inner/huge.go', 'providers/one.go'])
    file(cache, name);
  for (const name of ['go.sum', 'stubs/all/small.go']) file(cwd, name);
  writeFileSync(join(cwd, 'go.mod'), manifest);
  const asked: string[] = [];
  const run = async (args: readonly string[]) => {
    asked.push(args.join(' '));
    return JSON.stringify({ Path: 'example.com/big', Version: 'v1.2.3', Dir: cache });
  };
  return { go: { cwd, run }, work, asked, cache };
}

test('a stub takes the place of its package in a copy of the module, and go.mod leads there', async () => {
  const { go, work, asked, cache } = arrange();
  const [argument] = await withStubs([STUB], work, go);
  expect(asked).toEqual(['mod download -json example.com/big@v1.2.3']);
  const manifest = readFileSync(argument?.replace('-modfile=', '') ?? '', 'utf8');
  expect(manifest.startsWith(MANIFEST)).toBe(true);
  const copy = /^replace example\.com\/big => (.+)$/m.exec(manifest)?.[1] ?? '';
  const has = (name: string) => existsSync(join(copy, name));
  expect(['go.mod', 'big.go', 'providers/one.go', 'providers/all/small.go'].filter((name) => !has(name))).toEqual([]);
  expect(['providers/all/huge.go', 'providers/all/inner'].filter(has)).toEqual([]);
  expect(existsSync(join(work, 'go.sum'))).toBe(true);
  expect(existsSync(join(cache, 'providers/all/huge.go'))).toBe(true);
});

test('without stubs nothing is copied', async () => {
  const { go, work, asked } = arrange();
  expect(await withStubs([], work, go)).toEqual([]);
  expect(asked).toEqual([]);
  expect(existsSync(work)).toBe(false);
});

test('a module that go.mod does not require is named', async () => {
  const { go, work } = arrange('module example.com/ours\n');
  await expect(withStubs([STUB], work, go)).rejects.toThrow('go.mod requires no example.com/big');
});
