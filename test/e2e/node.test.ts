import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const cluster = inject('cluster');

/** The kubelet listens on its own loopback, where the API server does not ask on anybody's behalf. */
async function kubeletConfig(): Promise<Record<string, unknown>> {
  const file = `--config=${join(cluster.folder, 'config', 'kubelet.yaml')}`;
  const pid = readdirSync('/proc').find((one) => /^\d+$/.test(one) && commandLine(one).includes(file));
  const pki = (name: string) => join(cluster.folder, 'pki', name);
  const { stdout } = await promisify(execFile)('nsenter', [
    `--net=/proc/${pid}/ns/net`,
    cluster.kubectl,
    '--server=https://127.0.0.1:10250',
    '--insecure-skip-tls-verify',
    `--client-certificate=${pki('admin.crt')}`,
    `--client-key=${pki('admin.key')}`,
    ...['get', '--raw', '/configz'],
  ]);
  return JSON.parse(stdout).kubeletconfig;
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

test('the kubelet removes no image and no pod, however full the disk is', async () => {
  const { imageGCHighThresholdPercent, imageMaximumGCAge, evictionHard } = await kubeletConfig();
  expect({ imageGCHighThresholdPercent, imageMaximumGCAge }).toEqual({
    imageGCHighThresholdPercent: 100,
    imageMaximumGCAge: '0s',
  });
  expect(Object.values(evictionHard ?? {})).toEqual([]);
});
