/** Usual mistakes in the inputs of a step, and what is said of each. */

export const KUBECONFIG = JSON.stringify({
  'current-context': 'ci',
  contexts: [{ name: 'ci', context: { cluster: 'prod', user: 'ci' } }],
  clusters: [{ name: 'prod', cluster: { server: 'https://api.test:6443' } }],
  users: [{ name: 'ci', user: { token: 'abcdef' } }],
  apiVersion: 'v1',
});
export const REPOSITORY = { '.git/HEAD': '', 'k8s/web.yaml': '' };
export const CORRECT = 'Correct the `with:` of the step (docs/inputs.md).';
const CHECKOUT = 'add a step with actions/checkout before this one';
const DEPLOY = { mode: 'deploy-green', manifests: 'k8s/*.yaml' };

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

export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'an unknown mode': {
    inputs: { mode: 'deploy' },
    what: [
      'input mode is "deploy"; allowed: deploy-green, verify, promote, rollback, reject, retire, status, release; did you mean deploy-green?',
    ],
  },
  'a route without its kind': {
    inputs: { route: 'shop' },
    what: [
      'input route is "shop"; allowed: ingress/<name>, the live route, or several, one on each line; did you mean ingress/shop?',
    ],
  },
  'a mistyped input': {
    inputs: { revision: '' },
    environment: { INPUT_REVISON: 'v2' },
    what: ['there is no input revison; did you mean revision?'],
  },
  'a timeout without a unit, and a boolean that is none': {
    inputs: { timeout: '10', 'dry-run': 'yes' },
    what: [
      '2 inputs are wrong: timeout and dry-run',
      'input timeout is "10"; allowed: a duration with a unit, such as 90s or 10m',
      'input dry-run is "yes"; allowed: true, false',
    ],
  },
  'manifests for promote': {
    inputs: { mode: 'promote', manifests: 'k8s/*.yaml' },
    what: [
      'input manifests is "k8s/*.yaml"; allowed: nothing in mode promote, which works with what deploy-green recorded; only deploy-green and release use it',
    ],
  },
  'no checkout': {
    files: {},
    inputs: DEPLOY,
    what: [`input manifests: "k8s/*.yaml" is no file, and the working directory is empty: ${CHECKOUT}`],
  },
  'no checkout, beside what an earlier step wrote': {
    files: { 'build/app.js': '' },
    inputs: { ...DEPLOY, config: 'greenpath.yaml' },
    what: [
      '2 inputs are wrong: manifests and config',
      `input manifests: "k8s/*.yaml" is no file; the working directory has no .git: if the file is in the repository, ${CHECKOUT}`,
      `input config is "greenpath.yaml", and there is no such file; the working directory has no .git: if the file is in the repository, ${CHECKOUT}`,
    ],
  },
  'a checkout in a folder': {
    files: { 'app/.git/HEAD': '', 'app/k8s/web.yaml': '' },
    inputs: DEPLOY,
    what: ['input manifests: "k8s/*.yaml" is no file; the repository is in the folder app: write app/k8s/*.yaml'],
  },
  'a file that the repository does not have': {
    files: REPOSITORY,
    inputs: { mode: 'deploy-green', manifests: 'k8s/web.yml' },
    what: [
      'input manifests: "k8s/web.yml" is no file; allowed: paths and globs of files, of folders with a kustomization or a Helm chart, and of packaged charts (.tgz), relative to the working directory',
    ],
  },
  'a mistyped file to exclude': {
    files: REPOSITORY,
    inputs: { mode: 'deploy-green', manifests: 'k8s/*.yaml\n!k8s/dev.yaml' },
    what: ['input manifests: "!k8s/dev.yaml" excludes nothing that the lines above it find'],
  },
  'a duration without a unit in the config': {
    inputs: { config: 'proof: {within: 5}' },
    what: ['input config: proof.within is 5: expected a duration with a unit, such as 500ms, 30s or 2m'],
  },
  'mistyped settings, in a file': {
    files: { ...REPOSITORY, 'greenpath.yaml': 'chekcs: [GET /]\nbake: {for: 2m, evry: 1s}\n' },
    inputs: { config: 'greenpath.yaml' },
    what: [
      'input config has 2 problems',
      'greenpath.yaml: input config: bake.evry: no such setting; did you mean every?',
      'greenpath.yaml: input config: chekcs: no such setting; did you mean checks?',
    ],
  },
  'a check with a wrong field': {
    inputs: { config: 'checks: [{request: GET /, expect: {code: 200}}]' },
    what: ['input config: checks.0.expect.code: no such setting; allowed: status, headers, body'],
  },
  'a kubeconfig in base64': {
    inputs: { kubeconfig: Buffer.from(KUBECONFIG).toString('base64') },
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
    what: ['KUBECONFIG names kubeconfig.yaml, which does not exist'],
    next: 'Check the step that writes this file.',
  },
  'a file in base64': {
    files: { kubeconfig: Buffer.from(KUBECONFIG).toString('base64') },
    inputs: { kubeconfig: '' },
    environment: { KUBECONFIG: 'kubeconfig' },
    what: ['KUBECONFIG names kubeconfig, which is encoded in base64, and must not be'],
    next: 'Check the step that writes this file.',
  },
  'an unknown context': {
    inputs: { context: 'c1' },
    what: ['input context is "c1"; the kubeconfig has ci; did you mean ci?'],
    next: 'Set the input to one of its contexts.',
  },
};
