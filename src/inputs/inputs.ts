import { ADDRESS_FORMS, type Address, parseAddress } from '../core/base/addresses.ts';
import { CHECK_ENV, readCheckEnv } from '../core/base/check-env.ts';
import { parseDuration } from '../core/base/duration.ts';
import { listed } from '../core/base/plural.ts';
import { ADOPTED, isRevision } from '../core/base/revision.ts';
import { kubeconfigFault } from '../core/kube/kubeconfig-fault.ts';
import type { Inputs } from '../state/inputs.ts';
import { isLocal, MODES, type Mode } from '../state/modes.ts';
import { readConfig, readValues } from './files.ts';
import { InputForm, lines } from './form.ts';
import { readSources } from './manifests.ts';
import { readRouteInput } from './routes.ts';

/** A DNS-1123 label, or nothing. */
const NAMESPACE = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$/;
/** Leaves room for `greenpath-<app>-<slug>` within the limits of names. */
const APP = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
/** GitHub's own limit, minus room for `-preview`. */
const ENVIRONMENT = /^\S(.{0,245}\S)?$/;
const REFERENCE = /^[\w][\w.:/@-]*$/;

/**
 * Reads all inputs with `read` (an unset input is the empty string or its default). Throws one `input` error with every
 * problem, each with the input, its value and the allowed values.
 */
export function readInputs(read: (name: string) => string, environment: NodeJS.ProcessEnv): Inputs {
  const form = new InputForm(read);
  form.refuseMistyped(environment);
  const mode = form.choice('mode', MODES);
  if (mode !== undefined) refuseForeign(form, mode);
  const target = readTarget(form);
  const revisions = readRevisions(form, mode, environment);
  const timeout = parseDuration(read('timeout'));
  if (timeout === undefined) form.wrong('timeout', read('timeout'), 'a duration with a unit, such as 90s or 10m');
  const dryRun = form.flag('dry-run');
  const supersede = form.flag('supersede');
  const github = readGitHub(form);
  const requireVerified = form.flag('require-verified');
  const addresses = readAddresses(form);
  const readsManifests = usesManifests(mode);
  const images = readsManifests ? readImages(form) : new Map<string, string>();
  const sources = readsManifests ? readSources(form) : [];
  const values = readsManifests ? readValues(form, sources) : { files: [], text: '' };
  const { config, raw } = readConfig(form);
  const kubeconfig = mode === undefined || !isLocal(mode) ? readKubeconfig(form) : '';
  const checkEnv = readCheckEnv(environment[CHECK_ENV] ?? '');
  for (const text of checkEnv.problems) form.refuseExceptRollback(CHECK_ENV, { text });
  const error = form.error();
  if (error !== undefined) throw error;
  if (mode === undefined || timeout === undefined || config === undefined) throw new Error('an input has no value');
  return {
    mode,
    ...target,
    ...revisions,
    sources,
    values,
    images,
    config,
    configGiven: read('config').trim() !== '',
    rawConfig: raw,
    addresses,
    timeout,
    dryRun,
    requireVerified,
    supersede,
    checkSecrets: Object.values(checkEnv.variables).filter((value) => value !== ''),
    warnings: form.warnings,
    kubeconfig,
    context: read('context'),
    ...github,
  };
}

const DEPLOYS: readonly Mode[] = ['deploy-green', 'release'];
const MANIFESTS: readonly Mode[] = [...DEPLOYS, 'check'];
function usesManifests(mode: Mode | undefined): boolean {
  return mode !== undefined && MANIFESTS.includes(mode);
}

const RELEASED = ['manifests', 'values', 'images'];
const CREDENTIALS = ['kubeconfig', 'context'];

/** Inputs that only some modes use, and the values that ask for nothing in any mode. */
const OWNERS: readonly { name: string; modes: readonly Mode[]; asksNothing: RegExp }[] = [
  ...RELEASED.map((name) => ({ name, modes: MANIFESTS, asksNothing: /^$/ })),
  ...CREDENTIALS.map((name) => ({ name, modes: MODES.filter((mode) => !isLocal(mode)), asksNothing: /^$/ })),
  { name: 'supersede', modes: DEPLOYS, asksNothing: /^(?!true$)/i },
  { name: 'require-verified', modes: ['promote', 'release'], asksNothing: /^(?!false$)/i },
  { name: 'to', modes: ['rollback'], asksNothing: /^$/ },
];

