import type { Address } from '../core/base/addresses.ts';
import type { Config } from '../core/base/config.ts';
import type { Problem } from '../core/base/error.ts';
import type { Json } from '../core/base/json.ts';
import type { Source, Values } from '../core/manifests/rendering.ts';
import type { RouteRef } from '../core/release/route.ts';
import type { Mode } from './modes.ts';

/** Every input, read once, checked, with defaults filled in; durations in milliseconds. */
export interface Inputs {
  readonly mode: Mode;
  readonly app: string;
  /** The live routes, at least one. */
  readonly routes: readonly RouteRef[];
  /** Empty: the namespace of the kubeconfig's context. */
  readonly namespace: string;
  /** Empty only in the modes that work without one: `rollback`, `retire`, `status`, `check`. */
  readonly revision: string;
  /** `rollback` only: the revision to go to; empty for the previous one. */
  readonly to: string;
  readonly sources: readonly Source[];
  readonly values: Values;
  readonly images: ReadonlyMap<string, string>;
  readonly config: Config;
  /** Whether this step was given a config; else that of the record counts. */
  readonly configGiven: boolean;
  /** The config as it was given, for the record. */
  readonly rawConfig: Json;
  readonly addresses: readonly Address[];
  readonly timeout: number;
  readonly dryRun: boolean;
  readonly requireVerified: boolean;
  readonly supersede: boolean;
  /** What is in the variables that are for checks alone. */
  readonly checkSecrets: readonly string[];
  /** What is wrong with the inputs of a rollback that goes on all the same. */
  readonly warnings: readonly Problem[];
  readonly kubeconfig: string;
  readonly context: string;
  /** Whether GitHub's Deployments API records the release. */
  readonly deployment: boolean;
  readonly environment: string;
  readonly token: string;
}
