import type { FailureReport } from '../../src/core/report/failure-report.ts';
import { preview } from './story.ts';

const span = { first: 1, last: 4, from: 0, to: 1_310, quickest: 3, slowest: 41, how: 'status 500; expected 2xx' };
/** What shows why a check of a page and one of JSON failed. */
export const failures: FailureReport = {
  checks: [
    {
      title: `GET /version at ${preview.url}version`,
      reason: 'status 500; expected 2xx',
      detail: { title: 'the answer began', text: '{"error":"no orders today"}', form: 'text' },
      attempts: [{ place: '', spans: [span] }],
      since: 0,
    },
    {
      title: `GET /cart at ${preview.url}cart`,
      reason: '$.items[0] is {"id":1,"price":5}; expected {"id":1,"price":6}',
      detail: {
        title: 'expected (-) and got (+)',
        text: '@@ -1,3 +1,3 @@\n $.items[0]:\n   id: 1\n-  price: 6\n+  price: 5',
        form: 'diff',
      },
      attempts: [
        { place: '192.0.2.7:80', spans: [{ ...span, first: 2, how: 'passed' }] },
        { place: '192.0.2.8:80', spans: [span] },
      ],
      since: 0,
    },
  ],
  pods: [
    {
      revision: 'v1.24.0',
      pods: [
        {
          name: 'web-v1-24-0-6d5f-x2vlq',
          state: 'ready; container web was restarted 1 time (last: OOMKilled, exit code 137)',
          events: ['Unhealthy, 3 times, since then: Liveness probe failed: HTTP probe failed with statuscode: 500'],
          logs: [
            {
              title: 'container web wrote since then',
              lines: ['Error: relation orders does not exist', '    at Shop.orders (shop.js:12)'],
            },
          ],
        },
      ],
      ...{ more: 0, quiet: 2, unseen: 0, lacks: ['the Role does not allow reading events'] },
    },
  ],
};
