import * as core from '@actions/core';
import { concernsVisitors, furtherProblems, type GreenpathError, type Place } from '../core/base/error.ts';
import { Mask } from '../core/base/masking.ts';
import type { CheckResult } from '../core/checks/check-result.ts';
import { type FailureReport, withReportTexts } from '../core/report/failure-report.ts';
import type {
  AnswerSeen,
  Change,
  Comparison,
  Journal,
  Scene,
  StageTitle,
  SwitchAnswers,
} from '../core/report/journal.ts';
import { Recorder } from '../core/report/recorder.ts';
import { Annotations } from './annotations.ts';
import { cut, inert, oneLine } from './inert.ts';
import { JobSecrets } from './job-secrets.ts';
import type { Report } from './report.ts';
import { annotationAt, DONE, failureText, LINE_LIMIT, PLANNED, placed } from './report-text.ts';

/** A report that writes the runner's log and collects what the summary needs. */
export class LogReport implements Report {
  readonly #recorder = new Recorder();
  readonly #noticed = new Set<string>();
  /** The credentials that the runner knows: checks hide theirs at every attempt. */
  readonly #sent = new Set<string>();
  #grouped = false;
  #isPlan = false;
  readonly #annotations = new Annotations((text) => this.line(text));
  readonly #mask = new Mask();
  readonly #job = new JobSecrets();

  hide(secrets: readonly string[]): void {
    this.#mask.learn(secrets);
  }

  hideInJob(secrets: readonly string[]): void {
    this.hide(secrets);
    const hidden = secrets.filter((secret) => this.#mask.hides(secret));
    this.#job.tell(hidden, (text) => this.notice(text));
  }

  /** Hides these whatever they look like, also in the rest of the job: whoever prints them, the runner hides them. */
  hideCredentials(secrets: readonly string[]): void {
    this.hide(secrets);
    for (const secret of secrets) {
      if (this.#sent.has(secret)) continue;
      this.#sent.add(secret);
      core.setSecret(secret);
    }
  }

  canHide(secret: string): boolean {
    return this.#mask.canHide(secret);
  }

  allow(clear: string): void {
    this.#mask.allow(clear);
  }

  masked(text: string): string {
    return this.#mask.hide(text);
  }

  stage(title: StageTitle): void {
    if (this.#recorder.stage === title) return;
    this.#endGroup();
    this.#recorder.begin(title, Date.now());
    core.startGroup(title);
    this.#grouped = true;
  }

  endStage(how: 'done' | 'failed'): void {
    this.#endGroup();
    this.#recorder.end(how, Date.now());
  }

  line(text: string): void {
    core.info(cut(this.#safe(text), LINE_LIMIT));
  }

  verdict(text: string): void {
    this.endStage('done');
    this.line(text);
  }

  warning(text: string, place?: Place): void {
    const safe = oneLine(this.#safe(text));
    this.#recorder.warning(placed(safe, place));
    this.#annotations.show(() => core.warning(safe, annotationAt(place)), `Warning: ${placed(text, place)}`);
  }

  notice(text: string, place?: Place): void {
    const whole = placed(text, place);
    if (this.#noticed.has(whole)) return;
    this.#noticed.add(whole);
    this.#annotations.show(() => core.notice(oneLine(this.#safe(text)), annotationAt(place)), `Notice: ${whole}`);
  }

  plan(): void {
    this.#isPlan = true;
  }

  wording(done: string, planned: string): string {
    return this.#isPlan ? planned : done;
  }

  change(change: Change): void {
    const isPlan = this.#isPlan;
    const { action } = change;
    const object = this.masked(change.object);
    const diff = this.masked(change.diff);
    if (action === 'keep' && !isPlan) return;
    this.#recorder.change({ object, action, diff });
    this.line(`${(isPlan ? PLANNED : DONE)[action]} ${object}`);
    if (isPlan && action === 'change' && diff !== '') this.line(diff.replaceAll(/^/gm, '    '));
  }

  check(result: CheckResult): void {
    this.#recorder.check({ ...result, failure: this.#safe(result.failure) });
  }

  explain(more: Partial<FailureReport>): void {
    this.#recorder.explain(more);
  }

  look(to: string, zero: SwitchAnswers['zero']): void {
    this.#recorder.look(to, zero);
  }

  answer(seen: AnswerSeen): void {
    this.#recorder.answer(seen);
  }

  scene(scene: Scene): void {
    this.#recorder.scene(scene, Date.now());
  }

  serves(now: Partial<Scene>): void {
    this.#recorder.serves(now, Date.now());
  }

  compare(comparison: Comparison): void {
    const { images, twins } = comparison;
    this.#recorder.compare({
      ...comparison,
      images: images.map(({ of, before, after }) => ({ of, before: this.masked(before), after: this.masked(after) })),
      twins: twins.map((twin) => ({ ...twin, diff: this.masked(twin.diff) })),
    });
  }

  debug(text: string): void {
    if (core.isDebug()) core.debug(this.#safe(text));
  }

  close(): Journal {
    this.endStage('done');
    const journal = this.#recorder.journal();
    // Pods may have taught what to hide after a check failed.
    return { ...journal, failures: withReportTexts(journal.failures, (text) => this.masked(text)) };
  }

  failure(error: GreenpathError, visitors: string, url: string): void {
    this.endStage('failed');
    const what = this.#safe(error.message);
    const next = this.#safe(error.next);
    const where = concernsVisitors(error, visitors) ? [`Visitors: ${this.#safe(visitors)}`] : [];
    for (const { text, place } of error.problems) {
      if (place !== undefined) this.#annotations.show(() => core.error(oneLine(this.#safe(text)), annotationAt(place)));
    }
    const further = furtherProblems(error.message, error.problems);
    const listed = further.map((problem) => ({ ...problem, text: this.#safe(problem.text) }));
    const failures = withReportTexts(this.#recorder.journal().failures, (text) => this.#safe(text));
    const about = `More about ${error.code}: ${url}`;
    core.info(failureText({ what, listed, where, next, about, hidden: this.#annotations.hidden, failures }));
    // Those with a place have annotations of their own.
    const placeless = listed.filter(({ place }) => place === undefined).map(({ text }) => text);
    const parts = [what, ...placeless, ...where, `What to do: ${next} [${error.code}]`].map((part) => oneLine(part));
    core.setFailed(`${parts.join(' · ')} ${url}`);
  }

  /** Control characters may split a secret, and removing them may join one: so secrets are searched twice. */
  #safe(text: string): string {
    return this.#mask.hide(inert(this.#mask.hide(text)));
  }

  #endGroup(): void {
    if (this.#grouped) core.endGroup();
    this.#grouped = false;
  }
}
