import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, until } from './steps.ts';

/** The file in a cluster's folder that has the pid, on the host, of process 1 of its namespaces. */
const INIT = 'init';

/** Notes which process is the first in a cluster's namespaces. */
export function noteInit(folder: string, init: number): void {
  writeFileSync(join(folder, INIT), `${init}`);
}

/** Hands images to the cluster's containerd, from which alone its pods get them. */
export async function importImages(folder: string, tars: readonly string[]): Promise<void> {
  const init = readFileSync(join(folder, INIT), 'utf8');
  const socket = '/run/containerd/containerd.sock';
  await until(
    'containerd listens',
    30,
    async () => existsSync(`/proc/${init}/root${socket}`) || readdirSync(join(folder, 'ended')).includes('containerd'),
  );
  const inside = ['-t', init, '-m', '-p', '-n', 'ctr', '-a', socket, '-n', 'k8s.io'];
  for (const tar of tars) await run('nsenter', [...inside, 'image', 'import', tar]);
}
