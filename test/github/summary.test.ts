import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GreenpathError, UNCHECKED } from '../../src/core/base/error.ts';
import type { Status } from '../../src/core/report/status.ts';
import { SUMMARY_LIMIT } from '../../src/github/summary.ts';
import { crashed, deployed, failed } from './candidate-stories.ts';
import { promoted, restored, unproven } from './stories.ts';
import { journal, type Story, story, summary } from './story.ts';

const TOO_LONG = 'The summary would be too long';

const statusOf = (more: Partial<Status>): Story => {
  const status: Status = {
    ...{
      app: 'web',
      namespace: 'shop',
      routes: [{ kind: 'ingress', name: 'web' }],
      live: undefined,
      switchNote: undefined,
      problem: undefined,
    },
    ...{ stacks: [], inside: [], lock: undefined, next: '' },
    ...more,
  };
  return { ...promoted, result: { ...promoted.result, mode: 'status', revision: 'v9', rollback: undefined, status } };
};

describe('the first line says it all', () => {
  test.each([
    [
      'promoted',
      promoted,
      '### ✅ <code>v1.24.0</code> is live at [<code>https&#58;//example.com/</code>](https://example.com/)',
    ],
    [
      'deployed',
      deployed,
      '### 🟢 Candidate <code>v1.24.0</code> answers at [<code>https&#58;//example.com/green/</code>](https://example.com/green/) · live: <code>v1.22.0</code>',
    ],
    [
      'failed',
      failed,
      '### ❌ verify of <code>v1.24.0</code> failed (check-failed) · live: <code>v1.22.0</code> at [<code>https&#58;//example.com/</code>](https://example.com/)',
    ],
    [
      'a candidate that nobody saw',
      { ...deployed, result: { ...deployed.result, proof: '' as const } },
      '### 🟢 Candidate <code>v1.24.0</code> runs and has not been seen to answer at [<code>https&#58;//example.com/green/</code>](https://example.com/green/) · live: <code>v1.22.0</code>',
    ],
    [
      'taken back',
      restored,
      '### ❌ promote of <code>v1.24.0</code> failed (green-failed), and visitors were switched back · live: <code>v1.22.0</code> at [<code>https&#58;//example.com/</code>](https://example.com/)',
    ],
    [
      'taken back, and nobody saw it',
      unproven,
      '### ❌ promote of <code>v1.24.0</code> failed (green-failed), and visitors were switched back (not proven) · live: <code>v1.22.0</code> at [<code>https&#58;//example.com/</code>](https://example.com/)',
    ],
    [
      'status of a revision that is not live',
      statusOf({ live: { url: 'https://example.com/', service: 'web-v1-24-0', revision: 'v1.24.0' } }),
      '### ℹ️ <code>v1.24.0</code> is live at [<code>https&#58;//example.com/</code>](https://example.com/)',
    ],
    [
      'status before the first release',
      statusOf({ live: { url: 'https://example.com/', service: 'web', revision: '' } }),
      '### ℹ️ Nothing is live yet',
    ],
    [
      'status of what no mode can work on',
      statusOf({ live: undefined, problem: { code: 'drifted', what: 'x', next: 'y' } }),
      '### ⚠️ <code>drifted</code> · live: <code>v1.24.0</code> at [<code>https&#58;//example.com/</code>](https://example.com/)',
    ],
  ])('%s', (_, story, line) => {
    expect(summary(story).split('\n')[0]).toBe(line);
  });
});

test('a promotion says below the verdict how to roll back, as inputs to copy', () => {
  expect(summary(promoted).split('\n').slice(1, 5)).toEqual([
    '',
    expect.stringMatching(/^\*\*Visitors:\*\*/),
    '',
    '**To roll back:** <code>mode&#58; rollback, app&#58; web, route&#58; ingress/web, namespace&#58; shop, revision&#58; v1.24.0, to&#58; v1.22.0</code>',
  ]);
  expect(summary(deployed)).not.toContain('To roll back');
});

test('a failure of the inputs says in the first line which one, and nothing of visitors', () => {
  const facts = { mode: 'verify', revision: '', liveUrl: '', previousRevision: '', visitors: UNCHECKED };
  const told = (error: GreenpathError) =>
    summary(
      story(facts, { ...journal, stages: [], before: undefined, after: undefined, looks: [], changes: [] }, error),
    );
  expect(
    told(
      new GreenpathError('input', 'input app is empty', 'Correct it.', { problems: [{ text: 'input app is empty' }] }),
    ),
  ).toBe(
    `### ❌ verify failed: input app is empty

**What to do:** Correct it.

**More about input:** https://github.com/greenpath/greenpath/blob/v1/docs/troubleshooting.md#input
`,
  );
  const problems = [{ text: 'input app is empty' }, { text: 'input config: a is 1', place: { file: 'a.yaml' } }];
  expect(told(new GreenpathError('input', '2 inputs are wrong: app and config', 'Correct it.', { problems }))).toMatch(
    /^### ❌ verify failed: 2 inputs are wrong&#58; app and config\n\n- input app is empty\n- <code>a.yaml<\/code> input config&#58; a is 1\n\n\*\*What to do/,
  );
});

