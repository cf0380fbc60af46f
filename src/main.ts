import * as core from '@actions/core';
import { Api } from './cluster/api.ts';
import { type Connection, connect } from './cluster/connect.ts';
import { Credentials } from './cluster/credentials.ts';
import type { LockRequest } from './cluster/lock-request.ts';
import { Transport } from './cluster/transport.ts';
import { LONGEST_TIMER } from './core/base/duration.ts';
import { GreenpathError } from './core/base/error.ts';
import { STOPPED_LOOK } from './core/base/timing.ts';
import { withTexts } from './core/report/free-texts.ts';
import { type ResultInput, resultOf } from './core/report/result.ts';
import type { Result } from './core/report/result-schema.ts';
import { Deployments } from './github/deployments.ts';
import { troubleshootingPage } from './github/docs-url.ts';
import { LogReport } from './github/log-report.ts';
import { setOutputs, writeSummary } from './github/outputs.ts';
import { runCommit, runUrl } from './github/workflow-run.ts';
import { readInputs } from './inputs/inputs.ts';
import { LOCAL_MODE_TABLE, MODE_TABLE } from './mode-table.ts';
import { cancelledError, gaveWayError, timeoutError, toGreenpathError } from './run-errors.ts';
import { RunLock } from './run-lock.ts';
import type { Inputs } from './state/inputs.ts';
import { isLocal } from './state/modes.ts';
import { Observer, type Outcome } from './state/outcome.ts';
import type { LocalRun, Run } from './state/run.ts';
import { VOCABULARY, wordsOf } from './state/vocabulary.ts';

const report = new LogReport();
const stop = new AbortController();
const giveWay = new AbortController();
const waiting = AbortSignal.any([stop.signal, giveWay.signal]);

/** What is known of the inputs, even if they are wrong. */
type Given = Pick<ResultInput, 'mode' | 'app' | 'namespace' | 'routes' | 'dryRun'>;

/** What a run holds, and gives back at its end. */
interface Held {
  transport?: Transport;
  api?: Api;
  lock?: RunLock;
  deployments?: Deployments;
}

async function main(): Promise<void> {
  const observer = new Observer();
  const held: Held = {};
  let given: Given = { mode: core.getInput('mode'), app: '', namespace: '', routes: [], dryRun: false };
  let timer: NodeJS.Timeout | undefined;
  let failure: GreenpathError | undefined;
  let outcome: Outcome;
  try {
    const inputs = readInputs(core.getInput, process.env);
    const { mode, app, namespace, routes, dryRun, revision } = inputs;
    observer.observe({ revision });
    report.allow([...VOCABULARY, ...wordsOf(inputs)].join('\n'));
    report.hideCredentials(inputs.checkSecrets.filter((secret) => report.canHide(secret)));
    given = { mode, app, namespace, routes: [...routes], dryRun };
    for (const { text, place } of inputs.warnings)
      report.warning(`The rollback goes on in spite of this: ${text}`, place);
    timer = setTimeout(() => stop.abort(timeoutError(inputs)), Math.min(inputs.timeout, LONGEST_TIMER));
    const deadline = performance.now() + inputs.timeout;
    const local = { inputs, report, signal: stop.signal, observe: observer.observe.bind(observer) };
    if (isLocal(mode)) outcome = await LOCAL_MODE_TABLE[mode](local);
    else {
      const run = await begin(local, held, deadline);
      given = { ...given, namespace: run.api.namespace };
      outcome = await MODE_TABLE[mode](run);
    }
  } catch (error) {
    await lookAgain(observer, held.api);
    failure = toGreenpathError(waiting.aborted && !(error instanceof GreenpathError) ? waiting.reason : error);
    report.endStage('failed');
    outcome = observer.outcome;
  }
  clearTimeout(timer);
  const codes = troubleshootingPage(process.env);
  const { status, check } = outcome;
  const result = await conclude({ ...outcome, ...given, status, check, codes }, failure);
  if (failure !== undefined) report.failure(failure, outcome.visitors, result.error?.url ?? codes);
  await held.lock?.drop();
  held.transport?.close();
  await held.deployments?.end(result);
}

