import { X509Certificate } from 'node:crypto';

/** Where something in PEM form begins or ends. */
const MARKER = /-----(BEGIN|END) ([\w ]{1,60})-----/g;
const CERTIFICATE = 'CERTIFICATE';
const LINE_END = /(\r?\n|(?:\\r)?\\n)/;
const BASE64 = /^=?[A-Za-z0-9+/]+={0,2}$/;
/** A log may have the time before each line. */
const TIME = /^[\w.+-]{0,20}\d:[\w:.+-]{1,30}[ \t]*/;
const HEADER = /^(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): /;
/** What a list, a diff or a quoted text puts around a line. */
const AROUND = /^[+-]?[ \t]{1,60}|[ \t"',]{1,9}$/g;
/** PEM on a single line has its lines as words, longer than the words of a sentence, in characters. */
const LONG_WORD = 32;

/** A part of a text: a certificate, which is public; something secret; or plain text. */
export interface PemPart {
  readonly text: string;
  readonly is: 'certificate' | 'secret' | 'words';
}

/**
 * Splits `text` at its PEM blocks. A certificate is public. In every other block, the lines after BEGIN that can be its
 * content are secret: a text may be cut before END, or continue without one.
 */
export function pemParts(text: string): PemPart[] {
  const markers = [...text.matchAll(MARKER)];
  const parts: PemPart[] = [];
  let done = 0;
  for (const [index, { 0: begin, 1: which, 2: kind, index: from }] of markers.entries()) {
    if (which !== 'BEGIN' || from < done) continue;
    const next = markers[index + 1];
    const start = from + begin.length;
    const body = text.slice(start, next?.index);
    const isWhole = next?.[1] === 'END' && next[2] === kind;
    const taken = isCertificate(kind, isWhole, body) ? body.length : kind === CERTIFICATE ? 0 : secretLength(body);
    if (taken === 0) continue;
    const end = start + taken + (isWhole && taken === body.length ? next[0].length : 0);
    const is = kind === CERTIFICATE ? 'certificate' : 'secret';
    parts.push({ text: text.slice(done, from), is: 'words' }, { text: text.slice(from, end), is });
    done = end;
  }
  return [...parts, { text: text.slice(done), is: 'words' }];
}

/** `text` without the certificates in it. */
export function withoutCertificates(text: string): string {
  const parts = pemParts(text).filter(({ is }) => is !== 'certificate');
  return parts.map((part) => part.text).join('');
}

/** The certificates in `text`. */
export function certificatesIn(text: string): X509Certificate[] {
  const parts = pemParts(text).filter(({ is }) => is === 'certificate');
  return parts.map((part) => new X509Certificate(Buffer.from(contentOf(part.text.replaceAll(MARKER, '')), 'base64')));
}

function isCertificate(kind: string | undefined, isWhole: boolean, body: string): boolean {
  if (kind !== CERTIFICATE || !isWhole) return false;
  const content = contentOf(body);
  if (!BASE64.test(content)) return false;
  try {
    return new X509Certificate(Buffer.from(content, 'base64')).raw.toString('base64') === content;
  } catch {
    return false;
  }
}

/** The base64 between BEGIN and END. */
function contentOf(body: string): string {
  const lines = body.split(LINE_END).filter((_, index) => index % 2 === 0);
  return lines.map(bare).join('');
}

/** How much of the text after BEGIN can be the content of a PEM block; 0 if nothing can. */
function secretLength(body: string): number {
  const pieces = body.split(LINE_END);
  let length = 0;
  let secret = 0;
  for (const [index, piece] of pieces.entries()) {
    length += piece.length;
    if (index % 2 === 1) continue;
    const line = bare(piece);
    if (line === '') continue;
    if (!canBeContent(line)) return secret;
    secret = length;
  }
  return secret === 0 ? 0 : body.length;
}

function canBeContent(line: string): boolean {
  if (HEADER.test(line)) return true;
  const words = line.replace(TIME, '').split(/[ \t]+/);
  if (words[0] === '') return true;
  // Anything else that a log puts before each line.
  const last = words.at(-1) ?? '';
  if (last.length >= LONG_WORD && BASE64.test(last)) return true;
  return words.every((word, index) => BASE64.test(word) && (word.length >= LONG_WORD || index === words.length - 1));
}

function bare(line: string): string {
  return line.replaceAll(AROUND, '');
}
