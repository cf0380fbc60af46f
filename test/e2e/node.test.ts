import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const cluster = inject('cluster');

/** What a command prints that runs in the network of the node. */
async function onNode(...command: readonly string[]): Promise<string> {
  const file = `--config=${join(cluster.folder, 'config', 'kubelet.yaml')}`;
  const pid = readdirSync('/proc').find((one) => /^\d+$/.test(one) && commandLine(one).includes(file));
  const { stdout } = await promisify(execFile)('nsenter', [`--net=/proc/${pid}/ns/net`, ...command]);
  return stdout;
}

/** The kubelet listens on its own loopback, where the API server does not ask on anybody's behalf. */
async function kubeletConfig(): Promise<Record<string, unknown>> {
  const pki = (name: string) => join(cluster.folder, 'pki', name);
  const printed = await onNode(
    cluster.kubectl,
    '--server=https://127.0.0.1:10250',
    '--insecure-skip-tls-verify',
    `--client-certificate=${pki('admin.crt')}`,
    `--client-key=${pki('admin.key')}`,
    ...['get', '--raw', '/configz'],
  );
  return JSON.parse(printed).kubeletconfig;
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

test('pods reach the node at one address, whatever pods come and go', async () => {
  const ip = (command: string) => onNode('ip', ...command.split(' '));
  const address = async () => JSON.parse(await ip('-json link show bridge0'))[0].address;
  const before = await address();
  // What a pod adds; without one of its own, a bridge has the lowest address of its ports.
  await ip('link add lowest address 02:00:00:00:00:01 type veth peer name other');
  try {
    await ip('link set lowest master bridge0');
    expect(await address()).toBe(before);
  } finally {
    await ip('link delete lowest');
  }
});
