import { join } from 'node:path';
import { SOURCE } from './folders.ts';
import { run } from './steps.ts';

/** The folder that holds the files of a Go module, which is downloaded first if need be. `requiredBy` is one of ours. */
export async function goModuleFolder({ path, requiredBy }: { path: string; requiredBy: string }): Promise<string> {
  const printed = await run('go', ['mod', 'download', '-json', path], { cwd: join(SOURCE, requiredBy) });
  return (JSON.parse(printed) as { Dir: string }).Dir;
}
