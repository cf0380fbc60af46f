import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A key with its certificate, in PEM form. */
export interface Certified {
  readonly key: string;
  readonly cert: string;
}

/** A CA of a test's own, which no runner trusts. */
export class Authority {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #name: Buffer;
  readonly cert: string;

  constructor(name: string) {
    this.#name = subject(name);
    const isCa = extension('2.5.29.19', sequence(Buffer.from([0x01, 0x01, 0xff])));
    this.cert = this.#issue(this.#name, this.#keys.publicKey, isCa);
  }

  /** A certificate for `hosts`: names, wildcards or addresses. */
  issue(...hosts: string[]): Certified {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = hosts.map((host) =>
      isIP(host) === 4
        ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
        : tagged(0x82, Buffer.from(host, 'latin1')),
    );
    const cert = this.#issue(subject('leaf'), publicKey, extension('2.5.29.17', sequence(...names)));
    return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
  }

  /** RFC 5280 section 4.1. */
  #issue(to: Buffer, publicKey: KeyObject, more: Buffer): string {
    const algorithm = sequence(identifier('1.2.840.10045.4.3.2'));
    const day = 86_400_000;
    const body = sequence(
      tagged(0xa0, integer(2)),
      integer(1),
      algorithm,
      this.#name,
      sequence(time(Date.now() - day), time(Date.now() + day)),
      to,
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(0xa3, sequence(more)),
    );
    const signature = sign('sha256', body, this.#keys.privateKey);
    const der = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
    const lines = der.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
    return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  }
}

/** DER: a tag, the length, the content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}
function integer(value: number): Buffer {
  return tagged(0x02, Buffer.from([value]));
}
function identifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((value) => {
    const groups = [value & 127];
    for (let more = value >> 7; more > 0; more >>= 7) groups.unshift((more & 127) | 128);
    return groups;
  });
  return tagged(0x06, Buffer.from([first * 40 + second, ...bytes]));
}
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/\D/g, '');
  return tagged(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}
function subject(name: string): Buffer {
  return sequence(tagged(0x31, sequence(identifier('2.5.4.3'), tagged(0x0c, Buffer.from(name)))));
}
function extension(id: string, value: Buffer): Buffer {
  return sequence(identifier(id), tagged(0x04, value));
}
