import * as core from '@actions/core';
import { Api } from './cluster/api.ts';
import { connect } from './cluster/connect.ts';
import { Transport } from './cluster/transport.ts';
import { formatDuration } from './core/duration.ts';
import { GreenpathError, messageOf } from './core/error.ts';
import { logReport } from './github/report.ts';
import { type Inputs, type Mode, readInputs } from './inputs.ts';
import type { Known, Outputs, Run } from './modes/run.ts';

const report = logReport();
const stop = new AbortController();

async function runMode(mode: Mode, run: Run): Promise<void> {
  switch (mode) {
    case 'deploy-green':
      return (await import('./modes/deploy-green.ts')).deployGreen(run);
    case 'verify':
      return (await import('./modes/verify.ts')).verify(run);
    case 'promote':
      return (await import('./modes/promote.ts')).promote(run);
  }
}

async function main(): Promise<void> {
  const known: Known = { visitors: 'this run has not looked yet and has changed nothing.', outputs: emptyOutputs() };
  let transport: Transport | undefined;
  let deadline: NodeJS.Timeout | undefined;
  try {
    const inputs = readInputs(core.getInput, process.env);
    known.outputs = { ...known.outputs, app: inputs.app, revision: inputs.revision };
    deadline = setTimeout(() => stop.abort(timeoutError(inputs)), inputs.timeout);
    const connection = await connect(inputs.kubeconfig, inputs.context, process.env);
    transport = new Transport(connection, (text) => report.warning(`the API server says: ${text}`));
    const api = new Api(transport, inputs.namespace || connection.namespace || 'default', stop.signal);
    report.line(`greenpath ${inputs.mode}: app ${inputs.app}, revision ${inputs.revision}, namespace ${api.namespace}`);
    await runMode(inputs.mode, { inputs, api, transport, report, signal: stop.signal, url: runUrl(), known });
  } catch (error) {
    setOutputs(known.outputs);
    report.failure(toGreenpathError(stop.signal.aborted ? stop.signal.reason : error), known.visitors);
    return;
  } finally {
    clearTimeout(deadline);
    transport?.close();
  }
  setOutputs(known.outputs);
}

function setOutputs(outputs: Outputs): void {
  core.setOutput('app', outputs.app);
  core.setOutput('revision', outputs.revision);
  core.setOutput('previous-revision', outputs.previousRevision);
  core.setOutput('preview-url', outputs.previewUrl);
  core.setOutput('live-url', outputs.liveUrl);
  core.setOutput('state', outputs.state);
  core.setOutput('proof', outputs.proof);
  core.setOutput('changed', outputs.changed);
}

function emptyOutputs(): Outputs {
  return {
    app: '',
    revision: '',
    previousRevision: '',
    previewUrl: '',
    liveUrl: '',
    state: 'unchanged',
    proof: '',
    changed: false,
  };
}

function runUrl(): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = process.env;
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return 'a run outside of GitHub';
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/attempts/${GITHUB_RUN_ATTEMPT ?? '1'}`;
}

function timeoutError({ mode, timeout }: Inputs): GreenpathError {
  return new GreenpathError(
    'timeout',
    `${mode} was not done within ${formatDuration(timeout)}`,
    'Look at the last lines above for what it waited for; run the step again, or give it a longer timeout.',
  );
}

function toGreenpathError(error: unknown): GreenpathError {
  if (error instanceof GreenpathError) return error;
  const detail = error instanceof Error && error.stack ? `\n${error.stack}` : '';
  return new GreenpathError(
    'internal',
    `Greenpath failed in a way it should not: ${messageOf(error)}${detail}`,
    'Look at where visitors are, then report this with the log.',
    { cause: error },
  );
}

function cancel(signal: NodeJS.Signals): void {
  stop.abort(
    new GreenpathError(
      'cancelled',
      `the run was cancelled (${signal})`,
      'Run the step again: it goes on from what is there.',
    ),
  );
}

process.once('SIGINT', cancel);
process.once('SIGTERM', cancel);
void main();
