/**
 * Headers that requests of visitors have although nobody typed them, by who adds them; `*` stands for any end. A preview
 * by one of these would send visitors to the candidate.
 */
const SENT_BY: Readonly<Record<string, readonly string[]>> = {
  browsers: [
    ...['accept', 'accept-*', 'access-control-*', 'alt-used', 'authorization', 'available-dictionary'],
    ...[
      'cache-control',
      'connection',
      'content-*',
      'cookie',
      'cookie2',
      'date',
      'device-memory',
      'dictionary-id',
      'dnt',
    ],
    ...['downlink', 'dpr', 'early-data', 'ect', 'expect', 'from', 'host', 'http2-settings', 'if-*', 'keep-alive'],
    ...['last-event-id', 'origin', 'ping-*', 'pragma', 'priority', 'purpose', 'range', 'referer', 'rtt', 'save-data'],
    ...['sec-*', 'service-worker', 'service-worker-*', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'upgrade-*'],
    ...['user-agent', 'viewport-*', 'width', 'x-att-*', 'x-moz', 'x-operamini-*', 'x-purpose', 'x-wap-*'],
  ],
  'scripts of pages': [
    ...['hx-*', 'next-*', 'rsc', 'turbo-frame', 'x-csrf-token', 'x-http-method-override', 'x-inertia', 'x-inertia-*'],
    ...['x-requested-with', 'x-xsrf-token'],
  ],
  'proxies and routers': [
    ...['client-ip', 'disguised-host', 'forwarded', 'front-end-https', 'max-forwards', 'proxy-*', 'via', 'x-arr-*'],
    ...['x-auth-request-*', 'x-client-ip', 'x-cluster-client-ip', 'x-envoy-*', 'x-forwarded', 'x-forwarded-*'],
    ...['x-original-*', 'x-proxyuser-ip', 'x-real-ip', 'x-remote-*', 'x-request-start', 'x-scheme', 'x-ssl-*'],
  ],
  'CDNs and load balancers': [
    ...['akamai-*', 'cdn-*', 'cf-*', 'cloudfront-*', 'fastly-*', 'fly-*', 'true-client-ip', 'x-akamai-*', 'x-amz-*'],
    ...['x-amzn-*', 'x-appengine-*', 'x-appgw-*', 'x-azure-*', 'x-country-*', 'x-fastly-*', 'x-fd-*', 'x-gclb-*'],
    ...['x-geo-*', 'x-geoip-*', 'x-gfe-*', 'x-goog-*', 'x-nf-*', 'x-sucuri-*', 'x-varnish', 'x-vercel-*'],
  ],
  tracing: [
    ...['b3', 'baggage', 'elastic-apm-*', 'grpc-*', 'newrelic', 'sentry-trace', 'traceparent', 'tracestate', 'uber-*'],
    ...['uberctx-*', 'x-b3-*', 'x-cloud-trace-context', 'x-correlation-id', 'x-datadog-*', 'x-instana-*'],
    ...['x-newrelic-*', 'x-ot-*', 'x-request-id', 'x-trace-id'],
  ],
};

const NAMES = Object.values(SENT_BY).flat();

/** Whether requests of visitors may have a header of this name, whatever they want. */
export function isUsualHeader(name: string): boolean {
  const asked = name.toLowerCase();
  return NAMES.some((one) => (one.endsWith('*') ? asked.startsWith(one.slice(0, -1)) : asked === one));
}
