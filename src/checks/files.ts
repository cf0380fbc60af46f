import { isObject, type Json } from '../core/base/json.ts';
import type { ReadFile } from './check-kind.ts';

/** How much of a config one file may be, in bytes: the config is stored in an object of at most 1 MiB. */
const LIMIT = 64 * 1024;

/** A check as the config has it, with the content of the files that it names in place of their paths. */
export function withFiles(given: Json, read: ReadFile): Json {
  if (!isObject(given)) return given;
  const { body, tls } = given;
  const result = { ...given };
  if (isObject(body) && typeof body.file === 'string') {
    const { file, ...rest } = body;
    const content = read(['body', 'file'], body.file, LIMIT);
    result.body = content === undefined ? { ...rest, text: '' } : { ...rest, base64: content.toString('base64') };
  }
  if (isObject(tls) && typeof tls.ca === 'string' && !tls.ca.includes('-----BEGIN ')) {
    const { ca, ...rest } = tls;
    const content = read(['tls', 'ca'], tls.ca, LIMIT);
    result.tls = content === undefined ? rest : { ...rest, ca: content.toString('utf8') };
  }
  return result;
}
