import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { table } from '../demo/load-view.ts';
import { spread } from './measure.ts';

/**
 * Compares the start of the bundle in `dist` with that of another commit: whole processes in turns, so that a machine
 * that gets slower slows both. bench/README.md.
 */

const [commit] = process.argv.slice(2);
const PAIRS = Number(process.env.BENCH_PAIRS ?? 100);

/** A process of a bundle. */
interface Started {
  /** Milliseconds until it ended, and how many of them a processor worked for it. */
  readonly wall: number;
  readonly cpu: number;
}

/** A way to start the action, which ends soon. */
interface Way {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
}

async function main(): Promise<void> {
  if (commit === undefined) throw new Error('usage: npm run bench:starts -- COMMIT');
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-starts-'));
  const server = createServer((_, response) => response.writeHead(401).end('{}')).listen(0, '127.0.0.1');
  try {
    const hook = join(folder, 'hook.cjs');
    writeFileSync(
      hook,
      "process.on('exit', () => { const { user, system } = process.cpuUsage(); require('node:fs').writeSync(3, `${(user + system) / 1e3}`); });\n",
    );
    const bundles = { now: resolve('dist/index.js'), before: bundleOf(commit, folder) };
    await once(server, 'listening');
    const ways = waysWith((server.address() as AddressInfo).port);
    const rows: string[][] = [];
    for (const way of ways) rows.push(...(await compare(way, bundles, hook)));
    console.log(`The bundle of dist ÷ that of ${commit}: median [quarter–three quarters] of ${PAIRS} pairs\n`);
    console.log(table([['whole process until', 'of it', 'before, ms: median [least]', 'now ÷ before'], ...rows]));
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Where the bundle of a commit was written to. */
function bundleOf(name: string, folder: string): string {
  const archive = execFileSync('git', ['archive', name, 'dist'], { maxBuffer: 1 << 28 });
  mkdirSync(join(folder, 'before'));
  execFileSync('tar', ['x', '-C', join(folder, 'before')], { input: archive });
  return join(folder, 'before/dist/index.js');
}

function waysWith(port: number): Way[] {
  const kubeconfig = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'u', user: { token: 'none' } }],
  });
  const inputs = {
    INPUT_MODE: 'promote',
    INPUT_ROUTE: 'web',
    INPUT_NAMESPACE: 'shop',
    INPUT_REVISION: 'v2',
    INPUT_TIMEOUT: '1m',
    'INPUT_DRY-RUN': 'false',
    'INPUT_REQUIRE-VERIFIED': 'true',
    INPUT_CONFIG: 'checks: [GET /healthz]',
    INPUT_KUBECONFIG: kubeconfig,
  };
  return [
    { name: 'the first input error', env: {} },
    { name: 'the first answer of the API server', env: inputs },
  ];
}

async function compare(way: Way, bundles: Record<'now' | 'before', string>, hook: string): Promise<string[][]> {
  const pairs: { readonly now: Started; readonly before: Started }[] = [];
  for (let count = 0; count < PAIRS; count += 1) {
    const first = await start(count % 2 === 0 ? bundles.now : bundles.before, way, hook);
    const second = await start(count % 2 === 0 ? bundles.before : bundles.now, way, hook);
    pairs.push(count % 2 === 0 ? { now: first, before: second } : { now: second, before: first });
  }
  return (['wall', 'cpu'] as const).map((figure) => {
    const before = spread(pairs.map((pair) => pair.before[figure]));
    return [
      way.name,
      figure === 'wall' ? 'wall clock' : 'processor time',
      `${before.median.toFixed(1)} [${before.min.toFixed(1)}]`,
      quartiles(pairs.map((pair) => pair.now[figure] / pair.before[figure])),
    ];
  });
}

async function start(bundle: string, { env }: Way, hook: string): Promise<Started> {
  const from = performance.now();
  const child = spawn(process.execPath, ['--require', hook, bundle], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  let cpu = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    cpu += chunk;
  });
  await once(child, 'close');
  return { wall: performance.now() - from, cpu: Number(cpu) };
}

function quartiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(3);
  return `${at(0.5)} [${at(0.25)}–${at(0.75)}]`;
}

await main();
