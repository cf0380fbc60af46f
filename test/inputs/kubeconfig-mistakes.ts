/** Usual mistakes with the credentials of a step, and what is said of each. */

/** How a step begins, and what is said of it. */
export interface Mistake {
  /** The working directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** What is wrong; more than one line is a headline and a list. */
  readonly what: readonly string[];
  readonly next?: string;
}

export const KUBECONFIG = JSON.stringify({
  'current-context': 'ci',
  contexts: [{ name: 'ci', context: { cluster: 'prod', user: 'ci' } }],
  clusters: [{ name: 'prod', cluster: { server: 'https://api.test:6443' } }],
  users: [{ name: 'ci', user: { token: 'abcdef' } }],
  apiVersion: 'v1',
});

const SECRET_PATH =
  'KUBECONFIG does not hold the path of a file that exists; its value is not shown, since it may be a secret';
const SET_PATH =
  'Set KUBECONFIG to the path of a file. If you have the content of a kubeconfig, give it in the input kubeconfig.';

export function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}

export const KUBECONFIG_MISTAKES: Readonly<Record<string, Mistake>> = {
  'a kubeconfig in base64': {
    inputs: { kubeconfig: encoded(KUBECONFIG) },
    what: [
      'input kubeconfig is encoded in base64; allowed: the content itself, so store it decoded, or decode it in an earlier step',
    ],
  },
  'the path of a kubeconfig': {
    inputs: { kubeconfig: '/home/runner/.kube/config' },
    what: [
      'input kubeconfig is the path of a file; allowed: its content. To use a file, leave this out and set the environment variable KUBECONFIG to the path',
    ],
  },
  'a token for a kubeconfig': {
    inputs: { kubeconfig: 'abcdef0123' },
    what: [
      'input kubeconfig is neither YAML nor JSON; allowed: the content of a kubeconfig, with clusters, contexts and users',
    ],
  },
  'an empty secret': {
    inputs: { kubeconfig: '' },
    what: [
      'there is no kubeconfig: input kubeconfig is empty, KUBECONFIG is not set, ~/.kube/config does not exist, and this is not a pod',
    ],
    next: 'Set the input kubeconfig, or set KUBECONFIG in an earlier step. If the workflow sets the input to a secret, that secret is empty here: check its name, and whether this job may use it (runs for forks and by Dependabot may not).',
  },
  'a kubeconfig in KUBECONFIG': {
    inputs: { kubeconfig: '' },
    environment: { KUBECONFIG },
    what: ['KUBECONFIG holds the content of a kubeconfig, and must hold the path of a file'],
    next: 'Give the content in the input kubeconfig instead.',
  },
  'a file that no step wrote': {
    inputs: { kubeconfig: '' },
    environment: { KUBECONFIG: 'kubeconfig.yaml' },
    what: ['KUBECONFIG names "kubeconfig.yaml", which does not exist'],
    next: 'Check the step that writes this file.',
  },
  'a token in KUBECONFIG': {
    inputs: { kubeconfig: '' },
    environment: { KUBECONFIG: 'abcdef0123.s3cr3t/token' },
    what: [SECRET_PATH],
    next: SET_PATH,
  },
  'a kubeconfig in KUBECONFIG that is encoded twice': {
    inputs: { kubeconfig: '' },
    environment: { KUBECONFIG: encoded(encoded(KUBECONFIG)) },
    what: [SECRET_PATH],
    next: SET_PATH,
  },
  'a file in base64': {
    files: { kubeconfig: encoded(KUBECONFIG) },
    inputs: { kubeconfig: '' },
    environment: { KUBECONFIG: 'kubeconfig' },
    what: ['KUBECONFIG names "kubeconfig", which is encoded in base64, and must not be'],
    next: 'Check the step that writes this file.',
  },
  'an unknown context': {
    inputs: { context: 'c1' },
    what: ['input context is "c1", which the kubeconfig does not have (there: ci); did you mean ci?'],
    next: 'Set the input to one of its contexts.',
  },
};
