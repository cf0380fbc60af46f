import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stub } from './builds.ts';
import type { Go } from './go-build.ts';

/** Another content of this file may give other sources. */
export const STUB_MAKER = 'stubs.ts';

/**
 * Replaces packages that are compiled at great length and never used. Below `work` it puts a copy of each module with our
 * package in the place of its own, and a `go.mod` that names these copies. Returns the arguments of go that select it.
 * (`-overlay` does not serve: go refuses it for files of the module cache.)
 */
export async function withStubs(stubs: readonly Stub[], work: string, go: Go): Promise<string[]> {
  if (stubs.length === 0) return [];
  await rm(work, { recursive: true, force: true });
  const manifest = await readFile(join(go.cwd, 'go.mod'), 'utf8');
  const replaced: string[] = [];
  for (const [index, { module, folder, by }] of stubs.entries()) {
    const printed = await go.run(['mod', 'download', '-json', `${module}@${versionIn(manifest, module)}`]);
    const copy = join(work, `${index}`);
    const original = (JSON.parse(printed) as { Dir: string }).Dir;
    await cp(original, copy, { recursive: true, filter: (path) => path !== join(original, folder) });
    await cp(join(go.cwd, by), join(copy, folder), { recursive: true });
    replaced.push(`replace ${module} => ${copy}`);
  }
  await writeFile(join(work, 'go.mod'), `${manifest}\n${replaced.join('\n')}\n`);
  await cp(join(go.cwd, 'go.sum'), join(work, 'go.sum'));
  return [`-modfile=${join(work, 'go.mod')}`];
}

function versionIn(manifest: string, module: string): string {
  const line = manifest.split('\n').find((one) => one.replace('require', '').trim().startsWith(`${module} v`));
  const version = line?.slice(line.indexOf(`${module} `) + module.length + 1).split(' ')[0];
  if (version === undefined) throw new Error(`go.mod requires no ${module}`);
  return version;
}
