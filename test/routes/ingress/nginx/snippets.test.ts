import { describe, expect, test } from 'vitest';
import type { Ingress } from '../../../../src/routes/ingress/object.ts';
import { only, thrownBy } from '../../../core/support.ts';
import { liveOf, previewOf, splitRoute } from '../../ingresses.ts';

/** What becomes of the snippets of a live route. */

const KEY = 'nginx.ingress.kubernetes.io/';
const HEADERS = 'add_header X-Frame-Options "DENY; {}" always; # no more\n  more_set_headers \'A: "b"\';\n';

function withSnippet(name: string, text: string): Ingress {
  const route = splitRoute();
  route.metadata.annotations = { [`${KEY}${name}`]: text };
  return route;
}
const preview = (name: string, text: string) =>
  only(previewOf(liveOf(withSnippet(name, text))).objects).metadata.annotations ?? {};

test('headers of answers are copied, so that the candidate is checked with them', () => {
  expect(preview('configuration-snippet', HEADERS)).toMatchObject({ [`${KEY}configuration-snippet`]: HEADERS });
});

test.each(['', '\n', '# nothing', 'client_max_body_size 10m;', 'proxy_read_timeout 60s; gzip on;expires 1h;'])(
  'harmless: "%s"',
  (text) => {
    expect(preview('configuration-snippet', text)).toHaveProperty([`${KEY}configuration-snippet`], text);
  },
);

test('what holds for the whole server holds for the preview too, and is not written twice', () => {
  expect(preview('server-snippet', HEADERS)).not.toHaveProperty([`${KEY}server-snippet`]);
});

describe('a preview that would lack something is refused', () => {
  test.each([
    'deny all;',
    'allow 10.0.0.0/8; deny all;',
    'auth_basic "closed";',
    'proxy_set_header X-User "";',
    'more_clear_input_headers X-User;',
    'if ($http_x_key != "a") { return 403; }',
    'location /admin { deny all; }',
    'limit_req zone=a;',
    'include /etc/nginx/closed.conf;',
    'add_header A b; deny all;',
    'add_header A b;deny all;',
    'add_header A "b;\n"; deny all;',
    // To nginx, neither a quote nor a # within a word begins anything.
    "add_header A it's; deny all; add_header B it's;",
    'add_header A b#; deny all;\n;',
    'add_header A b\\; deny all;',
    'add_header A "b; deny all;',
    'add_header A b',
    'add_header_ A b;',
    'deny all; #;',
  ])('%s', (text) => {
    for (const name of ['configuration-snippet', 'server-snippet'])
      expect(thrownBy(() => preview(name, text))).toMatchObject({ code: 'preview-unprotected' });
  });

  test.each(['modsecurity-snippet', 'auth-snippet', 'stream-snippet'])('%s, whatever it says', (name) => {
    expect(thrownBy(() => preview(name, HEADERS))).toMatchObject({ code: 'preview-unprotected' });
  });
});
