import { expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import { withTexts } from '../../../src/core/report/free-texts.ts';
import { resultOf } from '../../../src/core/report/result.ts';
import { NOTHING, PROMOTED } from './results.ts';

const FACTS = {
  ...PROMOTED,
  liveUrl: 'https://a.test/',
  state: 'unchanged',
  changed: false,
  visitors: 'text',
} as const;
const CHECK = { name: 'a', kind: 'b', where: 'c', passed: false, attempts: 1, slowestMs: 1, failure: 'text' };
const STATUS = {
  ...{
    app: 'web',
    namespace: 'shop',
    routes: [{ kind: 'ingress', name: 'web' }],
    live: undefined,
    switchNote: undefined,
    stacks: [],
    inside: [],
  },
  ...{ problem: { code: 'drifted', what: 'text', next: 'text' }, lock: 'text', next: 'text' },
};

const OBJECT = { object: 'Service web', word: 'left', why: 'text', file: 'f', line: 1 } as const;
const CHECKED = { namespace: 'shop', objects: [OBJECT], plainNames: '', notLookedAt: [] };

test('texts for people are changed, and names, codes and states are not', () => {
  const error = new GreenpathError('conflict', 'text', 'text', { problems: [{ text: 'text', place: { file: 'f' } }] });
  const journal = { ...NOTHING, checks: [CHECK] };
  const result = resultOf({ ...FACTS, proof: '', status: STATUS, check: CHECKED }, journal, error);
  const changed = withTexts(result, (text) => text.toUpperCase());
  expect(JSON.stringify(changed)).toBe(
    JSON.stringify(result).replaceAll('"text"', '"TEXT"').replace('{"TEXT":', '{"text":'),
  );
  expect(JSON.stringify(changed).match(/"TEXT"/g)).toHaveLength(10);
});
