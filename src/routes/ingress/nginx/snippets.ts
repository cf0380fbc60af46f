import type { SnippetUse } from '../protection.ts';

/** Directives that decide neither who may ask nor what the application gets: answers, sizes, times and logs. */
const HARMLESS =
  /^(add_header|more_(set|clear)_headers|expires|etag|charset(_types)?|default_type|gzip(_\w+)?|brotli(_\w+)?|sub_filter(_\w+)?|proxy_(hide_header|pass_header|redirect|cookie_\w+|(connect|read|send)_timeout|buffering|buffers|buffer_size|busy_buffers_size|max_temp_file_size)|client_(max_body_size|body_buffer_size|body_timeout|header_timeout|header_buffer_size)|large_client_header_buffers|send_timeout|keepalive_(timeout|requests)|access_log|error_log|log_not_found|server_tokens|tcp_no(delay|push)|chunked_transfer_encoding)$/;

/**
 * What a preview does about a snippet. One that keeps nobody out is copied if it was written for a location. One for the
 * server holds for all paths of the host, those of the preview included, and a second one would break or be ignored.
 */
export function snippetUse(name: string, text: string): SnippetUse {
  if (!isHarmless(text)) return 'lacking';
  if (name === 'configuration-snippet') return 'copied';
  return name === 'server-snippet' ? 'needless' : 'lacking';
}

/** Whether a snippet holds only directives that are known to be harmless; blocks, such as `if` and `location`, are not. */
function isHarmless(text: string): boolean {
  const statements = statementsOf(text);
  return statements?.every((statement) => HARMLESS.test(/^\S+/.exec(statement)?.[0] ?? '')) ?? false;
}

/** The statements of a snippet; undefined if it has blocks, or is not plain enough to tell. */
function statementsOf(text: string): string[] | undefined {
  // A comment, a quoted text, or one letter. To nginx, comments and quotes begin only where a word does.
  const tokens = text.match(/(?<=^|[\s;])(#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|./gs) ?? [];
  const statements = [''];
  for (const token of tokens) {
    if (/^[{}"'\\]$/.test(token)) return undefined;
    if (token === ';') statements.push('');
    else if (!token.startsWith('#')) statements.push((statements.pop() ?? '') + token);
  }
  return statements.pop()?.trim() === '' ? statements.map((one) => one.trim()) : undefined;
}
