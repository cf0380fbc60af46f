import { GreenpathError } from '../../src/core/base/error.ts';
import type { CheckResult } from '../../src/core/checks/check-result.ts';
import type { Comparison } from '../../src/core/report/journal.ts';
import { failures } from './failure-evidence.ts';
import { journal, live, preview, REPOSITORY, stagesOf, story } from './story.ts';

/** Runs that start and check a candidate, as they end. */

const commit = (sign: string, actor: string) => ({ repository: REPOSITORY.name, sha: sign.repeat(40), actor });

/** What somebody approves: another image, a variable and more memory; and a worker that is gone. */
export const comparison: Comparison = {
  live: { revision: 'v1.22.0', commit: commit('a', 'octocat') },
  candidate: { revision: 'v1.24.0', commit: commit('b', 'dependabot[bot]') },
  images: [
    { of: 'web', before: 'ghcr.io/acme/shop:1.22.0', after: 'ghcr.io/acme/shop:1.24.0' },
    { of: 'web/proxy', before: 'envoyproxy/envoy:v1.31.2', after: 'envoyproxy/envoy:v1.31.2' },
  ],
  twins: [
    {
      before: 'Deployment web-v1-22-0',
      after: 'Deployment web-v1-24-0',
      diff: [
        ...['@@ -17,12 +17,14 @@', '         env:', '           - name: LOG_LEVEL', '-            value: info'],
        ...['+            value: debug', '+          - name: CHECKOUT', '+            value: new'],
        ...[
          '-        image: ghcr.io/acme/shop:1.22.0',
          '+        image: ghcr.io/acme/shop:1.24.0',
          '         name: web',
        ],
        ...['         resources:', '           limits:', '-            memory: 256Mi', '+            memory: 512Mi'],
      ].join('\n'),
    },
    { before: 'Service web-v1-22-0', after: 'Service web-v1-24-0', diff: '' },
    { before: 'Deployment mailer-v1-22-0', after: '', diff: '' },
  ],
};

export const deployed = story(
  { mode: 'deploy-green', state: 'candidate', previewUrl: preview.url, visitors: 'they are on web-v1-22-0.' },
  {
    stages: stagesOf(['Situation', 210], ['Plan', 480], ['Objects', 390], ['Rollout', 42_300], ['Preview', 3_600]),
    before: { live: live('v1.22.0'), preview: undefined },
    after: { live: live('v1.22.0'), preview },
    looks: [],
    comparison,
    changes: [
      { object: 'Deployment web-v1-24-0', action: 'create', diff: '@@ -0,0 +1,2 @@\n+kind: Deployment\n+spec: {}' },
      { object: 'Service web-v1-24-0', action: 'create', diff: '@@ -0,0 +1,2 @@\n+kind: Service\n+spec: {}' },
      { object: 'ConfigMap greenpath-web-v1-24-0', action: 'create', diff: '' },
      { object: 'Ingress greenpath-web', action: 'create', diff: '@@ -0,0 +1,2 @@\n+kind: Ingress\n+spec: {}' },
    ],
  },
);

/** What somebody reads who is asked to approve the promotion. */
export const verified = story(
  {
    mode: 'verify',
    state: 'verified',
    previewUrl: preview.url,
    visitors: 'https://example.com/ is served by web-v1-22-0 (revision v1.22.0); this run has not changed that.',
  },
  {
    stages: stagesOf(['Situation', 130], ['Checks', 7_440]),
    after: journal.before,
    looks: [],
    comparison,
    changes: [{ object: 'ConfigMap greenpath-web-v1-24-0', action: 'change', diff: '' }],
    checks: [
      { ...check('/healthz', `${preview.url}healthz`), slowestMs: 12 },
      { ...check('/checkout', `${preview.url}checkout`), slowestMs: 231 },
      { ...check('smoke', 'node smoke.js'), name: 'smoke', kind: 'command', attempts: 1, slowestMs: 4_300 },
      { ...check('/healthz', 'https://example.com/healthz'), slowestMs: 9 },
    ],
    warnings: ['the API server says: v1 Endpoints is deprecated'],
  },
);

const next = { url: preview.url, service: 'web-v1-25-0', revision: 'v1.25.0' };

