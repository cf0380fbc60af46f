import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exclusively } from './lock.ts';
import { type Log, run, step } from './steps.ts';

/** Debian packages by a program that each must bring. */
export type Packages = Readonly<Record<string, string>>;

const CLUSTER: Packages = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  nft: 'nftables',
  iptables: 'iptables',
  ip: 'iproute2',
  openssl: 'openssl',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
};
/** Tells package scripts not to start services: https://www.debian.org/doc/debian-policy/ch-opersys.html#managing-the-links */
const POLICY = '/usr/sbin/policy-rc.d';

/** Everything that keeps this machine from running a cluster, in one message; undefined if nothing does. */
export function obstacles(): string | undefined {
  const found = [
    ...(process.platform === 'linux' && process.arch === 'x64'
      ? []
      : [`Linux on x86-64 (this is ${process.platform} on ${process.arch})`]),
    ...(existsSync('/etc/debian_version') ? [] : ['Debian, for its packages']),
    ...(process.getuid?.() === 0 ? [] : ['root, for namespaces and mounts']),
    ...(which('go') ? [] : ['Go 1.26 or newer']),
    ...['unshare', 'nsenter', 'setpriv', 'mount']
      .filter((program) => !which(program))
      .map((program) => `the program ${program} (package util-linux)`),
  ];
  if (found.length === 0) return undefined;
  return `This machine cannot run the embedded cluster. It lacks: ${found.join('; ')}.\nTo use a cluster of your own: KUBECONFIG=… npm run demo`;
}

/** Installs the packages that are missing, by default those of a cluster, without starting any of their services. */
export async function installPackages(log: Log, packages: Packages = CLUSTER): Promise<void> {
  if (missingOf(packages).length === 0) return;
  // apt refuses to run twice at once.
  await exclusively('packages', { doing: 'installing Debian packages', log }, async () => {
    const names = missingOf(packages);
    if (names.length > 0) await step(log, `installed ${names.join(', ')}`, () => install(names));
  });
}

function missingOf(packages: Packages): string[] {
  const missing = Object.entries(packages).filter(([program]) => !which(program));
  return [...new Set(missing.map(([, name]) => name))];
}

async function install(names: readonly string[]): Promise<void> {
  const guard = !existsSync(POLICY);
  if (guard) await writeFile(POLICY, '#!/bin/sh\nexit 101\n').then(() => chmod(POLICY, 0o755));
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
  } finally {
    if (guard) await rm(POLICY, { force: true });
  }
}

function which(program: string): boolean {
  if (program.startsWith('/')) return existsSync(program);
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}
