import * as core from '@actions/core';
import { connect } from './cluster/connect.ts';
import { Credentials } from './cluster/credentials.ts';
import { type LeftLock, Lock } from './cluster/lock.ts';
import { Transport } from './cluster/transport.ts';
import { messageOf } from './core/base/error.ts';
import { isObject } from './core/base/json.ts';
import { Deployments } from './github/deployments.ts';
import { LogReport } from './github/log-report.ts';
import { STATE_DEPLOYMENT, STATE_LOCK } from './github/state.ts';
import { runUrl } from './github/workflow-run.ts';

/**
 * The post step. If the main step was killed before it could clean up, it releases the lock and ends the deployment. It
 * never changes a route, only warns, and always succeeds. The lock would also expire on its own.
 */

/** The time limit for all of it, in milliseconds. */
const WITHIN = 10_000;

const report = new LogReport();

async function main(): Promise<void> {
  const signal = AbortSignal.timeout(WITHIN);
  await attempt('The lock that the step left could not be released', () => unlock(signal));
  await attempt('The deployment that the step left could not be ended', endDeployment);
}

async function unlock(signal: AbortSignal): Promise<void> {
  const left = leftLock(core.getState(STATE_LOCK));
  if (left === undefined) return;
  const obtain = () => connect(core.getInput('kubeconfig'), core.getInput('context'), process.env, signal);
  const credentials = await Credentials.obtain(obtain);
  report.hideCredentials(credentials.now.secrets);
  const transport = new Transport(credentials, () => undefined);
  const given = await Lock.releaseLeft(transport, left, signal).finally(() => transport.close());
  report.line(
    given
      ? `The step was killed: the lock of ${left.app} was released`
      : 'The lock is no longer the one that the step left',
  );
}

async function endDeployment(): Promise<void> {
  const id = Number(core.getState(STATE_DEPLOYMENT) || '0');
  if (!Number.isSafeInteger(id) || id <= 0) return;
  const token = core.getInput('token');
  report.hideCredentials([token]);
  const request = { token, mode: '', app: '', revision: '', environment: '', url: runUrl() };
  await new Deployments(request, report).abandon(id, WITHIN);
  report.line('The step was killed: its deployment was ended');
}

async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    report.warning(`${what}: ${messageOf(error)}`);
  }
}

function leftLock(text: string): LeftLock | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text || 'null');
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { namespace, app, id } = value;
  const whole = typeof namespace === 'string' && typeof app === 'string' && typeof id === 'string';
  return whole ? { namespace, app, id } : undefined;
}

void main();
