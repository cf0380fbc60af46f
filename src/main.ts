import * as core from '@actions/core';
import { Api } from './cluster/api.ts';
import { type Connection, connect } from './cluster/connect.ts';
import { Credentials } from './cluster/credentials.ts';
import { Lock } from './cluster/lock.ts';
import type { LockRequest } from './cluster/lock-request.ts';
import { Transport } from './cluster/transport.ts';
import { GreenpathError } from './core/base/error.ts';
import { STOPPED_LOOK } from './core/base/timing.ts';
import { withTexts } from './core/report/free-texts.ts';
import { type Result, type ResultInput, resultOf } from './core/report/result.ts';
import { Deployments } from './github/deployments.ts';
import { LogReport } from './github/log-report.ts';
import { setOutputs, writeSummary } from './github/outputs.ts';
import { runUrl } from './github/run-url.ts';
import { STATE_LOCK } from './github/state.ts';
import { readInputs } from './inputs.ts';
import { MODES } from './mode-table.ts';
import { cancelledError, gaveWayError, timeoutError, toGreenpathError } from './run-errors.ts';
import type { Inputs } from './state/inputs.ts';
import { type Known, nothingKnown } from './state/run.ts';
import { VOCABULARY, wordsOf } from './state/vocabulary.ts';

const report = new LogReport();
const stop = new AbortController();
const giveWay = new AbortController();
const waiting = AbortSignal.any([stop.signal, giveWay.signal]);

/** What is known of the inputs, even if they are wrong. */
type Given = Pick<ResultInput, 'mode' | 'namespace' | 'route' | 'dryRun'>;

async function main(): Promise<void> {
  const known = nothingKnown();
  let given: Given = { mode: core.getInput('mode'), namespace: '', route: '', dryRun: false };
  let transport: Transport | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lock: Lock | undefined;
  let api: Api | undefined;
  let deployments: Deployments | undefined;
  try {
    const inputs = readInputs(core.getInput, process.env);
    known.outputs = { ...known.outputs, app: inputs.app, revision: inputs.revision };
    report.allow([...VOCABULARY, ...wordsOf(inputs)].join('\n'));
    given = { mode: inputs.mode, namespace: inputs.namespace, route: inputs.routes.join(', '), dryRun: inputs.dryRun };
    timer = setTimeout(() => stop.abort(timeoutError(inputs)), inputs.timeout);
    const deadline = performance.now() + inputs.timeout;
    const obtain = () => hidden(connect(inputs.kubeconfig, inputs.context, process.env, stop.signal));
    transport = new Transport(await Credentials.obtain(obtain), (text) =>
      report.warning(`the API server says: ${text}`),
    );
    api = new Api(transport, inputs.namespace || transport.namespace || 'default', stop.signal, fence);
    report.line(
      `greenpath ${inputs.mode}: app ${inputs.app}, revision ${inputs.revision || '(by the route)'}, namespace ${api.namespace}`,
    );
    const { namespace } = api;
    given = { ...given, namespace };
    const channel = transport;
    const readOnly = inputs.dryRun || inputs.mode === 'status';
    const takeLock = async () => {
      if (readOnly || lock !== undefined) return [];
      lock = await Lock.acquire(channel, lockRequest(inputs, namespace), stop.signal);
      core.saveState(STATE_LOCK, JSON.stringify({ namespace, app: inputs.app, id: lock.id }));
      return lock.overtaken;
    };
    const run = {
      inputs,
      api,
      transport,
      report,
      signal: stop.signal,
      waiting,
      deadline,
      url: runUrl(),
      readOnly,
      takeLock,
      dropLock,
      known,
    };
    if (inputs.deployment && !readOnly) deployments = beginDeployment(inputs);
    await MODES[inputs.mode](run);
  } catch (error) {
    await lookAgain(known, api);
    const why = waiting.aborted && !(error instanceof GreenpathError) ? waiting.reason : error;
    const failure = toGreenpathError(why);
    report.endStage('failed');
    const result = await conclude(known, given, failure);
    report.failure(failure, known.visitors);
    await tidy();
    await deployments?.end(result);
    return;
  } finally {
    clearTimeout(timer);
  }
  const result = await conclude(known, given, undefined);
  await tidy();
  await deployments?.end(result);

  async function tidy(): Promise<void> {
    await dropLock();
    transport?.close();
  }

  async function dropLock(): Promise<void> {
    if (lock === undefined) return;
    await lock.release();
    lock = undefined;
    core.saveState(STATE_LOCK, '');
  }

  /** No write without the lock: it is taken first, and has to outlive each write. */
  function fence<T>(send: (until: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (lock === undefined) throw new Error('a write was tried without the lock');
    return lock.guard(send, signal);
  }
}

function beginDeployment(inputs: Inputs): Deployments {
  hideCredentials([inputs.token]);
  const deployments = new Deployments({ ...inputs, url: runUrl() }, report);
  deployments.begin();
  return deployments;
}

/** The runner hides what is secret in it from the log, whoever prints it. */
async function hidden(connecting: Promise<Connection>): Promise<Connection> {
  const connection = await connecting;
  hideCredentials(connection.secrets);
  return connection;
}

/** Whatever they look like: the runner has to know them from the first request on. */
function hideCredentials(secrets: readonly string[]): void {
  report.hide(secrets);
  for (const secret of secrets) core.setSecret(secret);
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

/** The answer to a switch did not come: one more look, for a moment, at where it left the visitors. */
async function lookAgain(known: Known, api: Api | undefined): Promise<void> {
  if (known.lookAgain === undefined || api === undefined) return;
  const seen = await known.lookAgain(api.until(AbortSignal.timeout(STOPPED_LOOK))).catch(() => undefined);
  if (seen !== undefined) known.visitors = seen;
  else report.serves({ live: { url: known.outputs.liveUrl, service: 'unknown', revision: '' } });
}

/** Outputs and summary, whatever the end was; they are there before the step fails. */
async function conclude(known: Known, given: Given, error: GreenpathError | undefined): Promise<Result> {
  const journal = report.close();
  const { visitors, status, outputs } = known;
  const plain = resultOf({ ...outputs, ...given, visitors, status }, journal, error);
  const result = withTexts(plain, (text) => report.masked(text));
  setOutputs(result);
  await writeSummary(result, journal, report);
  return result;
}

// A cancelled job gets SIGINT, SIGTERM 7.5 s later, and is killed 2.5 s after that.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(cancelledError(signal)));
void main();
