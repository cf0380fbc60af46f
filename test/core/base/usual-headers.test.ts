import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import { isUsualHeader } from '../../../src/core/base/usual-headers.ts';

/** What requests of visitors have although nobody typed it: no preview may be reached by it. */

test.each([
  ...['Accept-Language', 'Purpose', 'X-Purpose', 'X-Moz', 'Sec-Purpose', 'ECT', 'DPR', 'Service-Worker', 'Cookie'],
  ...['X-Forwarded-Proto', 'X-Scheme', 'X-Real-IP', 'Via', 'X-Original-URI'],
  ...['CF-IPCountry', 'CDN-Loop', 'True-Client-IP', 'CloudFront-Viewer-Country', 'X-Amzn-Trace-Id', 'X-Azure-Ref'],
  ...['traceparent', 'tracestate', 'b3', 'X-B3-Sampled', 'X-Request-ID'],
])('%s is refused as the header of a preview', (name) => {
  const sentence = `preview.header.name is "${name}": expected a header that no visitor sends: browsers, proxies or CDNs send this one by themselves. Take one such as X-Preview`;
  expect(parseConfig({ preview: { header: { name } } })).toMatchObject({ problems: [sentence] });
});

test.each(['X-Preview', 'X-Shop-Green', 'Preview', 'X-Via-Green', 'Accepted'])('%s is nobody else’s', (name) => {
  expect(isUsualHeader(name)).toBe(false);
});
