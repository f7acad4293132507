/* The vault signs what core composed of an honest form, and only that. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { VaultError } from '../../static/vault-error.js';
import { compare } from '../../static/vault/bytes.js';
import { oidOf, parse } from '../../static/vault/der.js';
import { bytesOf, makeAuthorities, makeCertificate, makeKey, makePerson,
  openssl, at } from './identities.mjs';
import { formWithFiles, honestRequest, NOW, pageForm, plainForm, toEncrypt,
  vaultOf } from './requests.mjs';

const folder = new URL('../data/entity/', import.meta.url);
const forms = readdirSync(folder).filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
  .map(({ name, form, protect }) => ({ name,
    form: protect === 'cipher' ? toEncrypt(form) : form }))
  .filter(({ form }) => [...form.to, ...form.cc, ...form.bcc].length > 0);

/** @param {string} address @param {number} n */
const sanOf = (address, n) => /^[\x21-\x7e]+$/.test(address)
  ? `email.${n}=${address}`
  : `otherName.${n}=1.3.6.1.5.5.7.8.9;FORMAT:UTF8,UTF8:${address}`;

before(() => {
  makeAuthorities();
  makePerson('rsa', 'rsa2048', 'alice@demo.test');
  makePerson('p256', 'p256', 'Alice@DEMO.test');
  makePerson('p384', 'p384', 'alice@demo.test');
  makePerson('other', 'p256', 'alice@other.test');
  const addresses = new Set(forms.map(({ form }) => form.from.address));
  makeKey('all', 'p256');
  makeCertificate('all', 'middle',
    `subjectAltName=@san\n[san]\n${[...addresses].map(sanOf).join('\n')}\n`);
});

/** @param {string} person @param {any} request @param {string} signature */
function holds(person, request, signature) {
  const key = createPublicKey(Buffer.from(bytesOf(`${person}.pem`)));
  const hash = request.algorithm.endsWith('384') ? 'sha384' : 'sha256';
  const options = request.algorithm === 'pss-sha256'
    ? { padding: 6, saltLength: 32 } : { dsaEncoding: 'ieee-p1363' };
  return verify(hash, Buffer.from(request.attributes, 'base64'),
    /** @type {any} */ ({ key, ...options }),
    Buffer.from(signature, 'base64'));
}

for (const [person, algorithm] of [['rsa', 'rsa-sha256'],
  ['rsa', 'pss-sha256'], ['p256', 'ecdsa-sha256'], ['p384', 'ecdsa-sha384']])
  test(`vault_signs_what_core_composed: ${algorithm}`, async () => {
    const { vault, kid } = await vaultOf(person);
    for (const form of [plainForm, formWithFiles, toEncrypt(plainForm),
      toEncrypt(formWithFiles)]) {
      const request = honestRequest(form, person,
        algorithm === 'pss-sha256');
      assert.equal(request.algorithm, algorithm);
      const { signature } = await vault.sign({ kid, form: pageForm(form),
        request });
      assert.ok(holds(person, request, signature));
    }
  });

test('vault_signs_every_form_of_the_vectors', async () => {
  const { vault, kid } = await vaultOf('all');
  for (const { name, form } of forms) {
    const request = honestRequest(form, 'all');
    const { signature } = await vault.sign({ kid, form: pageForm(form),
      request }).catch((error) => assert.fail(`${name}: ${error}`));
    assert.ok(holds('all', request, signature), name);
  }
});

test('attributes_are_the_six_of_the_design_in_order', () => {
  const { attributes } = honestRequest(plainForm, 'rsa');
  const der = Buffer.from(attributes, 'base64');
  assert.equal(der[0], 0x31);
  const hash = createHash('sha256').update(bytesOf('rsa.der')).digest();
  assert.ok(der.includes(hash), 'signingCertificateV2');
  const { items } = parse(der);
  assert.deepEqual(items.map(({ whole }) => whole).sort(compare),
    items.map(({ whole }) => whole));
  const pkcs9 = '1.2.840.113549.1.9';
  assert.deepEqual(items.map((item) => oidOf(item.items[0])).sort(), [15,
    '16.2.47', 3, 4, 5, 52].map((type) => `${pkcs9}.${type}`));
});

