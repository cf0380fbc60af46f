import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CHART_FILE, KUSTOMIZATION_FILES, type Source } from '../core/manifests/rendering.ts';
import { checkoutHint } from '../process/checkout.ts';
import { type InputForm, lines } from './form.ts';

/** A path that a pattern of the input finds. */
interface Found {
  readonly pattern: string;
  readonly path: string;
}

/**
 * Reads the input `manifests`: files are read; folders with a kustomization or a Helm chart, and packaged charts, are
 * listed as sources. Each comes once; the files that a pattern matches are in the order of their names. What a pattern
 * with `!` matches is excluded, wherever the pattern stands.
 */
export function readSources(form: InputForm): Source[] {
  const patterns = lines(form.read('manifests'));
  const isExclusion = (pattern: string) => pattern.startsWith('!');
  const named = patterns.filter((pattern) => !isExclusion(pattern));
  if (named.length === 0) form.wrong('manifests', patterns.join('\n'), 'at least one path or glob, one on each line');
  const found = named.flatMap((pattern) => find(form, pattern).map((path) => ({ pattern, path })));
  const exclusions = patterns.filter(isExclusion).map((pattern) => exclusionOf(pattern));
  const kept = found.filter(({ path }) => !exclusions.some((exclusion) => excludes(exclusion, path)));
  refuseExclusions(form, exclusions, found, kept);
  refuseParts(form, kept);
  const paths = kept.map(({ path }) => path).filter((path) => partAt(path) === undefined);
  return [...new Set(paths)].flatMap((path) => sourceAt(form, path));
}

/** What a pattern matches and a release can use. */
function find(form: InputForm, pattern: string): string[] {
  // A link without a target is found, too.
  const found = matchesOf(pattern).filter(existsSync).toSorted();
  const usable = found.filter((path) => statSync(path).isFile() || isRendered(path));
  if (usable.length === 0) refuse(form, nothingAt(pattern, found));
  return usable;
}

/** The paths that a pattern matches. Node's glob does not find the working directory itself. */
function matchesOf(pattern: string): string[] {
  return resolve(pattern) === resolve('.') ? ['.'] : globSync(pattern);
}

/** A line with `!`, and what it matches, by the absolute path. */
interface Exclusion {
  readonly pattern: string;
  readonly matches: ReadonlyMap<string, string>;
}

function exclusionOf(pattern: string): Exclusion {
  const matches = matchesOf(pattern.slice(1).trim()).filter(existsSync);
  return { pattern, matches: new Map(matches.map((path) => [resolve(path), path])) };
}

/** Whether `path` is what the line matches, or in a folder that it matches. */
function excludes({ matches }: Exclusion, path: string): boolean {
  return withFolders(path).some((one) => matches.has(one));
}

/** A path and the folders above it, all absolute. */
function withFolders(path: string): string[] {
  const whole = resolve(path);
  return dirname(whole) === whole ? [whole] : [whole, ...withFolders(dirname(whole))];
}

/** Refuses exclusions without the effect that somebody expects who writes them. */
function refuseExclusions(
  form: InputForm,
  exclusions: readonly Exclusion[],
  found: readonly Found[],
  kept: readonly Found[],
): void {
  for (const exclusion of exclusions) {
    const inside = partOfRendered(exclusion, kept);
    if (inside !== undefined)
      refuse(
        form,
        `"${exclusion.pattern}" finds ${inside.path}, which is in the folder ${inside.folder} that is rendered as a whole: exclude it there, or name files instead of the folder`,
      );
    // A glob may be there for files to come. A path that excludes nothing is mistyped, and its file would be released.
    else if (!/[*?[{]/.test(exclusion.pattern) && !found.some(({ path }) => excludes(exclusion, path)))
      refuse(form, `"${exclusion.pattern}" excludes nothing that the other lines find`);
  }
  for (const pattern of new Set(found.map((one) => one.pattern))) {
    if (kept.some((one) => one.pattern === pattern)) continue;
    const all = found.filter((one) => one.pattern === pattern);
    const by = exclusions.find((exclusion) => all.some(({ path }) => excludes(exclusion, path)));
    refuse(form, `"${pattern}" finds nothing that "${by?.pattern}" does not exclude`);
  }
}

/** What of a folder that is rendered a line would exclude; a file that is no manifest, such as a README, is left out. */
function partOfRendered(exclusion: Exclusion, kept: readonly Found[]): { path: string; folder: string } | undefined {
  const folders = new Map(kept.filter(({ path }) => isRendered(path)).map(({ path }) => [resolve(path), path]));
  for (const path of exclusion.matches.values()) {
    const above = withFolders(path).find((one) => folders.has(one));
    const folder = above === undefined ? undefined : folders.get(above);
    if (folder !== undefined && (/\.(ya?ml|json|tgz)$/.test(path) || !statSync(path).isFile())) return { path, folder };
  }
  return undefined;
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
