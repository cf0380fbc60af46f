import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SOURCE, stateFolder } from './folders.ts';
import { until } from './steps.ts';

const CGROUPS = '/sys/fs/cgroup';

/** Processes on the host that hold a cluster together: `unshare`, and process 1 of its namespaces. */
export function holders(name: string): number[] {
  const mark = `${join(SOURCE, 'init.sh')}\0${stateFolder(name)}\0`;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && commandLine(entry).includes(mark))
    .map(Number);
}

/** Ends everything of a cluster, whole or half-started, and removes its state. Nothing of it is left afterwards. */
export async function down(name: string): Promise<void> {
  const folder = stateFolder(name);
  const cgroup = readText(join(folder, 'cgroup')).trim();
  const forward = Number(readText(join(folder, 'forward')).trim());
  for (const pid of holders(name)) kill(pid);
  if (forward > 0 && commandLine(`${forward}`).includes('forward')) kill(forward);
  await until(`the processes of cluster ${name} end`, 20, async () => holders(name).length === 0);
  if (cgroup !== '') {
    await until(`the cgroups of cluster ${name} are empty and gone`, 20, () => removeCgroups(cgroup));
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** One try: false as long as a process or a folder is left. */
async function removeCgroups(cgroup: string): Promise<boolean> {
  const roots = existsSync(join(CGROUPS, 'cgroup.controllers'))
    ? [CGROUPS]
    : readdirSync(CGROUPS).map((entry) => join(CGROUPS, entry));
  let clean = true;
  for (const root of roots.map((entry) => join(entry, cgroup)).filter(existsSync))
    clean = (await removeTree(root)) && clean;
  return clean;
}

async function removeTree(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  return rmdir(folder).then(
    () => true,
    () => !existsSync(folder),
  );
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function commandLine(pid: string): string {
  return readText(join('/proc', pid, 'cmdline'));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
