import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { parseConfig } from './checks/config.ts';
import type { Config } from './core/base/config.ts';
import type { Problem } from './core/base/error.ts';
import { isObject, type Json } from './core/base/json.ts';
import { yamlProblem } from './core/manifests/manifests.ts';
import { CHART_FILE, KUSTOMIZATION_FILES, type Source, type Values, valuesFault } from './core/manifests/rendering.ts';
import { ROUTER_NAMES } from './routes/registry.ts';

/**
 * Reads the input `manifests`: files are read; folders with a kustomization or a Helm chart, and packaged charts, are
 * listed as sources. Each comes once; the files that a pattern matches are in the order of their names.
 */
export function readSources(text: string, problems: Problem[]): Source[] {
  const patterns = lines(text);
  if (patterns.length === 0)
    problems.push({ text: 'input manifests is empty; allowed: at least one path or glob, one on each line' });
  const paths = patterns.flatMap((pattern) => {
    // A link without a target is found, too.
    const found = globSync(pattern).filter(existsSync).toSorted();
    const sources = found.filter((path) => statSync(path).isFile() || isRendered(path));
    if (sources.length === 0) problems.push({ text: `input manifests: ${nothingAt(pattern, found)}` });
    problems.push(...partsAmong(pattern, sources));
    return sources.filter((path) => partAt(path) === undefined);
  });
  return [...new Set(paths)].flatMap((path) => sourceAt(path, problems));
}

/** A file that the API server can use only through the kustomization or the Helm chart that it belongs to. */
interface Part {
  readonly file: string;
  readonly of: 'kustomization' | 'Helm chart';
  readonly folder: string;
}

/** One problem for each kustomization or chart of which `pattern` matches files instead of the folder. */
function partsAmong(pattern: string, paths: readonly string[]): Problem[] {
  const parts = new Map(paths.flatMap((path) => partAt(path) ?? []).map((part) => [part.folder, part]));
  return [...parts.values()].map(({ file, of, folder }) => {
    const finds = file === pattern ? '' : ` finds ${file}, which`;
    return {
      text: `input manifests: "${pattern}"${finds} is a part of the ${of} ${folder}: name that folder to have it rendered, or name only files that do not belong to it`,
    };
  });
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
  return `"${pattern}" is no file; allowed: paths and globs of files, of folders with a kustomization or a Helm chart, and of packaged charts (.tgz), relative to the working directory`;
}

function sourceAt(path: string, problems: Problem[]): Source[] {
  if (statSync(path).isFile())
    return path.endsWith('.tgz')
      ? [{ kind: 'chart', path }]
      : [{ kind: 'file', file: path, text: readFileSync(path, 'utf8') }];
  const kustomization = KUSTOMIZATION_FILES.find((one) => existsSync(join(path, one)));
  const isChart = existsSync(join(path, CHART_FILE));
  if (kustomization === undefined) return [{ kind: 'chart', path }];
  if (!isChart) return [{ kind: 'kustomization', folder: path, file: join(path, kustomization) }];
  problems.push({
    text: `input manifests: "${path}" contains both a kustomization and a Helm chart, so it is not clear which to render: move one into a folder of its own`,
  });
  return [];
}

/**
 * Reads the input `values`: paths of files, one on each line, or YAML. If `sources` is undefined, no manifests are
 * read, and no values either.
 */
export function readValues(text: string, sources: readonly Source[] | undefined, problems: Problem[]): Values {
  const none = { files: [], text: '' };
  if (text.trim() === '' || sources === undefined) return none;
  if (!sources.some(({ kind }) => kind === 'chart'))
    problems.push({ text: 'input values is for Helm charts, and input manifests names none' });
  if (!/[:{]/.test(text)) {
    const files = lines(text);
    for (const file of files.filter((one) => !existsSync(one)))
      problems.push({ text: `input values: "${file}" is no file; allowed: paths of files, one on each line, or YAML` });
    return { ...none, files };
  }
  try {
    const fault = valuesFault(load(text));
    if (fault !== undefined) problems.push({ text: fault });
  } catch (error) {
    problems.push({ text: notYaml(error, 'input values').text });
  }
  return { ...none, text };
}

/** The input `config`: the path of a file if it is one line that names one, else YAML. */
export function readConfig(text: string, problems: Problem[]): { config: Config | undefined; raw: Json } {
  const oneLine = text.trim();
  const isPath = oneLine !== '' && !/[\n:{]/.test(oneLine);
  const file = isPath ? oneLine : 'input config';
  try {
    const given = load(isPath ? readFileSync(oneLine, 'utf8') : text.trim() === '' ? '{}' : text) as Json;
    const raw = withCa(given, file, problems);
    const parsed = parseConfig(raw, ROUTER_NAMES);
    if ('config' in parsed) return { config: parsed.config, raw };
    problems.push(
      ...parsed.problems.map((problem) => ({ text: `${file}: ${problem}`, ...(isPath ? { place: { file } } : {}) })),
    );
  } catch (error) {
    const missing = error instanceof Error && 'code' in error;
    if (missing)
      problems.push({
        text: `input config is "${oneLine}", and there is no such file; allowed: YAML, or the path of a file`,
      });
    else {
      const { text: sentence, place } = notYaml(error, file);
      problems.push({ text: sentence, ...(isPath && place ? { place } : {}) });
    }
  }
  return { config: undefined, raw: null };
}

/** The config with the content of the CA file that it names, since later steps have no checkout. */
function withCa(raw: Json, file: string, problems: Problem[]): Json {
  if (!isObject(raw) || typeof raw.ca !== 'string' || raw.ca.includes('-----BEGIN ')) return raw;
  const { ca, ...rest } = raw;
  try {
    return { ...rest, ca: readFileSync(raw.ca, 'utf8') };
  } catch {
    problems.push({
      text: `${file}: ca is "${ca}", and there is no such file; allowed: the path of a PEM file, relative to the working directory, or its content`,
    });
    return rest;
  }
}

/** What js-yaml says about `name`, as a complete sentence. */
function notYaml(error: unknown, name: string): Problem {
  const { text, place } = yamlProblem(error, { file: name, line: 1 });
  return { text: `${name}${place?.line === undefined ? '' : ` line ${place.line}`} ${text}`, ...(place && { place }) };
}

/** The lines of an input, without empty ones and comments. */
export function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
