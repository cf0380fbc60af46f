import { describe, expect, test } from 'vitest';
import { LABEL_APP, LABEL_NAME, LABEL_REVISION, type Service } from '../../../src/core/kube/objects.ts';
import type { LiveRule } from '../../../src/core/release/live.ts';
import { parkedBy } from '../../../src/core/release/parked-services.ts';
import { side } from '../support.ts';

/** What parking names, so that no proxy forgets an upstream that visitors may be sent to. */

const READING = { app: 'web', revisionLabel: 'revision' };
const service = (name: string, labels: Record<string, string>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels },
  spec: {},
});
/** A Service of the app's stack. */
const ofStack = (baseName: string, revision: string, app = 'web') =>
  service(`${baseName}-${revision}`, { [LABEL_APP]: app, [LABEL_REVISION]: revision, [LABEL_NAME]: baseName });
const rule = (name: string, baseName = 'web', port: number | string = 80): LiveRule => ({
  host: 'a.test',
  path: '/',
  match: 'prefix',
  isFallback: false,
  text: 'a.test/',
  key: '0',
  service: name,
  baseName,
  port,
});
const route = (...rules: LiveRule[]) => ({ rules, exists: true });
const facts = {
  services: [] as Service[],
  routes: [route(rule('web-v1'))],
  sides: [],
  present: [],
  without: [] as string[],
};
const named = (more: Partial<Parameters<typeof parkedBy>[0]>) =>
  parkedBy({ ...facts, ...more }, READING).map((one) => `${one.service}:${one.port}`);

const [V1, V2, V3] = [ofStack('web', 'v1'), ofStack('web', 'v2'), ofStack('web', 'v3')];

describe('parking names', () => {
  test.each<[string, Partial<Parameters<typeof parkedBy>[0]>, string[]]>([
    [
      'every stack that exists, in the order of names',
      { services: [V3, V1, V2] },
      ['web-v1:80', 'web-v2:80', 'web-v3:80'],
    ],
    [
      'what is live although it carries no labels',
      { services: [service('web-v1', {}), V2] },
      ['web-v1:80', 'web-v2:80'],
    ],
    [
      'a candidate whose Service does not exist yet',
      { services: [V1], sides: [side('web-v2')] },
      ['web-v1:80', 'web-v2:80'],
    ],
    ['no Service that is live by its name only', { services: [V2] }, ['web-v2:80']],
    ['nothing of another app', { services: [V1, ofStack('web', 'v2', 'other')] }, ['web-v1:80']],
    ['nothing of another base name', { services: [V1, ofStack('api', 'v1')] }, ['web-v1:80']],
    [
      'what it names already, by the port that it has, while that exists',
      {
        services: [service('web-v1', {}), V2],
        routes: [route(rule('web-v2'))],
        present: [
          { service: 'web-v1', port: 80 },
          { service: 'web-v2', port: 'old' },
          { service: 'gone', port: 80 },
        ],
      },
      ['web-v1:80', 'web-v2:80'],
    ],
    [
      'of what it names already nothing that goes',
      { services: [V1, V2], present: [{ service: 'web-v2', port: 80 }], without: ['web-v2'] },
      ['web-v1:80'],
    ],
    ['nothing that goes', { services: [V1, V2], without: ['web-v2'] }, ['web-v1:80']],
    [
      'a Service once for each port by which routes name it',
      { services: [V1], routes: [route(rule('web-v1'), rule('web-v1', 'web', 'http'), rule('web-v1'))] },
      ['web-v1:80', 'web-v1:http'],
    ],
    [
      'each part of the app by its own ports',
      { services: [V1, ofStack('api', 'v1')], routes: [route(rule('web-v1'), rule('api-v1', 'api', 90))] },
      ['api-v1:90', 'web-v1:80'],
    ],
    [
      'the candidate alone where no route exists yet',
      {
        services: [service('web-v1', {})],
        routes: [{ rules: [rule('web-v1')], exists: false }],
        sides: [side('web-v2')],
      },
      ['web-v2:80'],
    ],
  ])('%s', (_, more, expected) => {
    expect(named(more)).toEqual(expected);
  });
});
