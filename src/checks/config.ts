import { type ParsedConfig, parseConfigWith, parseRecordedWith } from '../core/base/config.ts';
import { CHECK_KINDS, checksSchema } from './registry.ts';

const CHECKS = checksSchema(CHECK_KINDS);

/**
 * The config that `value` (parsed YAML) describes, or one sentence for each thing that is wrong with it. `routers` are the
 * names that the setting `router` may have.
 */
export function parseConfig(value: unknown, routers: readonly string[] = []): ParsedConfig {
  return parseConfigWith(CHECKS, value, routers);
}

/** The same for the config that a record holds: an earlier version may have accepted more than this one does. */
export function parseRecordedConfig(value: unknown, routers: readonly string[]): ParsedConfig {
  return parseRecordedWith(CHECKS, value, routers);
}
