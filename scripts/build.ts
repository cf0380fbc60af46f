import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ncc from '@vercel/ncc';
import { minify } from 'terser';

/**
 * Bundles the action into `dist/` with ncc, and with the licences of what went in. `--check` builds elsewhere and fails
 * if `dist/` is not the same, byte for byte. Why in several files: docs/decisions/0002-bundle.md.
 */

/** Where tsc writes the sources as JavaScript: ncc's own loader cannot read TypeScript 7. */
const SOURCES = resolve('build');

/** Stands for modules that libraries import and the action never calls. */
const ABSENT = 'absent.js';
const NEVER_CALLED = {
  undici: `./${ABSENT}`,
  // The API models of @kubernetes/client-node: the action reads its configuration alone.
  './gen/index.js': `./${ABSENT}`,
  '/^@actions\\/http-client/': `./${ABSENT}`,
};
/** What @actions/core imports for `core.platform`. What runs programs is a bundle of its own. */
const NO_PROGRAMS = { '@actions/exec': `./${ABSENT}` };

/** Packages that only some runs need, by the bundle that holds them, and the names taken from each. */
const ON_FIRST_USE: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // Some kubeconfigs: proxies, OIDC, the providers of old.
  'packages.js': {
    hpagent: ['HttpProxyAgent', 'HttpsProxyAgent'],
    'jsonpath-plus': ['JSONPath'],
    'openid-client': ['customFetch', 'discovery', 'refreshTokenGrant'],
    socks: ['SocksClient'],
    'socks-proxy-agent': ['SocksProxyAgent'],
  },
  // Checks that got a page.
  'html.js': { htmlparser2: ['Parser'] },
  // Checks that look into a JSON body.
  'json-path.js': { 'json-p3': ['JSONPathEnvironment'] },
};
/** Functions of Node's own modules that few runs call: to load such a module takes up to a twentieth of every start. */
const ON_FIRST_CALL: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['execSync', 'spawn', 'spawnSync'],
  'node:readline': ['createInterface'],
  'node:vm': ['createContext', 'runInContext'],
  'node:zlib': ['createBrotliDecompress', 'createGunzip', 'createInflate'],
};
/** Looks those names up when they are used, those of packages in their bundle: most runs never even parse it. */
const LOOKUP = 'lookup.js';
const LATE = Object.fromEntries(
  [...Object.values(ON_FIRST_USE), ON_FIRST_CALL].flatMap(Object.keys).map((name) => [name, `./${LOOKUP}`]),
);

/** Modules of our own with libraries that only some runs need: deployments at GitHub, and programs on the runner. */
const APART = {
  './octokit.js': './github.js',
  '../process/tool.js': './tool.js',
  '../../process/tool.js': './tool.js',
};

/** The bundles of `dist/`: the file, its entry in SOURCES, and the modules that are not part of it. */
const BUNDLES = [
  { filename: 'index.js', entry: 'main.js', externals: { ...NEVER_CALLED, ...NO_PROGRAMS, ...LATE, ...APART } },
  { filename: 'post.js', entry: 'post.js', externals: { ...NEVER_CALLED, ...NO_PROGRAMS, ...LATE, ...APART } },
  ...Object.keys(ON_FIRST_USE).map((file) => ({ filename: file, entry: file, externals: NEVER_CALLED })),
  { filename: 'github.js', entry: 'github/octokit.js', externals: {} },
  { filename: 'tool.js', entry: 'process/tool.js', externals: {} },
];

async function bundle(folder: string): Promise<void> {
  emitSources();
  try {
    refuseUnlisted();
    for (const { filename, entry, externals } of BUNDLES) {
      const license = filename.replace(/js$/, 'licenses.txt');
      const options = { filename, externals, license, cache: false, quiet: true } as const;
      const { code, assets } = await ncc(join(SOURCES, entry), options);
      writeFileSync(join(folder, filename), await compressed(code));
      for (const [name, { source }] of Object.entries(assets)) writeFileSync(join(folder, name), source);
    }
  } finally {
    rmSync(SOURCES, { recursive: true });
  }
  writeFileSync(join(folder, ABSENT), absent());
  writeFileSync(join(folder, LOOKUP), lookup());
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

/**
 * Code without what nothing calls, such as most of valibot: ncc's own `minify` leaves it in, and every start would parse
 * it. In ASCII, since V8 keeps each character of a script in two bytes if one of them needs two.
 */
async function compressed(code: string): Promise<string> {
  const options = { ecma: 2020, compress: { passes: 2 }, keep_classnames: true, format: { ascii_only: true } } as const;
  const { code: result } = await minify(code, options);
  if (result === undefined) throw new Error('terser gave no code');
  return result;
}

/** Throws if a source takes something from those modules of Node that `lookup.js` does not have: it would be undefined. */
function refuseUnlisted(): void {
  for (const [module, names] of Object.entries(ON_FIRST_CALL)) {
    const imports = new RegExp(`import (.*) from '${module}'`, 'g');
    for (const file of globSync(`${SOURCES}/**/*.js`))
      for (const [whole, given = ''] of readFileSync(file, 'utf8').matchAll(imports)) {
        const taken = given.replaceAll(/[{}]/g, '').split(',');
        if (!taken.every((name) => names.includes(name.trim())))
          throw new Error(`ON_FIRST_CALL lacks a name: ${whole}`);
      }
  }
}

/** Emits the sources as ES modules into a folder of no type, so that ncc joins them and writes CommonJS. */
function emitSources(): void {
  rmSync(SOURCES, { recursive: true, force: true });
  mkdirSync(SOURCES);
  execFileSync(resolve('node_modules/.bin/tsc'), ['--project', 'tsconfig.build.json'], { stdio: 'inherit' });
  writeFileSync(join(SOURCES, 'package.json'), '{}\n');
  for (const [file, packages] of Object.entries(ON_FIRST_USE)) {
    const exports = Object.entries(packages).map(([name, names]) => `export { ${names.join(', ')} } from '${name}';\n`);
    writeFileSync(join(SOURCES, file), exports.join(''));
  }
}

function absent(): string {
  return `module.exports = new Proxy({}, {
  get(_, name) {
    return function () {
      throw new Error(\`\${String(name)} is not part of this bundle\`);
    };
  },
});
`;
}

function lookup(): string {
  const getters = Object.entries(ON_FIRST_USE).flatMap(([file, packages]) =>
    Object.values(packages)
      .flat()
      .map((name) => `  get ${name}() {\n    return require('./${file}').${name};\n  },\n`),
  );
  const functions = Object.entries(ON_FIRST_CALL).flatMap(([module, names]) =>
    names.map((name) => `  ${name}(...given) {\n    return require('${module}').${name}(...given);\n  },\n`),
  );
  return `module.exports = {\n${[...getters, ...functions].join('')}};\n`;
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
mkdirSync(folder, { recursive: true });
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
