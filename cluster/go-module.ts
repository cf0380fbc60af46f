import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SOURCE } from './folders.ts';
import type { GoModule } from './routers/router.ts';
import { run } from './steps.ts';

/** The folder that holds the files of a Go module, which is downloaded first if need be. */
export async function goModuleFolder({ path, requiredBy }: GoModule): Promise<string> {
  const printed = await run('go', ['mod', 'download', '-json', path], { cwd: join(SOURCE, requiredBy) });
  return (JSON.parse(printed) as { Dir: string }).Dir;
}

/** The version of a Go module that one of ours requires: `3.7.9`. */
export function requiredVersion({ path, requiredBy }: GoModule): string {
  const file = join(SOURCE, requiredBy, 'go.mod');
  const version = new RegExp(`^\\s*(?:require )?${path} v(\\S+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${file} requires no ${path}`);
  return version;
}
