import { X509Certificate } from 'node:crypto';
import { messageOf } from './error.ts';

/** The config is stored in an object of at most 1 MiB, together with everything else. */
const LIMIT = 64 * 1024;
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** What is wrong with `text` as the certificates of CAs in PEM form; undefined if nothing is. */
export function caFault(text: string): string | undefined {
  if (text.length > LIMIT)
    return 'expected at most 64 KiB: give only the internal CA, since public CAs are trusted already';
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.some(([, kind]) => kind?.includes('PRIVATE KEY')))
    return 'expected certificates only: this contains a private key, and the config is stored in the cluster, where others can read it';
  const certificates = blocks.filter(([, kind]) => kind === 'CERTIFICATE');
  if (certificates.length === 0) return 'expected certificates in PEM form (-----BEGIN CERTIFICATE-----)';
  for (const [pem] of certificates) {
    try {
      new X509Certificate(pem);
    } catch (error) {
      return `expected certificates in PEM form: one of them cannot be read (${messageOf(error)})`;
    }
  }
  return undefined;
}
