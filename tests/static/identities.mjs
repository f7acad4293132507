/*
 * Keys, certificates and .p12 files for the tests, made by openssl in a
 * folder of their own that goes away with the process.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const folder = mkdtempSync(path.join(tmpdir(), 'sceau-static-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** @param {string} name */
export const at = (name) => path.join(folder, name);
/** @param {string} name */
export const bytesOf = (name) => new Uint8Array(readFileSync(at(name)));

/** @param {string} program @param {...string} args */
export function run(program, ...args) {
  return execFileSync(program, args, { cwd: folder, stdio: 'pipe',
    env: { ...process.env, HOME: folder, LC_ALL: 'C.UTF-8' } });
}

/** @param {...string} args */
export const openssl = (...args) => run('openssl', ...args);

/** @type {Record<string, string[]>} arguments of genpkey */
const kinds = {
  rsa2048: ['RSA', 'rsa_keygen_bits:2048'],
  rsa3072: ['RSA', 'rsa_keygen_bits:3072'],
  rsa4096: ['RSA', 'rsa_keygen_bits:4096'],
  rsa512: ['RSA', 'rsa_keygen_bits:512'],
  p256: ['EC', 'ec_paramgen_curve:P-256'],
  p384: ['EC', 'ec_paramgen_curve:P-384'],
  p521: ['EC', 'ec_paramgen_curve:P-521'],
  ed25519: ['ED25519'],
  x25519: ['X25519'],
};

/** name.key. @param {string} name @param {keyof typeof kinds} kind */
export function makeKey(name, kind) {
  const [algorithm, ...options] = kinds[kind];
  openssl('genpkey', '-algorithm', algorithm,
    ...options.flatMap((option) => ['-pkeyopt', option]),
    '-out', `${name}.key`);
}

/** name.pem, issued by issuer.pem, or by itself.
 * @param {string} name @param {string | null} issuer
 * @param {string} extensions lines of openssl's configuration
 * @param {string} [subject] */
export function makeCertificate(name, issuer, extensions,
  subject = `/CN=${name}`) {
  writeFileSync(at(`${name}.cnf`), extensions);
  /* X25519 cannot sign a request: another key does, and is replaced. */
  openssl('pkey', '-in', `${name}.key`, '-pubout', '-out', `${name}.pub`);
  const isX = openssl('pkey', '-in', `${name}.key`, '-noout', '-text')
    .includes('X25519');
  openssl('req', '-new', '-key', `${isX ? issuer : name}.key`, '-subj',
    subject, '-utf8', '-out', `${name}.csr`);
  const by = issuer === null ? ['-signkey', `${name}.key`]
    : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`,
      '-CAcreateserial'];
  openssl('x509', '-req', '-in', `${name}.csr`, '-force_pubkey',
    `${name}.pub`, ...by, '-days', '30',
    '-extfile', `${name}.cnf`, '-out', `${name}.pem`);
  openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out',
    `${name}.der`);
}

const CA = 'basicConstraints=critical,CA:true\nkeyUsage=keyCertSign,cRLSign\n';

export const SIGNS = 'digitalSignature,nonRepudiation';
export const OPENS = 'keyEncipherment,keyAgreement';

/** @param {string} address */
export const leafExtensions = (address, usage = SIGNS) =>
  `subjectAltName=email:${address}\n` +
  `keyUsage=critical,${usage}\n` +
  'extendedKeyUsage=emailProtection\n';

/** root.pem and middle.pem */
export function makeAuthorities() {
  makeKey('root', 'p256');
  makeCertificate('root', null, CA, '/O=Test/CN=Root');
  makeKey('middle', 'p256');
  makeCertificate('middle', 'root', CA, '/O=Test/CN=Middle');
}

/** @param {string} name @param {keyof typeof kinds} kind
 *  @param {string} [address] @param {string} [usage] */
export function makePerson(name, kind, address = `${name}@demo.test`,
  usage = SIGNS) {
  makeKey(name, kind);
  makeCertificate(name, 'middle', leafExtensions(address, usage),
    `/O=Test/CN=Personne ${name} é`);
}

/** A .p12 file's bytes, of name.key and name.pem.
 * @param {string} name @param {string} password @param {...string} options */
export function makeP12(name, password, ...options) {
  openssl('pkcs12', '-export', '-inkey', `${name}.key`, '-in', `${name}.pem`,
    '-passout', `pass:${password}`, '-out', `${name}.p12`, ...options);
  return bytesOf(`${name}.p12`);
}