/** Connects to the cluster; what is `held` from then on is given back however the run ends. */
async function begin(local: LocalRun, held: Held, deadline: number): Promise<Run> {
  const { inputs } = local;
  const obtain = () => hidden(connect(inputs.kubeconfig, inputs.context, process.env, stop.signal));
  const transport = new Transport(await Credentials.obtain(obtain), (text) =>
    report.warning(`the API server says: ${text}`),
  );
  held.transport = transport;
  const namespace = inputs.namespace || transport.namespace || 'default';
  const lock = new RunLock(transport, () => lockRequest(inputs, namespace), stop.signal);
  held.lock = lock;
  const readOnly = inputs.dryRun || inputs.mode === 'status';
  const api = new Api(transport, namespace, stop.signal, readOnly ? 'dry' : lock.fence);
  held.api = api;
  if (inputs.dryRun) report.plan();
  report.line(
    `greenpath ${inputs.mode}: app ${inputs.app}, revision ${inputs.revision || '(by the route)'}, namespace ${namespace}`,
  );
  if (inputs.deployment && !readOnly) held.deployments = beginDeployment(inputs);
  return {
    ...local,
    api,
    transport,
    waiting,
    deadline,
    url: runUrl(),
    commit: runCommit(),
    takeLock: () => (readOnly ? Promise.resolve([]) : lock.take()),
    dropLock: () => lock.drop(),
  };
}

function beginDeployment(inputs: Inputs): Deployments {
  report.hideCredentials([inputs.token]);
  const deployments = new Deployments({ ...inputs, url: runUrl() }, report);
  deployments.begin();
  return deployments;
}

/** The runner hides the secrets in it from the log, whoever prints them. */
async function hidden(connecting: Promise<Connection>): Promise<Connection> {
  const connection = await connecting;
  report.hideCredentials(connection.secrets);
  return connection;
}

function lockRequest({ mode, app, revision }: Inputs, namespace: string): LockRequest {
  const { GITHUB_RUN_ID, GITHUB_JOB, GITHUB_RUN_ATTEMPT, GITHUB_ACTOR, GITHUB_REPOSITORY } = process.env;
  const holder = {
    mode,
    revision,
    run: runUrl(),
    job: GITHUB_RUN_ID && GITHUB_JOB ? `${GITHUB_REPOSITORY ?? ''}/${GITHUB_RUN_ID}/${GITHUB_JOB}` : '',
    attempt: Number(GITHUB_RUN_ATTEMPT ?? '1'),
    actor: GITHUB_ACTOR ?? '',
    since: new Date().toISOString(),
  };
  const waits = (text: string) => report.line(`Waiting: another run works on ${app}: ${text}`);
  const wanted = (text: string) => giveWay.abort(gaveWayError(mode, text));
  return { namespace, app, holder, waiting: waits, wanted, lost: (error) => stop.abort(error) };
}

/** The answer to a switch was lost: reads once more, briefly, where it left the visitors. */
async function lookAgain(observer: Observer, api: Api | undefined): Promise<void> {
  if (api === undefined || (await observer.settle(api.until(AbortSignal.timeout(STOPPED_LOOK))))) return;
  report.serves({ live: { url: observer.outcome.liveUrl, service: 'unknown', revision: '' } });
}

/** Outputs and summary, however the run ended; they are written before the step fails. */
async function conclude(facts: ResultInput, failure: GreenpathError | undefined): Promise<Result> {
  const journal = report.close();
  const result = withTexts(resultOf(facts, journal, failure), (text) => report.masked(text));
  setOutputs(result);
  await writeSummary(result, journal, report);
  return result;
}

// A cancelled job gets SIGINT, SIGTERM 7.5 s later, and is killed 2.5 s after that.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(cancelledError(signal)));
void main();
