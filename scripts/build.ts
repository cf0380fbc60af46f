import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/**
 * Bundles the action into `dist/`, with the licences of what went in. `--check` builds elsewhere and fails if `dist/`
 * is not the same, byte for byte. Why esbuild and not ncc: docs/decisions/0002-bundle.md.
 */

/**
 * Modules that libraries import and the action never calls: undici (their HTTP client), the generated API models, and
 * what @actions/core needs for OIDC tokens and platform details.
 */
const UNREACHED = /^(undici|\.\/gen\/index\.js|@actions\/(http-client|exec)(\/.*)?)$/;

/** Packages that only some kubeconfigs need (proxies, OIDC, the providers of old), and the names taken from them. */
const ON_FIRST_USE: Readonly<Record<string, readonly string[]>> = {
  hpagent: ['HttpProxyAgent', 'HttpsProxyAgent'],
  'jsonpath-plus': ['JSONPath'],
  'openid-client': ['customFetch', 'discovery', 'refreshTokenGrant'],
  socks: ['SocksClient'],
  'socks-proxy-agent': ['SocksProxyAgent'],
};

const leaveOut: Plugin = {
  name: 'leave-out',
  setup(bundler) {
    bundler.onResolve({ filter: UNREACHED }, ({ path }) => ({ path, namespace: 'left-out' }));
    bundler.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get() { return function () { throw new Error(${JSON.stringify(`${path} is not part of this bundle`)}); }; } });`,
    }));
  },
};

/** Where those packages are, so that a run which does not need them does not even parse them. */
const LATE = 'late.js';

/** A module whose exports are looked up in `late.js` when they are used. */
const loadLate: Plugin = {
  name: 'load-late',
  setup(bundler) {
    const filter = new RegExp(`^(${Object.keys(ON_FIRST_USE).join('|')})$`);
    bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: 'late' }));
    bundler.onResolve({ filter: new RegExp(`^\\./${LATE}$`) }, ({ path }) => ({ path, external: true }));
    bundler.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `module.exports = { ${(ON_FIRST_USE[path] ?? []).map((name) => `get ${name}() { return require('./${LATE}').${name}; }`).join(', ')} };`,
    }));
  },
};

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  // As an ES module, importing node:http would load Node's own undici (20 ms): its exports are all looked up then.
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  metafile: true,
} as const;

/** Modules with libraries that only some runs need, in files of their own: deployments at GitHub, and rendering. */
const APART = [
  { source: 'src/github/octokit.ts', file: 'github.js' },
  { source: 'src/render/tool.ts', file: 'tool.js' },
];

const splitApart: Plugin = {
  name: 'split-apart',
  setup(bundler) {
    for (const { source, file } of APART) {
      const filter = new RegExp(`/${basename(source, '.ts')}\\.ts$`);
      bundler.onResolve({ filter }, () => ({ path: `./${file}`, external: true }));
    }
  },
};

async function bundle(folder: string): Promise<void> {
  const main = await build({
    ...COMMON,
    entryPoints: { index: 'src/main.ts', post: 'src/post.ts' },
    outdir: folder,
    plugins: [leaveOut, loadLate, splitApart],
  });
  const apart = await Promise.all(
    APART.map(({ source, file }) => build({ ...COMMON, entryPoints: [source], outfile: join(folder, file) })),
  );
  const contents = Object.entries(ON_FIRST_USE).map(
    ([name, names]) => `export { ${names.join(', ')} } from '${name}';`,
  );
  const late = await build({
    ...COMMON,
    stdin: { contents: contents.join('\n'), resolveDir: '.' },
    outfile: join(folder, LATE),
    plugins: [leaveOut],
  });
  const inputs = Object.assign({}, ...[main, ...apart, late].map(({ metafile }) => metafile.inputs));
  await writeFile(join(folder, 'licenses.txt'), await licences({ inputs }));
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

/** The licence of every package that has code in the bundle. */
async function licences(metafile: Pick<Metafile, 'inputs'>): Promise<string> {
  const inputs = Object.keys(metafile.inputs).flatMap(
    (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
  );
  const texts = [...new Set(inputs)].toSorted().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      string
    >;
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : `\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`;
    return `${name} ${version} (${license})\n${text}`;
  });
  return `${(await Promise.all(texts)).join('\n---\n\n')}\n`;
}

function contents(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder)
      .toSorted()
      .map((file) => [file, readFileSync(join(folder, file), 'latin1')]),
  );
}

const check = process.argv.includes('--check');
const folder = check ? mkdtempSync(join(tmpdir(), 'greenpath-dist-')) : 'dist';
if (!check) rmSync('dist', { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await bundle(folder);
const built = contents(folder);
const size = [...built.values()].reduce((sum, text) => sum + text.length, 0);
console.log(`${check ? 'checked' : 'built'} ${built.size} files, ${size} bytes`);
if (check) {
  const present = contents('dist');
  const differing = [...new Set([...built.keys(), ...present.keys()])].filter(
    (file) => built.get(file) !== present.get(file),
  );
  rmSync(folder, { recursive: true });
  if (differing.length > 0) {
    console.error(`dist/ is not what src/ builds (${differing.join(', ')}): run npm run build and commit it`);
    process.exitCode = 1;
  }
}
