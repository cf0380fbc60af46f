import * as core from '@actions/core';
import { messageOf } from '../core/base/error.ts';
import type { Journal } from '../core/report/journal.ts';
import type { Result } from '../core/report/result-schema.ts';
import type { Report } from './report.ts';
import { summaryOf } from './summary.ts';
import { runRepository } from './workflow-run.ts';

/** Sets every output of action.yml; `json` contains all of `result`. */
export function setOutputs(result: Result): void {
  core.setOutput('app', result.app);
  core.setOutput('revision', result.revision);
  core.setOutput('previous-revision', result.previousRevision);
  core.setOutput('preview-url', result.previewUrl);
  core.setOutput('preview-header', result.previewHeader);
  core.setOutput('live-url', result.liveUrl);
  core.setOutput('state', result.state);
  core.setOutput('proof', result.proof);
  core.setOutput('changed', result.changed);
  core.setOutput('json', JSON.stringify(result));
}

/** If this environment variable is set, the debug log holds what the summary is made of: for the README's pictures. */
export const FACTS_VARIABLE = 'GREENPATH_SUMMARY_FACTS';
/** Begins each line of the log that holds a part of it. */
export const FACTS = 'The summary is made of this: ';
/** The most characters in a line: a text that is much longer would be cut. */
const PART = 100_000;

/** Writes the summary of the step to the runner's file. A failure is a warning and does not fail the step. */
export async function writeSummary(result: Result, journal: Journal, report: Report): Promise<void> {
  if (process.env[FACTS_VARIABLE]) tellFacts(JSON.stringify({ result, journal }), report);
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  try {
    await core.summary.addRaw(summaryOf(result, journal, { repository: runRepository() })).write();
  } catch (error) {
    report.warning(`the summary could not be written: ${messageOf(error)}`);
  }
}

function tellFacts(facts: string, report: Report): void {
  for (let at = 0; at < facts.length; at += PART) report.debug(`${FACTS}${facts.slice(at, at + PART)}`);
}
