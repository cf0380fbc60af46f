import { ADDRESS_FORMS, type Address, parseAddress } from './core/base/addresses.ts';
import { parseDuration } from './core/base/duration.ts';
import { GreenpathError, type Problem } from './core/base/error.ts';
import { ADOPTED, isRevision } from './core/base/revision.ts';
import { lines, readConfig, readSources, readValues } from './input-files.ts';
import { type Inputs, MODES } from './state/inputs.ts';

/** A DNS-1123 label, which a namespace and Greenpath's own names are. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Room for `greenpath-<app>-<slug>` within the limits of names. */
const APP = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
/** GitHub's own limit, less room for `-preview`. */
const ENVIRONMENT = /^\S(.{0,245}\S)?$/;
const REFERENCE = /^[\w][\w.:/@-]*$/;

/**
 * Reads all inputs by `read` (an unset input is the empty string, a defaulted one its default). Throws one `input` error
 * that holds every problem, each naming the input, the value and what is allowed.
 */
export function readInputs(read: (name: string) => string, environment: NodeJS.ProcessEnv): Inputs {
  const problems: Problem[] = [];
  const wrong = (name: string, value: string, allowed: string) => {
    problems.push({ text: `input ${name} is ${value === '' ? 'empty' : `"${value}"`}; allowed: ${allowed}` });
  };
  const choice = <T extends string>(name: string, allowed: readonly T[]): T | undefined => {
    const value = allowed.find((one) => one === read(name));
    if (value === undefined) wrong(name, read(name), allowed.join(', '));
    return value;
  };
  const matching = (name: string, value: string, pattern: RegExp, allowed: string): string => {
    if (!pattern.test(value)) wrong(name, value, allowed);
    return value;
  };

  const mode = choice('mode', MODES);
  const routes = readRoutes(read('route'), wrong);
  const [route = ''] = routes;
  const app = read('app') || (routes.length > 1 ? '' : route);
  if (!APP.test(app) && (read('app') !== '' || routes.length > 0)) {
    const given = routes.length > 1 ? '; with several routes it has to be given' : '';
    wrong('app', app, `lower-case letters, digits and -, at most 40 characters${given}`);
  }
  const namespace = read('namespace');
  if (namespace !== '') matching('namespace', namespace, LABEL, 'the name of a namespace');
  const optional = mode === 'rollback' || mode === 'retire' || mode === 'status';
  const revision = read('revision') || (optional ? '' : (environment.GITHUB_SHA ?? '').slice(0, 7));
  if (!isRevision(revision) && !(optional && revision === ''))
    wrong('revision', revision, 'at most 63 letters, digits, -, _ and ., for example v1.24.0');
  if (revision === ADOPTED && (mode === 'deploy-green' || mode === 'release'))
    wrong('revision', revision, 'any other; this one means the version that was there before Greenpath');
  const timeout = parseDuration(read('timeout'));
  if (timeout === undefined) wrong('timeout', read('timeout'), 'a duration with a unit, such as 90s or 10m');
  const dryRun = choice('dry-run', ['true', 'false']);
  const to = read('to');
  if (to !== '' && !isRevision(to)) wrong('to', to, 'a revision, for example v1.24.0');
  if (to !== '' && mode !== undefined && mode !== 'rollback')
    wrong('to', to, 'nothing in this mode; only rollback has it');
  const supersede = choice('supersede', ['true', 'false']);
  const deployment = choice('deployment', ['true', 'false']);
  const environmentName = matching('environment', read('environment'), ENVIRONMENT, 'the name of an environment');
  if (deployment === 'true' && read('token') === '')
    wrong('token', '', 'a token for GitHub, such as ${{ github.token }}');
  const requireVerified = choice('require-verified', ['true', 'false']);
  const addresses = readAddresses(read('addresses'), wrong);
  const images = readImages(read('images'), wrong);
  const deploys = mode === 'deploy-green' || mode === 'release';
  const sources = deploys ? readSources(read('manifests'), problems) : [];
  const values = readValues(read('values'), deploys ? sources : undefined, problems);
  const { config, raw } = readConfig(read('config'), problems);
  if (problems.length > 0 || mode === undefined || timeout === undefined || config === undefined) {
    const count = problems.length === 1 ? 'an input is wrong' : `${problems.length} inputs are wrong`;
    throw new GreenpathError('input', count, 'Correct the `with:` of the step (README, "Inputs").', { problems });
  }
  return {
    mode,
    app,
    routes,
    namespace,
    revision,
    to,
    sources,
    values,
    images,
    config,
    configGiven: read('config').trim() !== '',
    rawConfig: raw,
    addresses,
    timeout,
    dryRun: dryRun === 'true',
    requireVerified: requireVerified === 'true',
    supersede: supersede === 'true',
    kubeconfig: read('kubeconfig'),
    context: read('context'),
    deployment: deployment === 'true',
    environment: environmentName,
    token: read('token'),
  };
}

type Wrong = (name: string, value: string, allowed: string) => void;

/** One a line or with commas between them, so that a form of one line can hold several. */
function readRoutes(text: string, wrong: Wrong): string[] {
  const given = lines(text.replaceAll(',', '\n'));
  const names = given.map((one) => one.replace(/^ingress\//, ''));
  const good = given.every((one, index) => one.startsWith('ingress/') && SUBDOMAIN.test(names[index] ?? ''));
  if (given.length > 0 && good && new Set(names).size === names.length) return names;
  wrong('route', text, 'ingress/<name>, the live Ingress, or several, one a line');
  return [];
}

function readAddresses(text: string, wrong: Wrong): Address[] {
  return lines(text).flatMap((line) => {
    const address = parseAddress(line);
    if (address === undefined) wrong('addresses', line, `${ADDRESS_FORMS}, one a line`);
    return address ?? [];
  });
}

function readImages(text: string, wrong: Wrong): Map<string, string> {
  const images = new Map<string, string>();
  for (const line of lines(text)) {
    const [, name, reference] = /^([^=\s]+)=(\S+)$/.exec(line) ?? [];
    if (name !== undefined && reference !== undefined && REFERENCE.test(reference)) images.set(name, reference);
    else wrong('images', line, 'name=reference, one a line, such as ghcr.io/acme/web=ghcr.io/acme/web:v2');
  }
  return images;
}
