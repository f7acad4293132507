/* Certificates as the vault reads them, and when two addresses are one. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Asn1Error, oid, oidOf, parse, seq, tlv }
  from '../../static/vault/der.js';
import { readCertificate, sameAddress } from '../../static/vault/x509.js';
import { bytesOf, makeAuthorities, makeCertificate, makeKey, makePerson }
  from './identities.mjs';

before(() => {
  makeAuthorities();
  makePerson('alice', 'rsa2048');
  makeKey('many', 'p384');
});

/** @type {[string, string, boolean][]} */
const pairs = [
  ['alice@demo.test', 'alice@demo.test', true],
  ['Alice@Demo.Test', 'aLICE@dEMO.tEST', true],
  ['alice@demo.test', 'alice@demo.tes', false],
  ['alice@demo.test', 'alicE+x@demo.test', false],
  ['jörg@exämple.org', 'jörg@xn--exmple-cua.org', true],
  ['jörg@exämple.org', 'JÖRG@exämple.org', false],
  ['jörg@EXÄMPLE.org', 'jörg@exämple.org', true],
  ['jo\u0308rg@a.test', 'j\u00f6rg@a.test', false],
  ['straße@a.test', 'strasse@a.test', false],
  ['a@b@c.test', 'a@b@c.test', true],
  ['"a b"@c.test', '"a b"@c.test', true],
  ['a@b.test', 'a@b.test.', false],
  ['a@b.test/x', 'a@b.test', false],
  ['a@b.test:25', 'a@b.test', false],
  ['a@x@b.test', 'a@b.test', false],
  ['a@b.test#', 'a@b.test', false],
  ['a@b%2etest', 'a@b.test', false],
  ['@b.test', '@b.test', false],
  ['a@', 'a@', false],
  ['a', 'a', false],
  ['', '', false],
];
for (const [a, b, want] of pairs)
  test(`addresses_${want ? 'are_one' : 'differ'}: ${a} ${b}`, () => {
    assert.equal(sameAddress(a, b), want);
    assert.equal(sameAddress(b, a), want);
  });

/** @param {string} extensions */
function certificate(extensions) {
  makeCertificate('many', 'middle', extensions);
  return readCertificate(bytesOf('many.der'));
}

/** @type {[string, string, string[]][]} */
const sans = [
  ['none', 'basicConstraints=CA:false\n', []],
  ['two', 'subjectAltName=email:a@b.test,email:c@d.test\n',
    ['a@b.test', 'c@d.test']],
  ['a host and a URI', 'subjectAltName=DNS:b.test,URI:mailto:a@b.test\n',
    []],
  ['SmtpUTF8Mailbox', 'subjectAltName=@s\n[s]\notherName.0=1.3.6.1.5.5.7.8.9;'
    + 'FORMAT:UTF8,UTF8:jörg@b.test\n', ['jörg@b.test']],
  /* rfc822Name in DER: a@b with NUL, a space, or a letter of another script
   * in it. */
  ['NUL in a mailbox', 'subjectAltName=DER:300781056140620063\n', []],
  ['a space in a mailbox', 'subjectAltName=DER:3006810461204062\n', []],
  ['more than ASCII', 'subjectAltName=DER:30068104c3a94062\n', []],
  ['another otherName',
    'subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@b.test\n', []],
];
for (const [name, extensions, want] of sans)
  test(`addresses_of_a_certificate: ${name}`, () =>
    assert.deepEqual(certificate(extensions).addresses, want));

test('sec_15_mail_address_in_the_subject_counts_for_nothing', () => {
  makeCertificate('many', 'middle', 'basicConstraints=CA:false\n',
    '/CN=a@b.test/emailAddress=a@b.test');
  assert.deepEqual(readCertificate(bytesOf('many.der')).addresses, []);
});

test('certificate_says_whose_and_which_key', () => {
  const alice = readCertificate(bytesOf('alice.der'));
  assert.equal(alice.name, 'Personne alice é');
  assert.equal(alice.issuerName, 'Middle');
  assert.ok(alice.key.kind === 'rsa' && alice.key.bits === 2048);
  assert.equal(alice.key.modulus.length, 256);
  assert.equal(certificate('').key.kind, 'P-384');
});

/** @type {[string, boolean, boolean][]} */
const usages = [
  ['digitalSignature', true, false],
  ['nonRepudiation', true, false],
  ['keyEncipherment', false, true],
  ['keyAgreement', false, true],
  ['dataEncipherment', false, true],
  ['digitalSignature,keyEncipherment', true, true],
  ['keyCertSign,cRLSign', false, false],
];
for (const [usage, signs, opens] of usages)
  test(`sec_22_certificate_says_what_its_key_may: ${usage}`, () => {
    const one = certificate(`keyUsage=critical,${usage}\n`);
    assert.deepEqual([one.signs, one.opens], [signs, opens]);
  });

test('sec_22_certificate_without_key_usage_may_sign_and_open', () => {
  const one = certificate('basicConstraints=CA:false\n');
  assert.deepEqual([one.signs, one.opens], [true, true]);
});

test('certificate_cut_anywhere_is_refused', () => {
  const der = bytesOf('alice.der');
  for (let size = 0; size < der.length; size += 7)
    assert.throws(() => readCertificate(der.subarray(0, size)), Asn1Error);
});

const deep = (/** @type {number} */ depth) => {
  let node = tlv(0x05);
  for (let i = 0; i < depth; i++)
    node = seq(node);
  return node;
};

/** @type {[string, Uint8Array][]} */
const notAsn1 = [
  ['empty', new Uint8Array(0)],
  ['a tag alone', new Uint8Array([0x30])],
  ['a length beyond the end', new Uint8Array([0x04, 5, 1, 2])],
  ['a length of eight octets', new Uint8Array([0x04, 0x88, 0, 0, 0, 0, 0, 0,
    0, 1, 1])],
  ['a length cut short', new Uint8Array([0x04, 0x84, 0])],
  ['a length of four gibibytes', new Uint8Array([0x04, 0x84, 255, 255, 255,
    255])],
  ['a long tag', new Uint8Array([0x1f, 0x81, 0x00, 0x01, 0x00])],
  ['primitive without a length', new Uint8Array([0x04, 0x80, 0, 0])],
  ['no end of contents', new Uint8Array([0x30, 0x80, 0x05, 0])],
  ['something after the end', new Uint8Array([0x05, 0, 1])],
  ['a member that leaves its parent', new Uint8Array([0x30, 2, 0x04, 3, 1, 2,
    3])],
  ['49 levels', deep(49)],
  ['20 001 values', seq(...Array.from({ length: 20001 }, () => tlv(0x05)))],
];
for (const [name, bytes] of notAsn1)
  test(`asn1_is_refused: ${name}`, () =>
    assert.throws(() => parse(bytes), Asn1Error));

test('asn1_is_read_as_written', () => {
  assert.equal(parse(deep(48)).tag, 0x30);
  const long = tlv(0x04, new Uint8Array(70000));
  assert.equal(parse(long).body.length, 70000);
  const ber = new Uint8Array([0x30, 0x80, 0x30, 0x80, 0x05, 0, 0, 0, 0x05, 0,
    0, 0, 0, 0]);
  assert.deepEqual(parse(ber).items.map(({ tag }) => tag), [0x30, 0x05]);
  for (const text of ['1.2.840.113549.1.12.1.6', '2.16.840.1.101.3.4.2.1',
    '1.3.132.0.34', '2.5.29.17'])
    assert.equal(oidOf(parse(oid(text))), text);
});
