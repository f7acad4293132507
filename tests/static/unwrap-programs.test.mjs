/*
 * Messages that openssl encrypted: their recipients as sceauctl lists them,
 * unwrapped by the vault, and the content opened with the answer.
 */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Vault } from '../../static/vault/vault.js';
import { kidOf } from './encrypt.mjs';
import { at, makeAuthorities, makeP12, makePerson, openssl, OPENS }
  from './identities.mjs';
import { MemoryRecords } from './memory-records.mjs';
import { NOW } from './requests.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = path.resolve(root, process.env.BUILD ?? 'build', 'sceauctl');
const TEXT = 'Content-Type: text/plain\r\n\r\nLe solde est avancé.\r\n';

before(() => {
  makeAuthorities();
  for (const kind of /** @type {const} */ (['rsa2048', 'rsa4096', 'p256',
    'p384', 'p521']))
    makePerson(kind, kind, `${kind}@demo.test`, OPENS);
  writeFileSync(at('clear'), TEXT);
});

/** A vault with these people's keys. @param {string[]} names */
async function vaultWith(names) {
  const vault = new Vault(new MemoryRecords(), () => NOW);
  for (const name of names)
    await vault.importP12(makeP12(name, 'secret'), 'secret', true);
  return vault;
}

/** @param {...string} args */
const sceauctl = (...args) => execFileSync(program, args, { stdio: 'pipe' });

/** Encrypts with openssl, and lists for whom.
 * @param {string} cipher @param {string[]} people each with its options */
function encrypted(cipher, people) {
  openssl('cms', '-encrypt', '-binary', '-in', 'clear', `-${cipher}`,
    '-out', 'message', ...people.flatMap((one) => {
      const [name, ...options] = one.split(' ');
      return ['-recip', `${name}.pem`,
        ...options.flatMap((option) => ['-keyopt', option])];
    }));
  const list = JSON.parse(
    sceauctl('recipients', '--json', at('message')).toString());
  assert.equal(list.length, people.length);
  return list.map((/** @type {any} */ one, /** @type {number} */ n) =>
    ({ ...one, kid: kidOf(people[n].split(' ')[0]) }));
}

/** @type {Record<string, number>} */
const sizes = { 'aes-128-cbc': 16, 'aes-192-cbc': 24, 'aes-256-cbc': 32,
  'aes-128-gcm': 16, 'aes-256-gcm': 32, 'des-ede3-cbc': 24 };
const methods = ['rsa2048', 'rsa4096', 'rsa2048 rsa_padding_mode:oaep',
  'rsa2048 rsa_padding_mode:oaep rsa_oaep_md:sha256',
  'rsa2048 rsa_padding_mode:oaep rsa_oaep_md:sha512 rsa_mgf1_md:sha1',
  'p256', 'p384', 'p521', 'p256 ecdh_kdf_md:sha256',
  'p384 ecdh_kdf_md:sha384', 'p521 ecdh_kdf_md:sha512',
  'p256 ecdh_kdf_md:sha224'];

for (const [cipher, size] of Object.entries(sizes))
  test(`openssl_to_vault: ${cipher}`, async () => {
    for (const method of methods) {
      /* openssl wraps a key of 3DES with 3DES, for EC. */
      if (cipher.startsWith('des') && method.startsWith('p'))
        continue;
      const recipients = encrypted(cipher, [method]);
      const vault = await vaultWith([method.split(' ')[0]]);
      const { content_key } = await vault.unwrap(
        { recipients, key_size: size });
      const key = Buffer.from(content_key, 'base64').toString('hex');
      assert.equal(sceauctl('open', '--content-key', key, at('message'))
        .toString(), TEXT, method);
    }
  });

test('sec_31_key_that_3des_wraps_is_not_opened', async () => {
  const recipients = encrypted('des-ede3-cbc', ['p256']);
  assert.equal(recipients[0].wrap, '3des');
  await assert.rejects((await vaultWith(['p256'])).unwrap(
    { recipients, key_size: 24 }), (/** @type {any} */ error) =>
    error.code === 'undecodable');
});

test('message_for_several_opens_for_each_with_its_own_key', async () => {
  const people = ['rsa2048', 'rsa4096 rsa_padding_mode:oaep', 'p256', 'p384',
    'p521'];
  const recipients = encrypted('aes-256-cbc', people);
  const keys = new Set();
  for (const one of people) {
    const vault = await vaultWith([one.split(' ')[0]]);
    const { content_key, kid } = await vault.unwrap(
      { recipients, key_size: 32 });
    assert.equal(kid, kidOf(one.split(' ')[0]));
    keys.add(content_key);
  }
  assert.equal(keys.size, 1);
});
