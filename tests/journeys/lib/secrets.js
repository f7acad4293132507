/**
 * Needles for SEC-21: the bytes of a secret in every encoding in which a
 * browser could send them.
 */
import { execFileSync } from 'node:child_process';

const PIECE = 24; // bytes of a secret that are enough to know it by

function base64Forms(bytes) {
  // Where a secret begins within a base64 text is unknown: three alignments,
  // without the characters that mix in a neighbouring byte.
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const whole = text.slice(shift ? 4 : 0,
      Math.floor((bytes.length + shift) / 3) * 4);
    const url = whole.replaceAll('+', '-').replaceAll('/', '_');
    return [whole, url, encodeURIComponent(whole)];
  });
}

/** Every form of bytes as {name, needle: Buffer}. */
export function forms(name, bytes) {
  const texts = [
    bytes.toString('hex'), bytes.toString('hex').toUpperCase(),
    ...base64Forms(bytes), [...bytes].join(','), [...bytes].join(', '),
    [...bytes].map((b) => `%${b.toString(16).padStart(2, '0')}`).join(''),
    BigInt(`0x${bytes.toString('hex')}`).toString(),
  ];
  return [bytes, Buffer.from(bytes.toString('latin1'), 'utf8'),
    ...texts.map((text) => Buffer.from(text))]
    .map((needle) => ({ name, needle }));
}

/** Forms of a text that a person typed. */
export function textForms(name, text) {
  const utf8 = Buffer.from(text);
  return [
    utf8, Buffer.from(encodeURIComponent(text)), Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
    Buffer.from(utf8.toString('hex')), ...base64Forms(utf8)
      .map((form) => Buffer.from(form)),
  ].map((needle) => ({ name, needle }));
}

/** Pieces from a file's start, middle and end, in every form. */
export function fileForms(name, bytes) {
  return [0, bytes.length >> 1, bytes.length - PIECE].flatMap((at) => forms(
    `${name} at ${at}`, bytes.subarray(at, at + PIECE)));
}

/** The secret numbers of a PEM key file: d, p, q of RSA, the scalar of EC. */
export function keyForms(name, pemFile) {
  const text = execFileSync('openssl', ['pkey', '-in', pemFile, '-noout',
    '-text'], { encoding: 'utf8' });
  const numbers = [...text.matchAll(
    /^(priv|privateExponent|prime1|prime2|exponent1|exponent2|coefficient):\n((?: +[0-9a-f:]+\n)+)/gm)];
  if (numbers.length === 0) throw new Error(`no secret numbers in ${pemFile}`);
  return numbers.flatMap(([, label, hex]) => {
    const bytes = Buffer.from(hex.replaceAll(/[^0-9a-f]/g, ''), 'hex');
    const start = bytes[0] === 0 ? 1 : 0;
    return forms(`${name} ${label}`, bytes.subarray(start, start + PIECE));
  });
}

/** The needles that stand in haystacks: [{name, path}]. */
export function findSecrets(requests, needles) {
  return requests.flatMap(({ path, bytes }) => needles
    .filter(({ needle }) => needle.length > 5 && bytes.includes(needle))
    .map(({ name }) => `${name} in ${path}`));
}
