import { describe, expect, test } from 'vitest';
import { ANNOTATION_ENTRY, LABEL_APP, LABEL_REVISION, type Service } from '../../../src/core/kube/objects.ts';
import { handMadeStacks, type RevisionFacts, roleOf } from '../../../src/core/release/stack-role.ts';

const nothing: RevisionFacts = {
  revision: 'v1',
  isLive: false,
  isPreviewed: false,
  services: 'none',
  events: undefined,
  switchNote: undefined,
};
const left = { previous: 'v1' };
const takenOff = { previous: '', left: 'v1' };

describe('the role of a revision', () => {
  test.each<[string, string, Partial<RevisionFacts>]>([
    ['nothing is there', 'absent', {}],
    ['it was live and is gone', 'absent', { switchNote: left }],
    ['a route names it', 'live', { isLive: true, events: ['retiring'] }],
    ['it is being removed', 'retiring', { events: ['proven', 'retiring'], services: 'greenpath', isPreviewed: true }],
    ['the preview names it', 'candidate', { services: 'greenpath', events: ['proven'], isPreviewed: true }],
    ['it was deployed and nothing else', 'candidate', { services: 'greenpath', events: [] }],
    ['its record was deleted', 'candidate', { services: 'greenpath' }],
    ['it was live', 'previous', { services: 'greenpath', events: ['verified', 'switched', 'proven'] }],
    ['its record was deleted after it was live', 'previous', { services: 'greenpath', switchNote: left }],
    ['visitors were taken off it', 'previous', { services: 'greenpath', events: [], switchNote: takenOff }],
    ['it was there under plain names', 'previous', { revision: 'adopted', services: 'greenpath' }],
    ['made by hand, and the last switch left it', 'previous', { services: 'hand', switchNote: left }],
    ['made by hand, and visitors were taken off it', 'previous', { services: 'hand', switchNote: takenOff }],
    ['made by hand, two releases ago or never live', 'idle', { services: 'hand', switchNote: { previous: 'v0' } }],
    ['made by hand, and nothing was ever switched', 'idle', { services: 'hand' }],
  ])('%s: %s', (_, role, facts) => expect(roleOf({ ...nothing, ...facts })).toBe(role));
});

describe('stacks that were made by hand', () => {
  const service = (name: string, selector: Record<string, string>, metadata: object = {}): Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, ...metadata },
    spec: { selector },
  });
  const named = (services: readonly Service[]) =>
    [...handMadeStacks(services, new Set(['web', 'cart']), 'revision')].map(([revision, own]) => [
      revision,
      own.map((one) => one.metadata.name),
    ]);

  test('are found by what their selectors say, with all of their Services', () => {
    const services = [
      service('web-v1', { revision: 'v1' }),
      service('cart-v1', { revision: 'v1' }),
      service('web-v0', { revision: 'v0' }),
    ];
    expect(named(services)).toEqual([
      ['v1', ['web-v1', 'cart-v1']],
      ['v0', ['web-v0']],
    ]);
  });

  test.each([
    ["another application's of the same revision", service('shop-v1', { revision: 'v1' })],
    [
      'one of Greenpath',
      service('web-v1', { revision: 'v1' }, { labels: { [LABEL_APP]: 'web', [LABEL_REVISION]: 'v1' } }),
    ],
    ['the plain one that follows', service('web', { revision: 'v1' }, { annotations: { [ANNOTATION_ENTRY]: 'web' } })],
    ['one that says no revision', service('web', { app: 'web' })],
    ['a plain one, which is adopted', service('web', { revision: 'v1' })],
  ])('not %s', (_, other) => expect(named([other])).toEqual([]));
});
