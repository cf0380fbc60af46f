import { YAMLException } from 'js-yaml';
import type { Place, Problem } from '../base/error.ts';
import { isObject, type JsonObject, textAt } from '../base/json.ts';
import { withArticle } from '../base/plural.ts';
import { readYaml } from '../base/yaml.ts';
import { KINDS } from '../kube/kinds.ts';
import { type KubeObject, nameOf } from '../kube/objects.ts';
import { secretFaults } from '../kube/secret-faults.ts';
import { shapeFaults, text as string } from '../kube/shape.ts';
import { withoutCopies } from './copies.ts';
import { type Chart, type Kustomization, originOf } from './rendering.ts';

/** YAML or JSON, and its source, read or rendered. */
export interface ManifestText {
  readonly text: string;
  readonly from: string | Kustomization | Chart;
}

/** One object of the user's manifests, and its place. */
export interface Manifest {
  readonly object: KubeObject;
  /** An object of its own, also where several manifests are at one place: problems are told apart by it. */
  readonly place: Place;
  /** Its name in the file, such as `Service web`: the object itself may get the revision in its name. */
  readonly given: string;
}

/** What is in the texts of manifests. */
interface Parsed {
  readonly manifests: Manifest[];
  readonly problems: Problem[];
  /** What kubectl accepts, although it is probably a mistake. */
  readonly warnings: Problem[];
}

/**
 * The objects in YAML or JSON (several documents in each text; `List`s are opened), in order, and the problems with
 * them. Scalars are read as kubectl reads them: no code, and no types beyond those of JSON. Rendered text has no lines.
 */
export function parseManifests(
  texts: readonly ManifestText[],
  faultsIn: (object: KubeObject) => string[] = shapeFaults,
): Parsed {
  const manifests: Manifest[] = [];
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const { from, text } of texts) {
    for (const document of documentsIn(text)) {
      const start =
        typeof from === 'string' ? { file: from, line: document.line } : { file: originOf(from, document.comment) };
      try {
        const { value: read, hasRepeatedKey } = readYaml(document.text);
        if (hasRepeatedKey) warnings.push({ text: REPEATED, place: start });
        for (const value of objectsIn(read)) {
          const place = { ...start };
          const object = toObject(value);
          if (typeof object === 'string') problems.push({ text: `${object}${valuesHint(from)}`, place });
          else {
            const faults = [...faultsIn(object), ...secretFaults(object)];
            problems.push(...faults.map((fault) => ({ text: fault, place })));
            if (faults.length === 0) manifests.push({ object, place, given: nameOf(object) });
          }
        }
      } catch (error) {
        const problem = yamlProblem(error, start);
        problems.push({ ...problem, text: `${problem.text}${templateHint(from, document.text)}` });
      }
    }
  }
  return { manifests: withoutCopies(manifests), problems, warnings };
}

const REPEATED = 'a map in this document has one key twice: as in kubectl, the later value counts';

/**
 * A sentence about YAML that js-yaml rejected. The place is where the text began, and nothing of the text is quoted.
 */
export function yamlProblem(error: unknown, { file, line }: Place): Problem {
  if (!(error instanceof YAMLException)) return { text: `cannot be read as YAML: ${String(error)}`, place: { file } };
  const place = line === undefined ? { file } : { file, line: line + (error.mark?.line ?? 0) };
  return { text: `is not valid YAML: ${error.reason.replaceAll(QUOTED, '(hidden)')}`, place };
}

/**
 * Parts of the text that js-yaml quotes. A password that begins with `*` is an alias in YAML, and one with `!` a tag.
 */
const QUOTED = /"[^"\n]*"|<[^\n]*>|(?<=such characters: ).*/g;

/** Splits at document markers; a document's line is that of its first line with content, counted from 1. */
function documentsIn(text: string): { text: string; line: number; comment: string }[] {
  const documents: { text: string; line: number; comment: string }[] = [];
  let lines: string[] = [];
  let first = 1;
  const close = () => {
    const start = lines.findIndex((line) => /^\s*[^\s#]/.test(line));
    const directives = lines.every((line) => /^(%|\s*(#|$))/.test(line));
    if (start < 0 || directives) return;
    const comment = lines.slice(0, start).join('\n');
    documents.push({ text: lines.slice(start).join('\n'), line: first + start, comment });
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^(---|\.\.\.)(\s|$)/.test(line)) {
      close();
      lines = [line.startsWith('---') ? line.slice(3).replace(/^\s+#.*$/, '') : ''];
      first = index + 1;
    } else lines.push(line);
  }
  close();
  return documents;
}

/** Signs of a file that Helm has not rendered yet. */
function templateHint(from: ManifestText['from'], text: string): string {
  const isTemplate = typeof from === 'string' && text.includes('{{');
  return isTemplate ? '; it looks like a template of a Helm chart: name the folder of that chart instead' : '';
}

/** `values.yaml` and similar files are often beside manifests. */
function valuesHint(from: ManifestText['from']): string {
  const isValues = typeof from === 'string' && /(^|[/.-])values[^/]*$/i.test(from);
  return isValues ? '; give values of a Helm chart in the input values' : '';
}

/** `kubectl get -o yaml` writes a `List`, and a list may contain lists. */
function objectsIn(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  if (isObject(value) && textAt(value, 'kind')?.endsWith('List') && Array.isArray(value.items)) {
    return value.items.flatMap(objectsIn);
  }
  return [value];
}

const NO_OBJECT = 'is not a Kubernetes object';

function toObject(value: unknown): KubeObject | string {
  if (!isObject(value)) return `${NO_OBJECT}: expected a map with apiVersion, kind and metadata`;
  const kind = textAt(value, 'kind');
  const apiVersion = textAt(value, 'apiVersion');
  if (kind === undefined || apiVersion === undefined) return `${NO_OBJECT}: apiVersion or kind is missing`;
  if (apiVersion.startsWith('kustomize.config.k8s.io/'))
    return `${NO_OBJECT} but ${withArticle(kind)} for kustomize: name its folder in the input manifests, to have it rendered`;
  if (kind === 'List') return 'is a List without items';
  const name = textAt(value, 'metadata', 'name') ?? nameOfHook(value);
  if (name === undefined || name === '') return nameless(value, kind);
  const { generateName: _, ...metadata } = value.metadata as JsonObject;
  return { ...value, apiVersion: versionUsed(apiVersion, kind), kind, metadata: { ...metadata, name } };
}

/** Why an object has no name that can be used. */
function nameless({ metadata }: JsonObject, kind: string): string {
  const { name = null, generateName } = isObject(metadata) ? metadata : {};
  const [fault] = name === null ? [] : string.check(name, 'metadata.name');
  if (fault !== undefined) return `${kind}: ${fault}`;
  return `${kind} has no metadata.name${generateName === undefined ? '' : ' (only Jobs are named by their generateName)'}`;
}

/** The version that Greenpath uses, if this one has the same fields. */
function versionUsed(apiVersion: string, kind: string): string {
  return KINDS.find((row) => row.kind === kind && row.alsoIn?.includes(apiVersion))?.apiVersion ?? apiVersion;
}

/** Argo CD lets the server choose the ends of hooks' names; here the revision is the end. */
function nameOfHook({ kind, metadata }: JsonObject): string | undefined {
  const prefix = kind === 'Job' ? textAt(metadata, 'generateName') : undefined;
  return prefix?.replace(/[-.]+$/, '');
}