/** Refuses what another mode would use: whoever gives it expects this step to use it. */
function refuseForeign(form: InputForm, mode: Mode): void {
  for (const { name, modes, asksNothing } of OWNERS) {
    const value = form.read(name);
    if (modes.includes(mode) || asksNothing.test(value)) continue;
    // The value is not quoted: values of a Helm chart may contain secrets.
    form.refuse(name, { text: `input ${name} is set; allowed: nothing in mode ${mode}${whyForeign(name, modes)}` });
  }
}

function whyForeign(name: string, modes: readonly Mode[]): string {
  if (CREDENTIALS.includes(name)) return ', which reads no cluster and needs no credentials';
  const instead = RELEASED.includes(name) ? `, which works with what ${DEPLOYS[0]} recorded` : '';
  return `${instead}; only ${listed(modes, 'and')} ${modes.length === 1 ? 'uses' : 'use'} it`;
}

/** What is released, and where. */
function readTarget(form: InputForm): Pick<Inputs, 'routes' | 'app' | 'namespace'> {
  const routes = readRouteInput(form);
  const [route] = routes;
  const app = form.read('app') || (routes.length > 1 ? '' : (route?.name ?? ''));
  if (!APP.test(app) && (form.read('app') !== '' || routes.length > 0)) {
    const given = routes.length > 1 ? '; it is required if there are several routes' : '';
    form.wrong('app', app, `lower-case letters, digits and -, at most 40 characters${given}`);
  }
  return { routes, app, namespace: form.matching('namespace', NAMESPACE, 'the name of a namespace') };
}

function readRevisions(
  form: InputForm,
  mode: Mode | undefined,
  environment: NodeJS.ProcessEnv,
): Pick<Inputs, 'revision' | 'to'> {
  // Those modes take it from the route, and `check` from the manifests: a pull request's commit is never released.
  const isOptional = mode === 'rollback' || mode === 'retire' || mode === 'status' || mode === 'check';
  const revision = form.read('revision') || (isOptional ? '' : (environment.GITHUB_SHA ?? '').slice(0, 7));
  if (!isRevision(revision) && !(isOptional && revision === ''))
    form.wrong('revision', revision, 'at most 63 letters, digits, -, _ and ., for example v1.24.0');
  if (revision === ADOPTED && usesManifests(mode))
    form.wrong('revision', revision, 'any other; this one stands for the version that existed before Greenpath');
  const to = form.read('to');
  if (mode === 'rollback' && to !== '' && !isRevision(to)) form.wrong('to', to, 'a revision, for example v1.24.0');
  return { revision, to };
}

/** Nothing of it is quoted, since it may be a secret. */
function readKubeconfig(form: InputForm): string {
  const text = form.read('kubeconfig');
  const fault = text.trim() === '' ? undefined : kubeconfigFault(text);
  if (fault !== undefined) form.refuse('kubeconfig', { text: `input kubeconfig is ${fault}` });
  return text;
}

/** Whether and as what the release is recorded at GitHub. */
function readGitHub(form: InputForm): Pick<Inputs, 'deployment' | 'environment' | 'token'> {
  const deployment = form.flag('deployment');
  const environment = form.matching('environment', ENVIRONMENT, 'the name of an environment');
  const token = form.read('token');
  if (deployment && token === '') form.wrong('token', '', 'a token for GitHub, such as ${{ github.token }}');
  return { deployment, environment, token };
}

function readAddresses(form: InputForm): Address[] {
  return lines(form.read('addresses')).flatMap((line) => {
    const address = parseAddress(line);
    if (address === undefined) form.wrong('addresses', line, `${ADDRESS_FORMS}, one on each line`);
    return address ?? [];
  });
}

function readImages(form: InputForm): Map<string, string> {
  const images = new Map<string, string>();
  for (const line of lines(form.read('images'))) {
    const [, name, reference] = /^([^=\s]+)=(\S+)$/.exec(line) ?? [];
    if (name !== undefined && reference !== undefined && REFERENCE.test(reference)) images.set(name, reference);
    else form.wrong('images', line, 'name=reference, one on each line, such as ghcr.io/acme/web=ghcr.io/acme/web:v2');
  }
  return images;
}
