import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { GreenpathError } from '../core/base/error.ts';
import { looksLikePath, quoted } from '../core/base/quoted.ts';
import { isEncoded } from '../core/kube/kubeconfig-fault.ts';
import { addUsers, type UnreadFields } from './kubeconfig-users.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** A kubeconfig, and what its users say that the library does not read. */
interface Kubeconfig {
  readonly config: KubeConfig;
  readonly unread: UnreadFields;
}

/**
 * The kubeconfig of the input (its content), else of the files that KUBECONFIG names, else `~/.kube/config`, else the
 * pod's service account. Throws `input`.
 */
export function readKubeconfig(input: string, environment: NodeJS.ProcessEnv): Kubeconfig {
  if (input.trim() !== '')
    return parsed('input kubeconfig', ({ config, unread }) => {
      config.loadFromString(input);
      addUsers(unread, input, '');
    });
  if (environment.KUBECONFIG) {
    const files = filesIn(environment.KUBECONFIG);
    return parsed('the file that KUBECONFIG names', (kubeconfig) => loadFiles(kubeconfig, files));
  }
  const file = join(environment.HOME ?? homedir(), '.kube', 'config');
  if (existsSync(file)) return parsed('~/.kube/config', (kubeconfig) => loadFiles(kubeconfig, [file]));
  if (existsSync(SERVICE_ACCOUNT))
    return parsed('the service account of the pod', ({ config }) => config.loadFromCluster());
  throw new GreenpathError(
    'input',
    'there is no kubeconfig: input kubeconfig is empty, KUBECONFIG is not set, ~/.kube/config does not exist, and this is not a pod',
    'Set the input kubeconfig, or set KUBECONFIG in an earlier step. If the workflow sets the input to a secret, that secret is empty here: check its name, and whether this job may use it (runs for forks and by Dependabot may not).',
  );
}

function parsed(source: string, load: (kubeconfig: Kubeconfig) => void): Kubeconfig {
  const kubeconfig = { config: new KubeConfig(), unread: new Map() };
  try {
    load(kubeconfig);
    return kubeconfig;
  } catch {
    // The parser's message quotes the file, which holds secrets.
    throw new GreenpathError(
      'input',
      `${source} could not be read as a kubeconfig`,
      'Check that it is a complete kubeconfig in YAML, and that the files it names exist.',
    );
  }
}

/** The files that KUBECONFIG names. */
function filesIn(list: string): string[] {
  if (/[\n{]/.test(list) || isEncoded(list))
    throw new GreenpathError(
      'input',
      'KUBECONFIG holds the content of a kubeconfig, and must hold the path of a file',
      'Give the content in the input kubeconfig instead.',
    );
  const files = list.split(delimiter).filter((file) => file !== '');
  for (const file of files) refuseUnusable(file);
  return files;
}

/** Refuses a file that cannot be used. What is neither a file nor like a path may be a secret, so it is not quoted. */
function refuseUnusable(file: string): void {
  const fault = faultOfFile(file);
  if (fault === undefined) return;
  if (existsSync(file) || looksLikePath(file))
    throw new GreenpathError(
      'input',
      `KUBECONFIG names ${quoted(file)}, which ${fault}`,
      'Check the step that writes this file.',
    );
  throw new GreenpathError(
    'input',
    'KUBECONFIG does not hold the path of a file that exists; its value is not shown, since it may be a secret',
    'Set KUBECONFIG to the path of a file. If you have the content of a kubeconfig, give it in the input kubeconfig.',
  );
}

function faultOfFile(file: string): string | undefined {
  try {
    return isEncoded(readFileSync(file, 'utf8')) ? 'is encoded in base64, and must not be' : undefined;
  } catch {
    return existsSync(file) ? 'cannot be read' : 'does not exist';
  }
}

/** Of two entries with one name the first counts, and so does the first current context, as for kubectl. */
function loadFiles({ config, unread }: Kubeconfig, [first, ...rest]: readonly string[]): void {
  if (first === undefined) return;
  config.loadFromFile(first);
  for (const file of rest) addNew(config, file);
  for (const file of [first, ...rest]) addUsers(unread, readFileSync(file, 'utf8'), dirname(file));
}

function addNew(config: KubeConfig, file: string): void {
  const other = new KubeConfig();
  other.loadFromFile(file);
  for (const cluster of other.getClusters()) if (config.getCluster(cluster.name) === null) config.addCluster(cluster);
  for (const user of other.getUsers()) if (config.getUser(user.name) === null) config.addUser(user);
  for (const context of other.getContexts())
    if (config.getContextObject(context.name) === null) config.addContext(context);
  if (!config.getCurrentContext()) config.setCurrentContext(other.getCurrentContext());
}
