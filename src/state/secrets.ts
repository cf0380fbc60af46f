import { lacksConfig } from '../checks/lacking.ts';
import type { Secrets } from '../checks/tools.ts';
import { type Credentials, headersOf } from '../core/base/credentials.ts';
import { GreenpathError } from '../core/base/error.ts';
import type { Report } from '../github/report.ts';
import { commandEnvironment } from '../process/child-environment.ts';
import type { Run } from './run.ts';

/** What of a run secrets depend on. */
interface SecretsRun {
  readonly inputs: Pick<Run['inputs'], 'configGiven'>;
  readonly report: Pick<Report, 'hideCredentials' | 'canHide' | 'notice'>;
}

/**
 * The variables of the step's environment that its config may name, hidden from the moment they are read. A config that
 * only the cluster has may name none: whoever may write there could have any variable sent to an address of their own.
 */
export function secretsFor({ inputs, report }: SecretsRun): Secrets {
  const found = (name: string) => {
    const refused = lacksConfig({ step: { hasConfig: inputs.configGiven } }, 'sends no secret');
    if (refused !== undefined) return notGiven(name, refused);
    const environment = commandEnvironment(process.env);
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    return value === undefined || value === '' ? unset(name) : value;
  };
  const variable = (name: string) => {
    const value = found(name);
    if (value instanceof GreenpathError) throw value;
    // The runner would hide such a word wherever it stands, and drop each output that contains it.
    if (report.canHide(value)) report.hideCredentials(formsOf(value));
    else report.notice(visible(name));
    return value;
  };
  const missing = (name: string) => {
    const value = found(name);
    return value instanceof GreenpathError ? value : undefined;
  };
  return { variable, missing, hide: (text) => report.hideCredentials([text]) };
}

function visible(name: string): string {
  return `Greenpath does not hide the value of {env.${name}}: it is shorter than 4 characters, a common word, a number of at most 5 digits or the address of a host, or it is public too, as the name of the app is. If it is a secret, choose a longer one for ${name}`;
}

/** The forms in which a request may carry a value, and in which an answer may repeat it. */
function formsOf(value: string): string[] {
  const inForm = new URLSearchParams([['', value]]).toString().slice(1);
  const forms = [value, encodeURIComponent(value), inForm, JSON.stringify(value).slice(1, -1)];
  return [...new Set(forms), Buffer.from(value).toString('base64')];
}

function notGiven(name: string, refused: string): GreenpathError {
  return new GreenpathError(
    'input',
    `the config takes {env.${name}} from the environment of the step: ${refused}`,
    'Give the step the same input config as deploy-green, and run it again.',
  );
}

function unset(name: string): GreenpathError {
  return new GreenpathError(
    'input',
    `the config takes {env.${name}} from the environment of the step, and ${name} is not set there`,
    `Set it in the step (env: {${name}: \${{ secrets.${name} }}}) or in the secret of the published workflows (check-env of release.yml, CHECK_ENV of rollback.yml), and run the step again.`,
  );
}

/** Throws `input` if the step does not set a variable that requests to the application need. */
export function requireCredentials(run: Pick<Run, 'inputs' | 'report'>): void {
  credentialsOf(run, run.inputs.config.requests);
}

/**
 * The headers that every request to the application carries, by the config. Visitors must get back although a secret is
 * missing, so a rollback goes on without.
 */
export function credentialsOf(run: Pick<Run, 'inputs' | 'report'>, given?: Credentials): Record<string, string> {
  if (given === undefined) return {};
  const { variable, hide } = secretsFor(run);
  try {
    return headersOf(given, { revision: '{revision}', variable }, hide);
  } catch (error) {
    if (run.inputs.mode !== 'rollback' || !(error instanceof GreenpathError)) throw error;
    run.report.warning(`Requests of this rollback have no credentials: ${error.message}`);
    return {};
  }
}
