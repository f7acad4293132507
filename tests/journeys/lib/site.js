/**
 * The demonstration site that a journey runs against: where it listens, what
 * its people's mailboxes hold, and its keys, as deploy/demo/demo made them.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const dir = process.env.DEMO_DIR;
if (!dir) throw new Error('DEMO_DIR is not set: start with tests/journeys/run');

// The mail servers' own word on where the mailboxes are.
const mail = fs.readFileSync(path.join(dir, 'mail', 'servers.env'), 'utf8')
  .match(/^MAIL='?([^'\n]*)/m)[1];

export const site = {
  dir,
  url: `http://localhost:${process.env.DEMO_PORT}`,
  build: path.resolve(process.env.BUILD || 'build'),
  password: 'sceau',
  p12: (name) => path.join(dir, 'keys', `${name}.p12`),
  key: (name) => path.join(dir, 'ids', `${name}.key`),
  anchor: path.join(dir, 'ca', 'root.pem'),
};

/** Every file below a folder. */
export function filesBelow(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(at);
    return entry.isFile() ? [at] : [];
  });
}

/** Folder of an account's mail: INBOX, or Sent as Maildir++ names it. */
function maildir(account, folder) {
  const base = path.join(mail, `${account}@demo.test`, 'Maildir');
  return folder === 'INBOX' ? base : path.join(base, `.${folder}`);
}

/** The folder of an account's inbox. */
export const inbox = (account) => maildir(account, 'INBOX');

/** Paths of an account's messages, newest first. */
export function messages(account, folder = 'INBOX') {
  return ['cur', 'new'].flatMap((part) => {
    const at = path.join(maildir(account, folder), part);
    return fs.existsSync(at)
      ? fs.readdirSync(at).map((name) => path.join(at, name)) : [];
  }).sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs);
}

/** Waits for a message whose bytes contain text; its path. */
export async function waitForMessage(account, text, folder = 'INBOX') {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = messages(account, folder)
      .find((file) => fs.readFileSync(file).includes(text));
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`no message with ${text} in ${folder} of ${account}`);
}

/** Waits for a message that was not among those before; its path. */
export async function waitForNew(account, before) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = messages(account)
      .find((file) => !before.has(path.basename(file).split(':')[0]));
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`no new message for ${account}`);
}

/** The names of an account's messages now, for waitForNew. */
export const known = (account) => new Set(messages(account)
  .map((file) => path.basename(file).split(':')[0]));

/** Puts bytes as a new message in a mailbox's folder; its path. */
export function putMessage(folder, bytes) {
  const stamp = `${Math.floor(Date.now() / 1000)}.M${process.hrtime.bigint()}`;
  const at = path.join(folder, 'cur', `${stamp}.put:2,`);
  const owner = fs.statSync(folder);
  fs.writeFileSync(at, bytes, { mode: 0o600 });
  fs.chownSync(at, owner.uid, owner.gid);
  return at;
}

/** A copy of a message in the same folder, changed. */
export function putChanged(file, change) {
  return putMessage(path.dirname(path.dirname(file)),
    change(fs.readFileSync(file)));
}

/** What openssl says of a delivered message: throws when it refuses. */
export function opensslVerify(file) {
  return execFileSync('openssl', ['cms', '-verify', '-in', file, '-CAfile',
    site.anchor, '-purpose', 'smimesign'],
  { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 27 });
}

/** A new .p12 of a person, from the same authority, valid for longer. */
export function renewedP12(name) {
  const at = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sceau-new-')),
    name);
  const run = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });
  fs.writeFileSync(`${at}.cnf`, [
    `subjectAltName=email:${name}@demo.test`, 'basicConstraints=CA:FALSE',
    'keyUsage=critical,digitalSignature,keyEncipherment',
    'extendedKeyUsage=emailProtection',
    'authorityKeyIdentifier=keyid', 'subjectKeyIdentifier=hash'].join('\n'));
  const person = run('x509', '-in', path.join(dir, 'ids', `${name}.pem`),
    '-noout', '-subject', '-nameopt', 'multiline,utf8,-esc_msb').toString();
  const cn = person.match(/commonName\s*=\s*(.*)/)[1];
  run('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-utf8', '-keyout',
    `${at}.key`, '-subj', `/CN=${cn}`, '-out', `${at}.csr`);
  run('x509', '-req', '-in', `${at}.csr`, '-CA',
    path.join(dir, 'ca', 'issuing.pem'), '-CAkey',
    path.join(dir, 'ca', 'issuing.key'), '-CAserial', `${at}.srl`,
    '-CAcreateserial', '-days', '1500', '-extfile', `${at}.cnf`, '-out',
    `${at}.pem`);
  run('pkcs12', '-export', '-inkey', `${at}.key`, '-in', `${at}.pem`,
    '-certfile', path.join(dir, 'ca', 'issuing.pem'), '-passout',
    `pass:${site.password}`, '-out', `${at}.p12`);
  return { p12: `${at}.p12`, key: `${at}.key` };
}

/** What openssl makes of an encrypted message with the person's key. */
export function opensslOpen(file, name, key = site.key(name)) {
  return execFileSync('openssl', ['cms', '-decrypt', '-in', file, '-inkey',
    key], { stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 27 });
}

/** What an administrator does on the site's terminal; what it says. */
export function sceauctl(...args) {
  const command = [path.join(dir, 'bin', 'sceauctl'), '-c',
    path.join(dir, 'sceau.conf'), ...args];
  if (process.getuid?.() === 0)
    command.unshift('setpriv', '--reuid=nobody', '--regid=nogroup',
      '--clear-groups');
  return execFileSync(command[0], command.slice(1), { encoding: 'utf8' });
}

/** Our own command's judgement as an object. */
export function sceauVerify(file) {
  const program = path.join(site.build, 'sceauctl');
  try {
    return JSON.parse(execFileSync(program, ['verify', '--json', '--trust',
      site.anchor, file], { encoding: 'utf8' }));
  } catch (error) {
    return JSON.parse(error.stdout);
  }
}
