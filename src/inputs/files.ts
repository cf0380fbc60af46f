import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { parseConfig } from '../checks/config.ts';
import { withFiles } from '../checks/registry.ts';
import type { Config } from '../core/base/config.ts';
import type { Problem } from '../core/base/error.ts';
import { isObject, type Json } from '../core/base/json.ts';
import { looksLikePath, quoted } from '../core/base/quoted.ts';
import { readConfigYaml } from '../core/base/yaml.ts';
import { lineAt } from '../core/base/yaml-lines.ts';
import { yamlProblem } from '../core/manifests/manifests.ts';
import { type Source, type Values, valuesFault } from '../core/manifests/rendering.ts';
import { checkoutHint } from '../process/checkout.ts';
import { ROUTER_NAMES } from '../routes/registry.ts';
import { type InputForm, lines } from './form.ts';

/** Reads the input `values` for the charts among `sources`: paths of files, one on each line, or YAML. */
export function readValues(form: InputForm, sources: readonly Source[]): Values {
  const none = { files: [], text: '' };
  const text = form.read('values');
  const refuse = (fault: string) => form.refuse('values', { text: fault });
  if (text.trim() === '') return none;
  // If the manifests are wrong, the chart may be what is wrong with them.
  if (!form.isWrong('manifests') && !sources.some(({ kind }) => kind === 'chart'))
    refuse('input values is for Helm charts, and input manifests names none');
  if (!/[:{]/.test(text)) {
    const files = lines(text);
    for (const file of files.filter((one) => !existsSync(one))) {
      const hint = checkoutHint(file) || '; allowed: paths of files, one on each line, or YAML';
      refuse(`input values: ${quoted(file)} is no file${hint}`);
    }
    return { ...none, files };
  }
  try {
    const fault = valuesFault(load(text));
    if (fault !== undefined) refuse(fault);
  } catch (error) {
    refuse(notYaml(error, 'input values').text);
  }
  return { ...none, text };
}

/** The config as it was read: none if it is wrong. */
interface ReadConfig {
  readonly config: Config | undefined;
  readonly raw: Json;
}

/** The input `config`: the path of a file if it is one line that is not a map or a list, else YAML. */
export function readConfig(form: InputForm): ReadConfig {
  const text = form.read('config');
  const oneLine = text.trim();
  if (oneLine === '' || /[\n:{]|^(-|\[)(\s|$)|^\[.*\]$/.test(oneLine))
    return configIn(form, oneLine === '' ? '{}' : text);
  const content = contentOf(oneLine, 'YAML, or the path of a file');
  if ('text' in content) return configIn(form, content.text, oneLine);
  form.refuse('config', { text: `input config is ${quoted(oneLine)}, and ${content.fault}` });
  return { config: undefined, raw: null };
}

/** The text in a file that an input names, or why there is none. */
function contentOf(file: string, allowed: string): { text: string; bytes: Buffer } | { fault: string } {
  try {
    const bytes = readFileSync(file);
    return { text: bytes.toString('utf8'), bytes };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'EISDIR') return { fault: `that is a folder; allowed: ${allowed}` };
    if (existsSync(file)) return { fault: `that file cannot be read (${code})` };
    return { fault: `there is no such file${checkoutHint(file) || `; allowed: ${allowed}`}` };
  }
}

/** The config in `text`, which `file` holds if it is not the input itself. */
function configIn(form: InputForm, text: string, file?: string): ReadConfig {
  const problemOf = (fault: string, line?: number): Problem => {
    const at = file === undefined && line !== undefined ? ` line ${line}` : '';
    const place = file === undefined ? {} : { place: { file, ...(line !== undefined && { line }) } };
    return { text: `input config${at}${fault}`, ...place };
  };
  const refuse = (fault: string, line?: number) => form.refuse('config', problemOf(fault, line));
  try {
    const given = readConfigYaml(text);
    const raw = withContents(given, refuse);
    const parsed = parseConfig(raw, ROUTER_NAMES);
    if ('config' in parsed) return { config: parsed.config, raw };
    const isLong = file !== undefined || text.trim().includes('\n');
    const { problems, places, tolerable } = parsed;
    for (const [index, fault] of problems.entries()) {
      const problem = problemOf(`: ${fault}`, isLong ? lineAt(text, places[index] ?? []) : undefined);
      if (tolerable === undefined) form.refuse('config', problem);
      else form.refuseExceptRollback('config', problem);
    }
    return { config: tolerable, raw };
  } catch (error) {
    const { text: fault, place } = yamlProblem(error, { file: file ?? 'input config', line: 1 });
    refuse(` ${fault}`, place?.line);
  }
  return { config: undefined, raw: null };
}

/** The config with the content of the files that it names, since later steps have no checkout. */
function withContents(raw: Json, refuse: (fault: string) => void): Json {
  const given = withCa(raw, refuse);
  if (!isObject(given) || given.checks === undefined) return given;
  const checks = withFiles(given.checks, (check, path, file, limit) => {
    const place = ['checks', check, ...path].join('.');
    const content = contentOf(file, 'the path of a file, relative to the working directory');
    if ('fault' in content) refuse(`: ${place} is ${quoted(file)}, and ${content.fault}`);
    else if (content.bytes.length <= limit) return content.bytes;
    else refuse(`: ${place} is ${quoted(file)}, and that file has ${content.bytes.length} bytes; allowed: ${limit}`);
    return undefined;
  });
  return { ...given, checks };
}

const CA_FORMS = 'the path of a PEM file, relative to the working directory, or its content';

/** The same for the CA of the live hosts. */
function withCa(raw: Json, refuse: (fault: string) => void): Json {
  if (!isObject(raw) || typeof raw.ca !== 'string' || raw.ca.includes('-----BEGIN ')) return raw;
  const { ca, ...rest } = raw;
  const content = contentOf(raw.ca, CA_FORMS);
  if ('text' in content) return { ...rest, ca: content.text };
  if (existsSync(raw.ca) || looksLikePath(raw.ca)) refuse(`: ca is ${quoted(raw.ca)}, and ${content.fault}`);
  // It may be a private key in another form.
  else refuse(`: ca is neither a file that exists nor certificates in PEM form; allowed: ${CA_FORMS}`);
  return rest;
}

/** What js-yaml says about `name`, as a complete sentence. */
function notYaml(error: unknown, name: string): Problem {
  const { text, place } = yamlProblem(error, { file: name, line: 1 });
  return { text: `${name}${place?.line === undefined ? '' : ` line ${place.line}`} ${text}` };
}
