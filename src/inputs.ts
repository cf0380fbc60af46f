import { ADDRESS_FORMS, type Address, parseAddress } from './core/base/addresses.ts';
import { parseDuration } from './core/base/duration.ts';
import { GreenpathError } from './core/base/error.ts';
import { ADOPTED, isRevision } from './core/base/revision.ts';
import type { RouteRef } from './core/release/route.ts';
import { lines, readConfig, readSources, readValues } from './input-files.ts';
import { InputForm } from './input-form.ts';
import { ROUTE_KINDS } from './routes/registry.ts';
import type { Inputs } from './state/inputs.ts';
import { MODES, type Mode } from './state/modes.ts';

/** A DNS-1123 label, or nothing. */
const NAMESPACE = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$/;
/** Leaves room for `greenpath-<app>-<slug>` within the limits of names. */
const APP = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
/** GitHub's own limit, minus room for `-preview`. */
const ENVIRONMENT = /^\S(.{0,245}\S)?$/;
const REFERENCE = /^[\w][\w.:/@-]*$/;

/**
 * Reads all inputs with `read` (an unset input is the empty string or its default). Throws one `input` error with every
 * problem, each with the input, its value and the allowed values.
 */
export function readInputs(read: (name: string) => string, environment: NodeJS.ProcessEnv): Inputs {
  const form = new InputForm(read);
  const mode = form.choice('mode', MODES);
  const target = readTarget(form);
  const revisions = readRevisions(form, mode, environment);
  const timeout = parseDuration(read('timeout'));
  if (timeout === undefined) form.wrong('timeout', read('timeout'), 'a duration with a unit, such as 90s or 10m');
  const dryRun = form.flag('dry-run');
  const supersede = form.flag('supersede');
  const github = readGitHub(form);
  const requireVerified = form.flag('require-verified');
  const addresses = readAddresses(form);
  const images = readImages(form);
  const deploys = mode === 'deploy-green' || mode === 'release';
  const sources = deploys ? readSources(read('manifests'), form.problems) : [];
  const values = readValues(read('values'), deploys ? sources : undefined, form.problems);
  const { config, raw } = readConfig(read('config'), form.problems);
  const { problems } = form;
  if (problems.length > 0 || mode === undefined || timeout === undefined || config === undefined) {
    const count = problems.length === 1 ? 'an input is wrong' : `${problems.length} inputs are wrong`;
    throw new GreenpathError('input', count, 'Correct the `with:` of the step (README, "Inputs").', { problems });
  }
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
    kubeconfig: read('kubeconfig'),
    context: read('context'),
    ...github,
  };
}

/** What is released, and where. */
function readTarget(form: InputForm): Pick<Inputs, 'routes' | 'app' | 'namespace'> {
  const routes = readRoutes(form);
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
  const isOptional = mode === 'rollback' || mode === 'retire' || mode === 'status';
  const revision = form.read('revision') || (isOptional ? '' : (environment.GITHUB_SHA ?? '').slice(0, 7));
  if (!isRevision(revision) && !(isOptional && revision === ''))
    form.wrong('revision', revision, 'at most 63 letters, digits, -, _ and ., for example v1.24.0');
  if (revision === ADOPTED && (mode === 'deploy-green' || mode === 'release'))
    form.wrong('revision', revision, 'any other; this one stands for the version that existed before Greenpath');
  const to = form.read('to');
  if (to !== '' && !isRevision(to)) form.wrong('to', to, 'a revision, for example v1.24.0');
  if (to !== '' && mode !== undefined && mode !== 'rollback')
    form.wrong('to', to, 'nothing in this mode; only rollback uses it');
  return { revision, to };
}

/** Whether and as what the release is recorded at GitHub. */
function readGitHub(form: InputForm): Pick<Inputs, 'deployment' | 'environment' | 'token'> {
  const deployment = form.flag('deployment');
  const environment = form.matching('environment', ENVIRONMENT, 'the name of an environment');
  const token = form.read('token');
  if (deployment && token === '') form.wrong('token', '', 'a token for GitHub, such as ${{ github.token }}');
  return { deployment, environment, token };
}

/** Values separated by new lines or commas, so that a form field of one line can hold several. */
function readRoutes(form: InputForm): RouteRef[] {
  const text = form.read('route');
  const given = lines(text.replaceAll(',', '\n'));
  const refs = given.flatMap((one) => routeNamed(one) ?? []);
  if (given.length > 0 && refs.length === given.length && new Set(given).size === given.length) return refs;
  const forms = ROUTE_KINDS.map((kind) => `${kind}/<name>`).join(' or ');
  form.wrong('route', text, `${forms}, the live route, or several, one on each line`);
  return [];
}

function routeNamed(text: string): RouteRef | undefined {
  const kind = ROUTE_KINDS.find((one) => text.startsWith(`${one}/`));
  const name = text.slice((kind ?? '').length + 1);
  return kind !== undefined && SUBDOMAIN.test(name) ? { kind, name } : undefined;
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
