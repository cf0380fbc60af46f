import { type ParsedConfig, parseConfigWith } from '../core/base/config.ts';
import { CHECK_KINDS, checksSchema } from './registry.ts';

const CHECKS = checksSchema(CHECK_KINDS);

/**
 * The config that `value` (parsed YAML) describes, or one sentence for each thing that is wrong with it. `routers` are the
 * names that the setting `router` may have.
 */
export function parseConfig(value: unknown, routers: readonly string[] = []): ParsedConfig {
  return parseConfigWith(CHECKS, value, routers);
}
