import * as core from '@actions/core';
import { messageOf } from '../core/base/error.ts';
import {
  DESCRIPTION_LIMIT,
  type Deployment,
  deploymentTarget,
  finalStatus,
  ours,
  outdated,
  previewEnvironment,
  type StatusUpdate,
} from '../core/report/deployments.ts';
import type { Result } from '../core/report/result-schema.ts';
import { oneLine } from './inert.ts';
import type { Client } from './octokit.ts';
import type { Report } from './report.ts';
import { STATE_DEPLOYMENT } from './state.ts';

/** The time limit for all of GitHub's answers together, in milliseconds. */
const WITHIN = 30_000;
/** How many of an environment's deployments are read at once, newest first, and how often: other apps may have many. */
const PAGE = 30;
const PAGES = 10;
/** States in which a deployment still counts as present. */
const PRESENT = ['success', 'in_progress', 'queued', 'pending'];

/** Where and for what deployments are recorded. */
export interface DeploymentRequest {
  readonly token: string;
  readonly mode: string;
  readonly app: string;
  readonly revision: string;
  readonly environment: string;
  /** Address of the workflow run. */
  readonly url: string;
}

/**
 * Records in GitHub's Deployments API what a run does. It works in parallel with the run and never delays it. Any
 * failure here is one warning and nothing more.
 */
export class Deployments {
  readonly #request: DeploymentRequest;
  readonly #report: Report;
  readonly #stop = new AbortController();
  readonly #repository: { owner: string; repo: string };
  #client: Client | undefined;
  #own: Promise<number | undefined> = Promise.resolve(undefined);

  constructor(request: DeploymentRequest, report: Report) {
    const [owner = '', repo = ''] = (process.env.GITHUB_REPOSITORY ?? '').split('/');
    this.#request = request;
    this.#report = report;
    this.#repository = { owner, repo };
  }

  /** Begins the deployment of this run, if its revision and environment are known. Returns at once. */
  begin(): void {
    // The target of a rollback is known only after it has read the routes.
    const { mode, revision } = this.#request;
    if (mode === 'rollback' || revision === '') return;
    this.#own = this.#create(revision, process.env.GITHUB_SHA ?? '').catch((error: unknown) => this.#warn(error));
  }

  /** Records how the run ended. A cancelled run has no time for that, so the post step does it. */
  async end(result: Result): Promise<void> {
    if (result.error?.code === 'cancelled') return this.#stop.abort();
    const timer = setTimeout(() => this.#stop.abort(), WITHIN);
    try {
      await this.#end(result);
      core.saveState(STATE_DEPLOYMENT, '');
    } catch (error) {
      this.#warn(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Marks the deployment `id`, begun by a process that is gone, as failed; throws if that takes longer than `within`
   * ms.
   */
  async abandon(id: number, within: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), within);
    const description = 'The step was ended before it could report how the release went.';
    await this.#status(id, { state: 'error', description, url: '' }).finally(() => clearTimeout(timer));
  }

  async #create(revision: string, ref: string): Promise<number | undefined> {
    const { mode, app, environment } = this.#request;
    const target = deploymentTarget(mode, environment);
    if (target === undefined) return undefined;
    const client = await this.#open();
    const { data } = await client.createDeployment({
      ...this.#repository,
      ref,
      environment: target.environment,
      description: `${app} ${revision}`,
      payload: { app, revision },
      auto_merge: false,
      required_contexts: [],
      production_environment: target.isProduction,
      transient_environment: !target.isProduction,
    });
    if (!('id' in data)) throw new Error(data.message ?? 'no deployment was created');
    core.saveState(STATE_DEPLOYMENT, String(data.id));
    await this.#status(data.id, { state: 'in_progress', description: `${mode} runs`, url: '' });
    return data.id;
  }