/** A newer candidate took the preview of the one before. */
export const superseding = story(
  {
    mode: 'deploy-green',
    state: 'candidate',
    revision: 'v1.25.0',
    previewUrl: preview.url,
    visitors: 'https://example.com/ is served by web-v1-22-0 (revision v1.22.0); this run has not changed that.',
  },
  {
    stages: stagesOf(['Situation', 210], ['Plan', 480], ['Objects', 390], ['Rollout', 12_300], ['Preview', 3_600]),
    after: { live: live('v1.22.0'), preview: next },
    looks: [],
    comparison: { ...comparison, candidate: { revision: 'v1.25.0', commit: commit('c', 'octocat') }, twins: [] },
    changes: [
      { object: 'Deployment web-v1-25-0', action: 'create', diff: '' },
      { object: 'Ingress greenpath-web', action: 'change', diff: '' },
      { object: 'Deployment web-v1-24-0', action: 'delete', diff: '' },
      { object: 'Service web-v1-24-0', action: 'delete', diff: '' },
    ],
  },
);

/** The promotion of the candidate that was superseded meanwhile. */
export const superseded = story(
  {
    state: 'unchanged',
    changed: false,
    visitors: 'https://example.com/ is served by web-v1-22-0 (revision v1.22.0); this run has not changed that.',
  },
  {
    stages: stagesOf(['Situation', 129]),
    before: { live: live('v1.22.0'), preview: next },
    after: { live: live('v1.22.0'), preview: next },
    looks: [],
    changes: [],
  },
  new GreenpathError(
    'no-candidate',
    'no stack of revision v1.24.0 exists in the namespace shop',
    'Run deploy-green for it first. Revisions that exist: v1.22.0 (live), v1.25.0 (candidate).',
  ),
);

const CRASH =
  'the pods cannot become ready: container web of pod web-v1-24-0-6d5f crashes again and again (5 times; last: Error, exit code 1)';

/** The application ends at once, and says why. */
export const crashed = story(
  {
    mode: 'deploy-green',
    state: 'unchanged',
    visitors: 'https://example.com/ is served by web-v1-22-0 (revision v1.22.0); this run has not changed that.',
  },
  {
    stages: stagesOf(['Situation', 210], ['Plan', 480], ['Objects', 390], ['Rollout', 91_300, 'failed']),
    before: { live: live('v1.22.0'), preview: undefined },
    after: { live: live('v1.22.0'), preview: undefined },
    looks: [],
    comparison,
    changes: [
      { object: 'Deployment web-v1-24-0', action: 'create', diff: '' },
      { object: 'Service web-v1-24-0', action: 'create', diff: '' },
      { object: 'Deployment web-v1-24-0', action: 'change', diff: '@@ -7,1 +7,1 @@\n-  replicas: 1\n+  replicas: 3' },
    ],
  },
  new GreenpathError(
    'rollout-failed',
    [
      CRASH,
      'Its last lines:',
      '  Starting the shop, version 1.24.0',
      '  Error: connect ECONNREFUSED 10.96.0.12:5432',
      '      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)',
      '  DATABASE_URL is wrong, or the database is down: giving up',
    ].join('\n'),
    'Fix it, and run the step again. The stack stays for you to inspect, and the next run continues with it.',
    { problems: [{ text: CRASH, place: { file: 'k8s/web.yaml', line: 12 } }] },
  ),
);

/** One check got no answer that counted. */
export const failed = story(
  { mode: 'verify', state: 'unchanged', visitors: 'they are on web-v1-22-0.', changed: false },
  {
    stages: stagesOf(['Situation', 130], ['Checks', 1_440, 'failed']),
    after: journal.before,
    looks: [],
    changes: [],
    checks: [
      { ...check('/healthz', `${preview.url}healthz`), slowestMs: 12 },
      {
        ...check('/version', `${preview.url}version`),
        passed: false,
        attempts: 4,
        failure: 'status 500; expected 2xx',
      },
      { ...check('/healthz', 'https://example.com/healthz'), slowestMs: 9 },
    ],
    warnings: ['the API server says: v1 Endpoints is deprecated'],
    failures,
  },
  new GreenpathError('check-failed', '1 of 2 checks failed against green', 'Fix the application.', {
    problems: [{ text: 'status 500; expected 2xx', place: { file: 'k8s/web.yaml', line: 12 } }],
  }),
);

/** A check of a path that passed three times in a row. */
function check(path: string, where: string): CheckResult {
  return { name: `GET ${path}`, kind: 'request', where, passed: true, attempts: 3, failure: '' };
}