/** @param {string} code @param {string} [where] */
const refusal = (code, where) => (/** @type {unknown} */ error) => {
  assert.ok(error instanceof VaultError, String(error));
  assert.deepEqual([error.code, error.where], [code, where]);
  return true;
};

for (const [seconds, code] of /** @type {[number, string?][]} */ ([
  [-301, 'clock'], [-300], [0], [299], [300, 'expired'], [301, 'clock']]))
  test(`clock_of_${seconds}_seconds_is_${code ?? 'good'}`, async () => {
    const now = new Date(NOW.getTime() + seconds * 1000);
    const { vault, kid } = await vaultOf('p256', now);
    const request = honestRequest(plainForm, 'p256');
    const signing = vault.sign({ kid, form: pageForm(plainForm), request });
    await (code === undefined ? signing
      : assert.rejects(signing, refusal(code)));
  });

test('sec_23_from_is_an_address_of_the_certificate', async () => {
  const { vault, kid } = await vaultOf('other');
  const request = honestRequest(plainForm, 'other');
  await assert.rejects(vault.sign({ kid, form: pageForm(plainForm),
    request }), refusal('differs', 'certificate'));
});

test('sec_24_request_for_another_certificate_is_refused', async () => {
  const { vault, kid } = await vaultOf('p256');
  const request = honestRequest(plainForm, 'rsa');
  await assert.rejects(vault.sign({ kid, form: pageForm(plainForm),
    request }), refusal('differs', 'certificate'));
});

test('sec_22_key_does_not_leave_its_handle', async () => {
  const seen = [];
  const { subtle } = globalThis.crypto;
  const real = subtle.importKey;
  /** @type {any} */ (subtle).importKey = async (
    /** @type {any} */ ...args) => {
    const key = await Reflect.apply(real, subtle, args);
    seen.push(key);
    return key;
  };
  try {
    await vaultOf('rsa');
  } finally {
    subtle.importKey = real;
  }
  const secret = seen.filter((key) => key.type === 'private');
  assert.ok(secret.length >= 2);
  for (const key of secret)
    await assert.rejects(subtle.exportKey('pkcs8', key));
});

test('file_of_18_megabytes_is_signed_from_the_vaults_own_copy', async (t) => {
  const size = 18 * 1000 * 1000 + 7;
  const form = pageForm({ ...plainForm, files: [] });
  const bytes = Buffer.alloc(size, 'a scan of many pages ');
  form.files = [new File([bytes], 'scan.pdf', { type: 'application/pdf' })];
  const { vault, kid } = await vaultOf('p256');
  /* Core's pieces of a small file are those of a large one: the digest in
   * the attributes is not, and says so after all has been read. */
  const request = honestRequest({ ...plainForm, files: [{ name: 'scan.pdf',
    type: 'application/pdf', data: '' }] }, 'p256');
  const before18 = process.memoryUsage();
  const start = Date.now();
  await assert.rejects(vault.sign({ kid, form, request }),
    refusal('differs', 'attributes'));
  const grown = process.memoryUsage().rss - before18.rss;
  t.diagnostic(`${Date.now() - start} ms, ${grown >> 20} MiB more`);
  assert.ok(Date.now() - start < 10000);
});

test('openssl_reads_the_attributes', () => {
  const { attributes } = honestRequest(plainForm, 'p384');
  const out = openssl('asn1parse', '-inform', 'DER', '-in',
    saved(attributes)).toString();
  for (const name of ['contentType', 'signingTime', 'messageDigest',
    'S/MIME Capabilities', 'id-smime-aa-signingCertificateV2',
    '261125043000Z', 'ecdsa-with-SHA384', 'sha384'])
    assert.ok(out.includes(name), name);
});

/** @param {string} attributes */
function saved(attributes) {
  const path = at('attributes.der');
  writeFileSync(path, Buffer.from(attributes, 'base64'));
  return path;
}
