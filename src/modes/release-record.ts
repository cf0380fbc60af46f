import { KIND } from '../cluster/kinds.ts';
import { type Config, parseConfig } from '../core/config.ts';
import { GreenpathError } from '../core/error.ts';
import type { KubeObject } from '../core/objects.ts';
import { type Release, readRelease, readStamp, recordName, type Stamp } from '../core/record.ts';
import type { Run } from './run.ts';

/** The record of the revision that this run is about. */
export interface Recorded {
  readonly object: KubeObject;
  readonly release: Release;
  readonly config: Config;
  readonly stamp: Stamp | undefined;
}

/** Reads the record that `deploy-green` wrote; throws `no-candidate` if there is none. */
export async function readRecord(run: Run): Promise<Recorded> {
  const { app, revision } = run.inputs;
  const name = recordName(app, revision);
  const object = await run.api.get<KubeObject>({ kind: KIND.ConfigMap, name });
  const release = object && readRelease(object, app, revision);
  if (object === undefined || release === undefined) {
    const why = object === undefined ? 'does not exist' : 'cannot be read';
    throw new GreenpathError(
      'no-candidate',
      `there is no candidate ${revision} of app ${app}: its record, ConfigMap ${name}, ${why}`,
      'Run deploy-green for this revision first, and check the inputs app, revision and namespace.',
    );
  }
  const parsed = parseConfig(release.config);
  if ('problems' in parsed) {
    throw new GreenpathError(
      'no-candidate',
      `the config in ConfigMap ${name} cannot be used: ${parsed.problems.join('; ')}`,
      'Run deploy-green again, with the same version of Greenpath.',
    );
  }
  return { object, release, config: parsed.config, stamp: readStamp(object, release) };
}

/** The settings by which the live route is read. */
export function routeSettings(config: Config) {
  return { prefix: config.preview.path, revisionLabel: config['revision-label'], router: config.router };
}
