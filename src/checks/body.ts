import * as v from 'valibot';
import { byValue, oneForm } from '../core/base/forms.ts';
import { type Filling, filled, filledIn } from '../core/base/placeholders.ts';
import { anything, mapOf, settings, text } from '../core/base/settings.ts';

const BASE64 = 'expected the content of a file in base64';
const noFile = v.never('expected the path of a file, relative to the working directory');
const WRITTEN = [
  { key: 'text', schema: settings({ text }) },
  { key: 'json', schema: settings({ json: anything }) },
  { key: 'form', schema: settings({ form: mapOf(v.string(), text, 'expected a map from fields to texts') }) },
  // `withFiles` puts its content in place of a file that it can read.
  { key: 'file', schema: settings({ file: byValue([text], () => noFile) }) },
] as const;
const FORMS = [
  ...WRITTEN,
  { key: 'base64', schema: settings({ base64: v.pipe(v.string(BASE64), v.base64(BASE64)) }) },
] as const;

/** What a request sends: a text, a JSON value, the fields of a form, or the content of a file. */
export const body = oneForm(FORMS, 'expected text, json, form or file', WRITTEN);
export type Body = v.InferOutput<typeof body>;

/** What a body is as bytes, and the type that it has unless the check says otherwise. */
export function bytesOf(body: Body, filling: Filling): { readonly bytes: Buffer; readonly type: string } {
  if ('text' in body) return { bytes: Buffer.from(filled(body.text, filling)), type: 'text/plain; charset=utf-8' };
  if ('json' in body)
    return { bytes: Buffer.from(JSON.stringify(filledIn(body.json, filling))), type: 'application/json' };
  if ('form' in body) {
    const fields = Object.entries(body.form).map(([name, value]): [string, string] => [name, filled(value, filling)]);
    return {
      bytes: Buffer.from(new URLSearchParams(fields).toString()),
      type: 'application/x-www-form-urlencoded',
    };
  }
  const content = 'base64' in body ? body.base64 : '';
  return { bytes: Buffer.from(content, 'base64'), type: 'application/octet-stream' };
}
