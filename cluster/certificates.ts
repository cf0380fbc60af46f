import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './steps.ts';

/** A client or server certificate: subject in openssl's form, and the names that it may serve under. */
interface CertificateRequest {
  readonly file: string;
  readonly subject: string;
  readonly names?: string;
}

const REQUESTS: readonly CertificateRequest[] = [
  {
    file: 'server',
    subject: '/CN=kube-apiserver',
    names: 'IP:127.0.0.1,IP:10.96.0.1,IP:10.244.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc',
  },
  { file: 'admin', subject: '/O=system:masters/CN=admin' },
  { file: 'node', subject: '/O=system:nodes/CN=system:node:node1' },
];

/** Makes one CA, the certificates of `REQUESTS` and the key that signs service account tokens, in `folder`. */
export async function makeCertificates(folder: string): Promise<void> {
  const at = (name: string) => join(folder, name);
  const self = ['-x509', '-subj', '/CN=greenpath-cluster', '-days', '365', '-out', at('ca.crt')];
  await run('openssl', ['req', ...newKey(at('ca.key')), ...self]);
  for (const request of REQUESTS) await certify(folder, request);
  await run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at('tokens.key')]);
}

/** Makes a key, and a certificate for it by the CA of `folder`, there: `FILE.key` and `FILE.crt`. */
export async function certify(folder: string, { file, subject, names }: CertificateRequest): Promise<void> {
  const at = (name: string) => join(folder, name);
  await run('openssl', ['req', ...newKey(at(`${file}.key`)), '-subj', subject, '-out', at(`${file}.csr`)]);
  const usage =
    names === undefined
      ? 'extendedKeyUsage=clientAuth'
      : `extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=${names}`;
  writeFileSync(at(`${file}.ext`), usage);
  const by = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-set_serial', `0x${randomBytes(8).toString('hex')}`];
  const signed = [...by, '-days', '365', '-extfile', at(`${file}.ext`)];
  await run('openssl', ['x509', '-req', '-in', at(`${file}.csr`), ...signed, '-out', at(`${file}.crt`)]);
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file];
}

/** A kubeconfig that holds everything, for the client certificate `file`. */
export function kubeconfig(folder: string, file: string, server: string): string {
  const data = (name: string) => readFileSync(join(folder, name)).toString('base64');
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'greenpath',
      contexts: [{ name: 'greenpath', context: { cluster: 'greenpath', user: file } }],
      clusters: [{ name: 'greenpath', cluster: { server, 'certificate-authority-data': data('ca.crt') } }],
      users: [
        {
          name: file,
          user: { 'client-certificate-data': data(`${file}.crt`), 'client-key-data': data(`${file}.key`) },
        },
      ],
    },
    null,
    2,
  );
}
