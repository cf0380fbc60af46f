import { isObject } from '../base/json.ts';

/** One entry of the input `manifests`: a file's text, or a source to render. */
export type Source = { readonly kind: 'file'; readonly file: string; readonly text: string } | Kustomization | Chart;
export interface Kustomization {
  readonly kind: 'kustomization';
  readonly folder: string;
  /** The kustomization file in it. */
  readonly file: string;
}
export interface Chart {
  readonly kind: 'chart';
  /** A folder, or a packaged chart. */
  readonly path: string;
}

/** Values for Helm charts: paths of files, where a later one overrides, or YAML. At most one of the two is set. */
export interface Values {
  readonly files: readonly string[];
  readonly text: string;
}

/** What a rendering depends on besides its source. */
export interface Surroundings {
  readonly app: string;
  readonly namespace: string;
  readonly values: Values;
  /** The API server's version, such as `v1.37.2`, if it is known. */
  readonly kubernetes: string | undefined;
}

/** A program on the runner, its arguments, and its standard input. */
export interface Command {
  readonly tool: string;
  readonly args: readonly string[];
  readonly input: string;
}

/** Files that make a folder a kustomization: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ */
export const KUSTOMIZATION_FILES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
export const CHART_FILE = 'Chart.yaml';

/**
 * The commands that can render a source, in order of preference: any one is enough. Helm's tests are not part of a
 * release. The Helm release is named after the app, so that names equal those of `helm install <app>`.
 */
export function commandsFor(source: Kustomization | Chart, around: Surroundings): readonly [Command, ...Command[]] {
  if (source.kind === 'kustomization') {
    return [
      { tool: 'kustomize', args: ['build', '--', source.folder], input: '' },
      { tool: 'kubectl', args: ['kustomize', '--', source.folder], input: '' },
    ];
  }
  const { app, namespace, values, kubernetes } = around;
  const files = values.text === '' ? values.files : ['-'];
  const args = [
    'template',
    '--skip-tests',
    ...['--namespace', namespace],
    ...(kubernetes === undefined ? [] : ['--kube-version', kubernetes]),
    ...files.flatMap((file) => ['--values', file]),
    ...['--', app, source.path],
  ];
  return [{ tool: 'helm', args, input: values.text }];
}

/** The name of a source in sentences. */
export function sourceText(source: Kustomization | Chart): string {
  return source.kind === 'kustomization' ? `kustomization ${source.folder}` : `Helm chart ${source.path}`;
}

/**
 * The origin of a rendered object. Helm writes the template above each object, `# Source: <chart
 * name>/templates/x.yaml`; kustomize writes nothing like it.
 */
export function originOf(source: Kustomization | Chart, comment: string): string {
  if (source.kind === 'kustomization') return source.file;
  const template = /^# Source: [^/\s]+\/(\S+)$/m.exec(comment)?.[1];
  return template === undefined ? source.path : `${source.path}/${template}`;
}

/** What is wrong with values in YAML, or undefined. */
export function valuesFault(value: unknown): string | undefined {
  return isObject(value) ? undefined : 'input values is neither YAML with a map of values nor the paths of files';
}
