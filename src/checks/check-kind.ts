import type * as v from 'valibot';
import type { ExpectedAnswer } from '../core/base/config.ts';
import type { BrokenRule, InBake } from '../core/base/config-rules.ts';
import type { Json } from '../core/base/json.ts';
import type { Check } from './check.ts';
import type { CheckTools } from './tools.ts';

/** A kind of check. docs/extending.md says how to add one. */
export interface CheckKind<S> {
  /** The setting that names it in the config, and `kind` in results. */
  readonly key: string;
  /** How it is written, for messages: what follows "expected". */
  readonly form: string;
  /** What it does, in one sentence for docs/config.md. */
  readonly about: string;
  /** A check of this kind as the config has it, for docs/config.md and test/checks/port.test.ts. */
  readonly example: unknown;
  readonly schema: v.GenericSchema<unknown, S>;
  /** A check as the config has it, with the content of the files that it names: later steps have no checkout. */
  withFiles?(given: Json, read: ReadFile): Json;
  /** Which answers of the application are right by such a check, for the proof: kinds that ask for its pages say so. */
  expects?(settings: S): readonly ExpectedAnswer[];
  /** Whether a check runs in the bake; kinds without this always do. */
  inBake?(settings: S): InBake;
  /** The rules that a check breaks beyond its schema: one of a record may, if an earlier version accepted it. */
  broken?(settings: S): readonly BrokenRule[];
  /** How the config says that a status of a path is right, or any success: for advice, of kinds with `expects`. */
  written?(path: string, status?: number): string;
  make(settings: S, tools: CheckTools): Check;
}

/**
 * The content of the file that the setting at `path` of a check names; undefined if it cannot be read or is longer than
 * `limit` bytes, which is then reported.
 */
export type ReadFile = (path: readonly string[], file: string, limit: number) => Buffer | undefined;
