import { jsonIn } from '../base/json.ts';
import { cut } from '../base/quoted.ts';
import type { Result } from './result-schema.ts';

/** A deployment as GitHub stores it, of one of our apps. */
export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly app: string;
  readonly revision: string;
}

/** What a run records: its own deployment, if it brings a revision somewhere. */
export interface DeploymentTarget {
  readonly environment: string;
  readonly isProduction: boolean;
}

export type DeploymentState = 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** One status to write. */
export interface StatusUpdate {
  readonly state: DeploymentState;
  readonly description: string;
  readonly url: string;
}

/** The length limit of a description at GitHub. */
export const DESCRIPTION_LIMIT = 140;

/** The environment for the previews of `environment`. */
export function previewEnvironment(environment: string): string {
  return `${environment}-preview`;
}

/** Where a mode brings a revision; undefined for other modes. */
export function deploymentTarget(mode: string, environment: string): DeploymentTarget | undefined {
  if (mode === 'deploy-green') return { environment: previewEnvironment(environment), isProduction: false };
  if (['promote', 'release', 'rollback'].includes(mode)) return { environment, isProduction: true };
  return undefined;
}

/** How the deployment of a run ended. */
export function finalStatus({
  error,
  revision,
  state,
  proof,
  liveUrl,
  previewUrl,
  previewHeader,
  mode,
}: Result): StatusUpdate {
  if (error !== undefined) {
    const where = visitorsAfter(state, proof, revision);
    return { state: 'failure', description: described(`${where}${error.code}: ${error.what}`), url: '' };
  }
  // It is live already, so there is no preview.
  if (mode === 'deploy-green' && state !== 'candidate')
    return { state: 'inactive', description: described(`${revision}: ${state}`), url: '' };
  const url = mode === 'deploy-green' ? previewUrl : liveUrl;
  // A link to the live URLs would show the live version.
  const isLive = state !== 'candidate' && state !== 'verified';
  const how = previewHeader === '' || isLive ? '' : `, at the live URLs with the header ${previewHeader}`;
  return { state: 'success', description: described(`${revision}: ${state}${how}`), url };
}

/** Where visitors are after a run that failed: the page still shows the earlier deployment as the active one. */
function visitorsAfter(state: Result['state'], proof: Result['proof'], revision: string): string {
  if (state === 'restored') return `visitors are back${proof === '' ? ' (not proven)' : ''}; `;
  return state === 'switched' || state === 'live' ? `visitors are routed to ${revision}; ` : '';
}

/**
 * Which of an app's other deployments are over after a run that ended with `result`; `own` is the run's own, if any.
 */
export function outdated(
  { mode, error, revision, app, state }: Result,
  own: number | undefined,
  previews: readonly Deployment[],
  lives: readonly Deployment[],
): Deployment[] {
  if (error !== undefined) return [];
  const others = (all: readonly Deployment[]) => all.filter((one) => one.app === app && one.id !== own);
  if (mode === 'deploy-green') return state === 'candidate' ? others(previews) : [];
  if (mode === 'reject') return others(previews).filter((one) => one.revision === revision);
  if (['promote', 'release'].includes(mode) && state === 'live') return [...others(lives), ...others(previews)];
  if (mode === 'rollback' && ['rolled-back', 'live'].includes(state)) return others(lives);
  return [];
}

/** The deployment that GitHub's `payload` describes, or undefined if it is not one of ours. */
export function ours(raw: { id: number; sha: string; payload: unknown }): Deployment | undefined {
  const value = typeof raw.payload === 'string' ? jsonIn(raw.payload) : raw.payload;
  if (typeof value !== 'object' || value === null) return undefined;
  const { app, revision } = value as Record<string, unknown>;
  if (typeof app !== 'string' || typeof revision !== 'string') return undefined;
  return { id: raw.id, sha: raw.sha, app, revision };
}

function described(text: string): string {
  return cut(text.replaceAll(/\s+/g, ' '), DESCRIPTION_LIMIT - 1);
}
