import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { checkoutHint } from './checkout.ts';
import { CHART_FILE, KUSTOMIZATION_FILES, type Source } from './core/manifests/rendering.ts';
import { type InputForm, lines } from './input-form.ts';

/** A path that a pattern of the input finds. */
interface Found {
  readonly pattern: string;
  readonly path: string;
}

/**
 * Reads the input `manifests`: files are read; folders with a kustomization or a Helm chart, and packaged charts, are
 * listed as sources. Each comes once; the files that a pattern matches are in the order of their names. A pattern with
 * `!` removes what the patterns before it found.
 */
export function readSources(form: InputForm): Source[] {
  const patterns = lines(form.read('manifests'));
  const isExclusion = (pattern: string) => pattern.startsWith('!');
  if (patterns.every(isExclusion))
    form.wrong('manifests', patterns.join('\n'), 'at least one path or glob, one on each line');
  let found: Found[] = [];
  for (const pattern of patterns) {
    if (isExclusion(pattern)) found = without(form, found, pattern.slice(1).trim());
    else found.push(...find(form, pattern).map((path) => ({ pattern, path })));
  }
  refuseParts(form, found);
  const paths = found.map(({ path }) => path).filter((path) => partAt(path) === undefined);
  return [...new Set(paths)].flatMap((path) => sourceAt(form, path));
}

/** What a pattern matches and a release can use. */
function find(form: InputForm, pattern: string): string[] {
  // A link without a target is found, too.
  const found = globSync(pattern).filter(existsSync).toSorted();
  const usable = found.filter((path) => statSync(path).isFile() || isRendered(path));
  if (usable.length === 0) refuse(form, nothingAt(pattern, found));
  return usable;
}

/** `found` without what a pattern matches, and without what is in folders that it matches. */
function without(form: InputForm, found: Found[], pattern: string): Found[] {
  const excluded = globSync(pattern).map((path) => resolve(path));
  const isExcluded = (path: string) => excluded.some((one) => !/^\.\.(\/|$)/.test(relative(one, resolve(path))));
  const kept = found.filter(({ path }) => !isExcluded(path));
  // A glob may be there for files to come. A path that excludes nothing is mistyped, and its file would be released.
  if (kept.length === found.length && !/[*?[{]/.test(pattern))
    refuse(form, `"!${pattern}" excludes nothing that the lines above it find`);
  if (kept.length === 0 && found.length > 0) refuse(form, `"!${pattern}" excludes everything that is left`);
  return kept;
}

function refuse(form: InputForm, fault: string): void {
  form.refuse('manifests', { text: `input manifests: ${fault}` });
}

/** A file that the API server can use only through the kustomization or the Helm chart that it belongs to. */
interface Part {
  readonly file: string;
  readonly of: 'kustomization' | 'Helm chart';
  readonly folder: string;
}

/** One problem for each kustomization or chart of which a pattern matches files instead of the folder. */
function refuseParts(form: InputForm, found: readonly Found[]): void {
  const parts = new Map<string, { pattern: string; part: Part }>();
  for (const { pattern, path } of found) {
    const part = partAt(path);
    if (part !== undefined) parts.set(`${pattern}\n${part.folder}`, { pattern, part });
  }
  for (const { pattern, part } of parts.values()) {
    const { file, of, folder } = part;
    const finds = file === pattern ? '' : ` finds ${file}, which`;
    refuse(
      form,
      `"${pattern}"${finds} is a part of the ${of} ${folder}: name that folder to have it rendered, or name only files that do not belong to it`,
    );
  }
}

function partAt(file: string): Part | undefined {
  if (!statSync(file).isFile()) return undefined;
  const beside = dirname(file);
  const name = basename(file);
  if (KUSTOMIZATION_FILES.includes(name)) return { file, of: 'kustomization', folder: beside };
  const isChart = (folder: string) => existsSync(join(folder, CHART_FILE));
  if (name === CHART_FILE || (/^values\b/.test(name) && isChart(beside)))
    return { file, of: 'Helm chart', folder: beside };
  for (let folder = beside; dirname(folder) !== folder; folder = dirname(folder)) {
    const chart = dirname(folder);
    if (basename(folder) === 'templates' && isChart(chart)) return { file, of: 'Helm chart', folder: chart };
  }
  return undefined;
}

function isRendered(folder: string): boolean {
  return [...KUSTOMIZATION_FILES, CHART_FILE].some((name) => existsSync(join(folder, name)));
}

function nothingAt(pattern: string, folders: readonly string[]): string {
  if (folders.length > 0)
    return `"${pattern}" is a folder without kustomization.yaml or Chart.yaml; to release its files, name them, such as ${join(pattern, '*.yaml')}`;
  const allowed =
    '; allowed: paths and globs of files, of folders with a kustomization or a Helm chart, and of packaged charts (.tgz), relative to the working directory';
  return `"${pattern}" is no file${checkoutHint(pattern) || allowed}`;
}

function sourceAt(form: InputForm, path: string): Source[] {
  if (statSync(path).isFile())
    return path.endsWith('.tgz')
      ? [{ kind: 'chart', path }]
      : [{ kind: 'file', file: path, text: readFileSync(path, 'utf8') }];
  const kustomization = KUSTOMIZATION_FILES.find((one) => existsSync(join(path, one)));
  const isChart = existsSync(join(path, CHART_FILE));
  if (kustomization === undefined) return [{ kind: 'chart', path }];
  if (!isChart) return [{ kind: 'kustomization', folder: path, file: join(path, kustomization) }];
  refuse(
    form,
    `"${path}" contains both a kustomization and a Helm chart, so it is not clear which to render: move one into a folder of its own`,
  );
  return [];
}