  /** The deployment of a rollback has the commit of that revision's earlier deployment here. */
  async #createBack(result: Result): Promise<number | undefined> {
    const { mode, environment } = this.#request;
    if (mode !== 'rollback' || result.revision === '' || !(result.changed || result.error)) return undefined;
    const before = await this.#newestOf(result, environment);
    return this.#create(result.revision, before?.sha ?? process.env.GITHUB_SHA ?? '');
  }

  async #end(result: Result): Promise<void> {
    const { mode, environment } = this.#request;
    const begun = await this.#own;
    if (this.#stop.signal.aborted) return;
    const own = begun ?? (await this.#createBack(result));
    if (own !== undefined) await this.#status(own, finalStatus(result));
    if (mode === 'verify') {
      const newest = await this.#newestOf(result, previewEnvironment(environment));
      if (newest !== undefined) await this.#status(newest.id, { ...finalStatus(result), url: result.previewUrl });
    }
    const [previews, lives] = await this.#both(result, own);
    for (const { id } of outdated(result, own, previews, lives)) await this.#deactivate(id, result.revision);
  }

  /** Only the environments in which a deployment can be over. */
  async #both({ mode, app }: Result, own: number | undefined): Promise<[Deployment[], Deployment[]]> {
    const { environment } = this.#request;
    const isProduction = deploymentTarget(mode, environment)?.isProduction === true;
    if (own === undefined && mode !== 'reject') return [[], []];
    const isBefore = (one: Deployment) => one.app === app && one.id !== own;
    const previews = mode === 'rollback' ? [] : await this.#list(previewEnvironment(environment), isBefore);
    return [previews, isProduction ? await this.#list(environment, isBefore) : []];
  }

  async #newestOf({ app, revision }: Result, environment: string): Promise<Deployment | undefined> {
    const isIts = (one: Deployment) => one.app === app && one.revision === revision;
    return (await this.#list(environment, isIts)).find(isIts);
  }

  /** The newest deployments of an environment, as far back as the first page on which one is sought. */
  async #list(environment: string, isSought: (one: Deployment) => boolean): Promise<Deployment[]> {
    const client = await this.#open();
    const found: Deployment[] = [];
    for (let page = 1; page <= PAGES; page += 1) {
      const { data } = await client.listDeployments({ ...this.#repository, environment, per_page: PAGE, page });
      found.push(...data.flatMap((one) => ours(one) ?? []));
      if (data.length < PAGE || found.some(isSought)) break;
    }
    return found;
  }

  /** A deployment that ended in another state long ago keeps that state. */
  async #deactivate(id: number, by: string): Promise<void> {
    const client = await this.#open();
    const { data } = await client.listDeploymentStatuses({ ...this.#repository, deployment_id: id, per_page: 1 });
    const [last] = data;
    if (last !== undefined && !PRESENT.includes(last.state)) return;
    await this.#status(id, { state: 'inactive', description: `replaced by ${by}`, url: '' });
  }

  async #status(id: number, { state, description, url }: StatusUpdate): Promise<void> {
    const client = await this.#open();
    await client.createDeploymentStatus({
      ...this.#repository,
      deployment_id: id,
      state,
      description: oneLine(description, DESCRIPTION_LIMIT).slice(0, DESCRIPTION_LIMIT),
      // GitHub would also set those of other apps in the same environment inactive.
      auto_inactive: false,
      ...(this.#request.url.startsWith('http') ? { log_url: this.#request.url } : {}),
      ...(url === '' ? {} : { environment_url: url }),
    });
  }

  /** The client is a file of its own, which runs without deployments never load. */
  async #open(): Promise<Client> {
    const { openClient } = await import('./octokit.ts');
    this.#client ??= openClient(this.#request.token, this.#stop.signal);
    return this.#client;
  }

  #warn(error: unknown): undefined {
    this.#stop.abort();
    const status = error instanceof Error && 'status' in error ? error.status : undefined;
    const message = messageOf(error);
    const lacking = (status === 403 && !/rate limit/i.test(message)) || status === 404;
    const why = lacking ? 'give the job `permissions: {deployments: write}`' : 'the release itself is not affected';
    this.#report.warning(`GitHub did not record the deployment (${message}): ${why}`);
    return undefined;
  }
}
