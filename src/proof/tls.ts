import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { messageOf } from '../core/base/error.ts';

/** Node's codes for a certificate that leads to nobody who is trusted. */
const UNTRUSTED = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
];

/** Who is trusted besides those that Node trusts, which include the file that NODE_EXTRA_CA_CERTS names. */
export function trustIn(ca: string | undefined): SecureContext | undefined {
  if (ca === undefined) return undefined;
  return createSecureContext({ ca: [...getCACertificates('default'), ca] });
}

/** Why no answer came, and what to do where it is the TLS that was not agreed upon. */
export function failureText(error: unknown): string {
  const text = messageOf(error);
  const code = error instanceof Error && 'code' in error ? `${error.code}` : '';
  if (UNTRUSTED.includes(code))
    return `${text}: the certificate is by nobody whom this runner trusts. Name an internal CA in the config (ca), or in the environment of the step (NODE_EXTRA_CA_CERTS)`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return `${text}: no TLS is spoken there. If it is reached without, say so in addresses (http://host:port)`;
  return text;
}
