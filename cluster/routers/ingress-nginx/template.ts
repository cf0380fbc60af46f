/** Modules of nginx that the shipped image has built in, as Debian's packages name them, in the order of loading. */
export const TEMPLATE_MODULES = ['ngx_stream', 'ndk_http', 'ngx_http_lua', 'ngx_http_headers_more_filter'].map(
  (name) => `/usr/lib/nginx/modules/${name}_module.so`,
);

/**
 * The template of ingress-nginx for Debian's nginx, which loads modules, and has no Lua for TCP streams. The controller
 * posts its list of streams once, and takes a port that nobody listens on as a failure.
 */
export function templateOf(original: string): string {
  const [before = '', block = ''] = original.split(/^(?=stream \{$)/m);
  const end = block.indexOf('\n}\n');
  if (end < 0) throw new Error('the template of ingress-nginx has no block `stream`');
  const modules = TEMPLATE_MODULES.map((path) => `load_module ${path};\n`).join('');
  const streams = 'stream { server { listen 127.0.0.1:{{ .StreamPort }}; return ""; } }';
  return `${modules}${before}${streams}${block.slice(end + 2)}`;
}
