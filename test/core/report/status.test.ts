import { expect, test } from 'vitest';
import type { SwitchNote } from '../../../src/core/release/switch-note.ts';
import { nextStep, type StackStatus, statusTree } from '../../../src/core/report/status.ts';

const stack = (revision: string, change: Partial<StackStatus> = {}): StackStatus => ({
  revision,
  role: 'candidate',
  handMade: false,
  service: `web-${revision}`,
  ready: ['a'],
  notReady: [],
  verified: undefined,
  timeline: [],
  ...change,
});
const live = { url: 'http://x/', service: 'web-v1', revision: 'v1' };
const switchNote: SwitchNote = { live: 'v1', previous: 'v0', at: 't', run: 'r', phase: 'proven' };
const nothing = { problem: undefined, stacks: [] };
const verified = { at: 't', run: 'r', checks: [] };

test.each([
  ['deploy-green of a new revision', {}],
  ['verify of v2', { stacks: [stack('v2')] }],
  ['promote of v2', { stacks: [stack('v2', { verified })] }],
  ['deploy-green of v2 again: none of its pods is ready', { stacks: [stack('v2', { verified, ready: [] })] }],
  ['deploy-green of v2 again: gone', { stacks: [stack('v2', { verified, replaced: 'gone' })] }],
  ['do this', { problem: { code: 'reverted', what: 'x', next: 'do this' }, stacks: [stack('v2')] }],
])('next: %s', (next, change) => expect(nextStep({ ...nothing, ...change })).toBe(next));

test('the tree shows the route, the phase, each stack with its pods, what is inside, the lock, and what is next', () => {
  const byHand = { role: 'previous', handMade: true } as const;
  const stacks = [stack('v1', { role: 'live', verified }), stack('v2', { notReady: ['b'] }), stack('v0', byHand)];
  const whole = {
    app: 'web',
    namespace: 'shop',
    routes: [{ kind: 'ingress', name: 'web' }],
    live,
    switchNote,
    problem: undefined,
    stacks,
    inside: [
      { object: 'Service web', state: 'points at web-v1', drifted: false },
      { object: 'Deployment mailer-v0', state: 'it works', drifted: true },
    ],
    lock: undefined,
    next: 'n',
  };
  expect(statusTree(whole)).toBe(
    [
      'app web behind Ingress web in namespace shop',
      '├─ live: http://x/ → web-v1 (revision v1)',
      '├─ phase: proven to v1 at t by r; previous: v0',
      '├─ stack v1: live, web-v1, 1 of 1 pods ready, verified at t',
      '├─ stack v2: candidate, web-v2, 1 of 2 pods ready (not: b), not verified',
      '├─ stack v0: previous, created by hand, web-v0, 1 of 1 pods ready, not verified',
      '├─ inside: Service web: points at web-v1',
      '├─ inside: Deployment mailer-v0 has drifted: it works',
      '├─ lock: free',
      '└─ next: n',
    ].join('\n'),
  );
});