test('a failure says what, where visitors are, what to do, and where it stands', () => {
  const text = summary(failed);
  expect(text).toContain('**What failed:** 1 of 2 checks failed against green');
  expect(text).toContain('<code>k8s/web.yaml&#58;12</code> status 500; expected 2xx');
  expect(text).toContain('**Visitors:** they are on web-v1-22-0.');
  expect(text).toContain('**What to do:** Fix the application.');
  expect(text).toContain('| ❌ status 500; expected 2xx |');
});

describe('size', () => {
  const large = (count: number, length: number): Story => ({
    result: promoted.result,
    journal: {
      ...journal,
      changes: Array.from({ length: count }, (_, index) => ({
        object: `ConfigMap c${index}`,
        action: 'change' as const,
        diff: `+ ${'é'.repeat(length)}`,
      })),
    },
  });

  test('below the limit of a step, with a notice of what is missing, verdict first', () => {
    const text = summary(large(500, 30_000));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(SUMMARY_LIMIT);
    expect(Buffer.byteLength(text)).toBeGreaterThan(SUMMARY_LIMIT / 2);
    expect(text).toContain(TOO_LONG);
    expect(text).toMatch(/^### ✅/);
  });

  test('one large diff is cut with a notice and leaves room for the others', () => {
    const text = summary(large(2, 5_000_000));
    expect(text).toContain('more characters');
    expect(text).toContain('ConfigMap c1');
    expect(text).not.toContain(TOO_LONG);
  });

  test('any limit is kept', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 20_000 }), (limit) => {
        expect(Buffer.byteLength(summary(promoted, { limit }))).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

test('below the cause of a failure, log lines stand as they were written', () => {
  const text = summary(crashed);
  const lines = [
    'Its last lines&#58;\n',
    '```text',
    'Starting the shop, version 1.24.0',
    'Error: connect ECONNREFUSED 10.96.0.12:5432',
    '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)',
    'DATABASE_URL is wrong, or the database is down: giving up',
    '```',
  ];
  expect(text).toContain(lines.join('\n'));
  const order = [
    '**What failed:** the pods cannot become ready',
    '**Visitors:**',
    '**What to do:**',
    'Its last lines&#58;',
  ];
  const places = order.map((one) => text.indexOf(one));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
});

describe('nothing is listed twice', () => {
  test('what a problem repeats of the failure is only its place', () => {
    const text = summary(crashed);
    expect(text.match(/crashes again and again/g)).toHaveLength(1);
    expect(text).toContain('- at <code>k8s/web.yaml&#58;12</code>');
  });

  test('an object that changed twice, with both differences', () => {
    const text = summary(crashed);
    expect(text.match(/➕ create <code>Deployment web-v1-24-0<\/code>/g)).toHaveLength(1);
    expect(text).toContain('-  replicas: 1');
    const told = summary(restored);
    expect(told.match(/✏️ change <code>Ingress web<\/code>/g)).toHaveLength(1);
    expect(told.match(/✏️ change <code>ConfigMap greenpath-web-v1-24-0<\/code>/g)).toHaveLength(1);
    expect(told.match(/^\+ {4}name: web-v1-24-0$/gm)).toHaveLength(2);
  });

  test('an object that is new, besides how it differs from its counterpart', () => {
    const text = summary(deployed);
    expect(text).not.toContain('+kind: Deployment');
    expect(text).toContain('+kind: Ingress');
    expect(text).toContain('➕ create <code>Deployment web-v1-24-0</code>, <code>Service web-v1-24-0</code>, ');
  });
});

test('a check is shown by its name and where it ran, and has no slowest attempt if none counted', () => {
  const rows = summary(failed)
    .split('\n')
    .filter((line) => line.startsWith('| <code>'));
  expect(rows).toEqual([
    '| <code>GET /healthz</code> | [<code>https&#58;//example.com/green/healthz</code>](https://example.com/green/healthz) | ✅ passed | 12 ms | 3 |',
    '| <code>GET /version</code> | [<code>https&#58;//example.com/green/version</code>](https://example.com/green/version) | ❌ status 500; expected 2xx | – | 4 |',
    '| <code>GET /healthz</code> | [<code>https&#58;//example.com/healthz</code>](https://example.com/healthz) | ✅ passed | 9 ms | 3 |',
  ]);
});
