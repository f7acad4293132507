/* .p12 files as GnuTLS, NSS and GnuPG write them. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { before, test } from 'node:test';
import { Vault } from '../../static/vault/vault.js';
import { at, bytesOf, makeAuthorities, makeP12, makePerson, openssl, run }
  from './identities.mjs';
import { MemoryRecords } from './memory-records.mjs';

const PASSWORD = 'Clé secrète 42';
/* 600 000 rounds take seconds: the slowest only in the long campaign. */
const long = process.env.SCEAU_LONG === '1';

before(() => {
  makeAuthorities();
  makePerson('alice', 'rsa2048');
});

/** @param {string} program */
function isInstalled(program) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** @param {string} name @param {string} program @param {() => string} make
 *  the file's name */
function opens(name, program, make) {
  test(`p12_opens: ${name}`, async (t) => {
    if (!isInstalled(program)) {
      t.skip(`skipped: ${program} is not installed`);
      return;
    }
    const vault = new Vault(new MemoryRecords(), () => new Date());
    const file = bytesOf(make());
    const start = Date.now();
    const got = await vault.importP12(file, PASSWORD, true);
    t.diagnostic(`${Date.now() - start} ms`);
    assert.equal(got.kid, createHash('sha256').update(bytesOf('alice.der'))
      .digest('hex'));
  });
}

/** @param {string} cipher */
function certtool(cipher) {
  run('certtool', '--to-p12', '--load-privkey', 'alice.key',
    '--load-certificate', 'alice.pem', '--load-ca-certificate', 'middle.pem',
    '--pkcs-cipher', cipher, '--p12-name', 'alice', '--password', PASSWORD,
    '--outder', '--outfile', `certtool-${cipher}.p12`);
  return `certtool-${cipher}.p12`;
}

opens('certtool, AES', 'certtool', () => certtool('aes-256'));
if (long) {
  opens('certtool, 3DES', 'certtool', () => certtool('3des-pkcs12'));
  opens('certtool, RC2-40', 'certtool', () => certtool('rc2-40'));
}

/** @param {string} name @param {...string} options */
function pk12util(name, ...options) {
  const db = `sql:${at(`nss-${name}`)}`;
  mkdirSync(at(`nss-${name}`));
  run('certutil', '-N', '-d', db, '--empty-password');
  makeP12('alice', PASSWORD, '-name', 'alice');
  run('pk12util', '-i', 'alice.p12', '-d', db, '-W', PASSWORD);
  run('pk12util', '-o', `nss-${name}.p12`, '-n', 'alice', '-d', db, '-W',
    PASSWORD, ...options);
  return `nss-${name}.p12`;
}

opens('pk12util as it is', 'pk12util', () => pk12util('default'));
if (long)
  opens('pk12util, 3DES and RC2', 'pk12util', () => pk12util('old', '-c',
    'PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC', '-C',
    'PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC'));

/** gpgsm takes the bytes of UTF-8 for characters. */
function gpgsm() {
  const home = at('gpg');
  mkdirSync(home, { mode: 0o700 });
  const options = ['--homedir', home, '--batch', '--pinentry-mode',
    'loopback', '--passphrase-fd', '0'];
  const gpg = (/** @type {string[]} */ ...args) =>
    execFileSync('gpgsm', [...options, ...args], { cwd: home,
      input: `${PASSWORD}\n`.repeat(4), stdio: ['pipe', 'pipe', 'pipe'] });
  openssl('pkcs12', '-export', '-legacy', '-inkey', 'alice.key', '-in',
    'alice.pem', '-passout', `pass:${PASSWORD}`, '-out', 'for-gpg.p12');
  try {
    gpg('--import', at('for-gpg.p12'));
    gpg('--output', at('gpgsm.p12'), '--export-secret-key-p12', '0x' +
      createHash('sha1').update(bytesOf('alice.der')).digest('hex'));
  } finally {
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
  }
  return 'gpgsm.p12';
}

opens('gpgsm', 'gpgsm', gpgsm);
