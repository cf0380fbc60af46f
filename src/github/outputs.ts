import * as core from '@actions/core';
import { messageOf } from '../core/base/error.ts';
import type { Journal } from '../core/report/journal.ts';
import type { Result } from '../core/report/result.ts';
import type { Report } from './report.ts';
import { summaryOf } from './summary.ts';
import { runRepository } from './workflow-run.ts';

/** Sets every output of action.yml; `json` contains all of `result`. */
export function setOutputs(result: Result): void {
  core.setOutput('app', result.app);
  core.setOutput('revision', result.revision);
  core.setOutput('previous-revision', result.previousRevision);
  core.setOutput('preview-url', result.previewUrl);
  core.setOutput('live-url', result.liveUrl);
  core.setOutput('state', result.state);
  core.setOutput('proof', result.proof);
  core.setOutput('changed', result.changed);
  core.setOutput('json', JSON.stringify(result));
}

/** Begins the line that holds what a summary was made of. */
export const FACTS = 'The summary is made of this: ';
/** Longer facts would be cut, in characters. */
const FACTS_LIMIT = 100_000;

/**
 * Writes the summary of the step to the runner's file. A failure is a warning and does not fail the step. With debug
 * logging, the log holds what the summary is made of.
 */
export async function writeSummary(result: Result, journal: Journal, report: Report): Promise<void> {
  const facts = JSON.stringify({ result, journal });
  if (facts.length < FACTS_LIMIT) report.debug(`${FACTS}${facts}`);
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  try {
    await core.summary.addRaw(summaryOf(result, journal, { repository: runRepository() })).write();
  } catch (error) {
    report.warning(`the summary could not be written: ${messageOf(error)}`);
  }
}
