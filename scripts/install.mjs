import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyInstall } from './lockfile.mjs';

/**
 * Runs `npm ci` if something is missing. Runs before everything else, by whatever Node is on the PATH, so that it is no
 * TypeScript and uses no package.
 */

const OLDEST = 20;
/** A line on the screen at least this often, in milliseconds. */
const NEWS = 10_000;
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
/** Node 24, which runs the sources; the package of that name brings it. */
const NODE = join(MODULES, 'node', 'bin', 'node');

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);
/** A link was made by somebody who keeps what it leads to. */
const isLink = lstatSync(MODULES, { throwIfNoEntry: false })?.isSymbolicLink() === true;

function reason() {
  if (isLink) return undefined;
  const why = whyInstall(read(join(ROOT, 'package-lock.json')), read(join(MODULES, '.package-lock.json')));
  return why ?? (existsSync(NODE) ? undefined : 'Node 24 is not installed');
}

function install() {
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1_000);
  const news = setInterval(() => console.log(`npm ci runs, ${seconds()} s`), NEWS);
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
  // Warnings are those of packages that want a newer Node than the one on the PATH; the sources run on Node 24.
  const child = spawn(command, [...first, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status) => {
      clearInterval(news);
      if (status === 0) console.log(`installed (${seconds()} s)`);
      resolve(status === 0 ? undefined : `it ended with status ${status}`);
    });
  });
}

const [major] = process.versions.node.split('.').map(Number);
if (major < OLDEST) {
  console.error(`This is Node ${process.versions.node}; Node ${OLDEST} or newer is needed.`);
  process.exit(1);
}
const why = reason();
if (why !== undefined) {
  console.log(`${why}: npm ci`);
  const failure = await install();
  const left = failure ?? reason();
  if (left !== undefined) {
    console.error(`npm ci did not install what is needed: ${left}`);
    process.exit(1);
  }
}
