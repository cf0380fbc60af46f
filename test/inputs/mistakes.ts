/** Usual mistakes in the inputs of a step, and what is said of each. */

import { encoded, KUBECONFIG_MISTAKES, type Mistake } from './kubeconfig-mistakes.ts';

export const REPOSITORY = { '.git/HEAD': '', 'k8s/web.yaml': '' };
export const CORRECT = 'Correct the `with:` of the step (docs/inputs.md).';
const CHECKOUT = 'add a step with actions/checkout before this one';
const DEPLOY = { mode: 'deploy-green', manifests: 'k8s/*.yaml' };

export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'an unknown mode': {
    inputs: { mode: 'deploy' },
    what: [
      'input mode is "deploy"; allowed: deploy-green, verify, promote, rollback, reject, retire, status, release, check; did you mean deploy-green?',
    ],
  },
  'a route without its kind': {
    inputs: { route: 'shop' },
    what: [
      'input route is "shop"; allowed: ingress/<name> or httproute/<name>, the live route, or several, one on each line; did you mean ingress/shop?',
    ],
  },
  'a mistyped input': {
    inputs: { revision: '' },
    environment: { INPUT_REVISON: 'v2' },
    what: ['there is no input revison; did you mean revision?'],
  },
  'a mistyped input, and variables of other steps': {
    environment: { INPUT_MDOE: 'verify', INPUT_API: 'v1', INPUT_NODE: '24', INPUT_NAME: 'x', INPUT_ENV: 'prod' },
    what: ['there is no input mdoe; did you mean mode?'],
  },
  'a timeout without a unit, and a boolean that is none': {
    inputs: { timeout: '10', 'dry-run': 'yes' },
    what: [
      '2 inputs are wrong: timeout and dry-run',
      'input timeout is "10"; allowed: a duration with a unit, such as 90s or 10m',
      'input dry-run is "yes"; allowed: true, false',
    ],
  },
  'values with a password for promote': {
    inputs: { mode: 'promote', values: 'db: {password: s3cr3t-pw}' },
    what: [
      'input values is set; allowed: nothing in mode promote, which works with what deploy-green recorded; only deploy-green, release and check use it',
    ],
  },
  'manifests for promote': {
    inputs: { mode: 'promote', manifests: 'k8s/*.yaml' },
    what: [
      'input manifests is set; allowed: nothing in mode promote, which works with what deploy-green recorded; only deploy-green, release and check use it',
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
  'a mistyped chart, with values': {
    files: { ...REPOSITORY, 'chart/Chart.yaml': '' },
    inputs: { mode: 'deploy-green', manifests: 'chrat', values: 'replicas: 2' },
    what: [
      'input manifests: "chrat" is no file; allowed: paths and globs of files, of folders with a kustomization or a Helm chart, and of packaged charts (.tgz), relative to the working directory',
    ],
  },
  'a folder for the config': {
    inputs: { config: 'k8s' },
    what: ['input config is "k8s", and that is a folder; allowed: YAML, or the path of a file'],
  },
  'a list of one item for the config': {
    inputs: { config: '- a' },
    what: [
      'input config: the config is a list: expected a map with preview, router, annotations-prefix, parking, backing, others, revision-label, plain-names, checks, verify, requests, identity, proof, bake, hosts, addresses, ca, keep, drain or retire-applied',
    ],
  },
  'a CA that is encoded': {
    inputs: { config: `ca: ${encoded('-----BEGIN PRIVATE KEY-----')}` },
    what: [
      'input config: ca is neither a file that exists nor certificates in PEM form; allowed: the path of a PEM file, relative to the working directory, or its content',
    ],
  },
  'a path of any length': {
    inputs: { config: 'x'.repeat(300) },
    what: [`input config is "${'x'.repeat(200)}…", and there is no such file; allowed: YAML, or the path of a file`],
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
    what: ['input manifests: "!k8s/dev.yaml" excludes nothing that the other lines find'],
  },
  'a file that is excluded, and named below': {
    files: REPOSITORY,
    inputs: { mode: 'deploy-green', manifests: '!k8s/*.yaml\nk8s/web.yaml' },
    what: ['input manifests: "k8s/web.yaml" finds nothing that "!k8s/*.yaml" does not exclude'],
  },
  'a part of a kustomization to exclude': {
    files: { ...REPOSITORY, 'k8s/kustomization.yaml': '', 'k8s/dev.yaml': '' },
    inputs: { mode: 'deploy-green', manifests: 'k8s\n!k8s/dev*.yaml' },
    what: [
      'input manifests: "!k8s/dev*.yaml" finds k8s/dev.yaml, which is in the folder k8s that is rendered as a whole: exclude it there, or name files instead of the folder',
    ],
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
      'greenpath.yaml:2: input config: bake.evry: no such setting; did you mean every?',
      'greenpath.yaml:1: input config: chekcs: no such setting; did you mean checks?',
    ],
  },
  'a check with a wrong field': {
    inputs: { config: 'checks: [{request: GET /, expect: {code: 200}}]' },
    what: ['input config: checks.0.expect.code: no such setting; allowed: status, headers, body'],
  },
  ...KUBECONFIG_MISTAKES,
};
