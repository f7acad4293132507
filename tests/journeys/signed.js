/**
 * The main job (issue "signed message end to end"): import, write with two
 * attachments, sign, send, read as the recipient, see the seal; one byte
 * changed in the mailbox gives the banner. Through a recording proxy.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { importKey, makeFile, openMessage, PHRASE, send, write }
  from './lib/acts.js';
import { launch, mainText, newPage, picture, signIn } from './lib/browser.js';
import { startProxy } from './lib/proxy.js';
import { fileForms, findSecrets, keyForms, textForms } from './lib/secrets.js';
import { filesBelow, messages, opensslVerify, putChanged, sceauVerify, site,
  waitForMessage } from './lib/site.js';

const LARGE = 18 * 1024 * 1024;

/** Writes, signs and sends from one account; the delivered file. */
async function signAndSend(page, { from, to, subject, files }) {
  await signIn(page, from);
  await importKey(page, from);
  await write(page, {
    to: `${to}@demo.test`, subject, text: 'Bonjour,\n\nVoici les pièces.\n',
    files, sign: true,
  });
  await picture(page, `compose-${from}`);
  await send(page);
  assert.match(await mainText(page), /Message envoyé/);
  assert.deepEqual(page.faults, []);
  return waitForMessage(to, subject);
}

/** Changes one base64 digit of the text that was signed. */
function changeOneByte(bytes) {
  const marker = Buffer.from('Content-Transfer-Encoding: base64\r\n\r\n');
  const lf = Buffer.from('Content-Transfer-Encoding: base64\n\n');
  const crlf = bytes.indexOf(marker);
  const at = crlf >= 0 ? crlf + marker.length
    : bytes.indexOf(lf) + lf.length;
  const changed = Buffer.from(bytes);
  changed[at + 2] = changed[at + 2] === 0x41 ? 0x42 : 0x41;
  return changed;
}

async function readsAsVerified(page, { subject, signer, files }) {
  await openMessage(page, subject);
  assert.match(await page.$eval('.security', (at) => at.innerText), /Vérifié/);
  assert.ok(await page.$('.security .seal'), 'the seal is drawn');
  await page.click('.security details.facts summary');
  const facts = await page.$eval('.security details', (at) => at.innerText);
  assert.match(facts, new RegExp(`${signer}@demo\\.test`));
  assert.match(facts, /Autorité S\/MIME/);
  assert.match(await mainText(page),
    new RegExp(`${files.length} pièces jointes, couvertes par la signature`));
  const got = await page.$$eval('.files a[href*="/part/"]', (links) => Promise
    .all([...new Set(links.map((link) => link.href))].map(async (href) => {
      const bytes = await (await fetch(href)).arrayBuffer();
      const hash = await crypto.subtle.digest('SHA-256', bytes);
      return [...new Uint8Array(hash)].join(' ');
    })));
  const { createHash } = await import('node:crypto');
  assert.deepEqual(got, files.map((file) => [...createHash('sha256')
    .update(fs.readFileSync(file)).digest()].join(' ')), 'files are intact');
  await picture(page, `read-verified-${signer}`);
}

async function readsAsAltered(page, subject) {
  await openMessage(page, subject);
  const banner = await page.$eval('.banner[role=alert]', (at) => at.innerText);
  assert.match(banner, /Altéré\s*: ce message a été modifié après sa signature/);
  assert.equal(await page.$('.security .seal'), null, 'no seal anywhere');
  await picture(page, 'read-altered');
}

test('o2 z12 z27 a signed message goes from browser to mailbox', async (t) => {
  const proxy = await startProxy();
  const { browser, userDataDir } = await launch({ proxy: proxy.port });
  t.after(async () => { await browser.close(); await proxy.stop(); });
  const cases = [
    { from: 'alice', to: 'claire', subject: `Essai RSA ${Date.now()}`,
      files: [makeFile('Budget été 2027.csv', LARGE), makeFile('vide.txt', 0)] },
    { from: 'claire', to: 'alice', subject: `Essai P-256 ${Date.now()}`,
      files: [makeFile('vide.bin', 0), makeFile('plan.pdf', LARGE)] },
  ];
  for (const each of cases) {
    const context = await browser.createBrowserContext();
    const page = await newPage(context);
    const file = await signAndSend(page, each);
    await t.test(`z7 openssl accepts what ${each.from} signed`, () => {
      opensslVerify(file);
      assert.equal(sceauVerify(file).state, 'verified');
    });
    const reader = await newPage(await browser.createBrowserContext());
    await signIn(reader, each.to);
    await t.test(`o3 ${each.to} sees seal and details`, () => readsAsVerified(
      reader, { ...each, signer: each.from }));
    await t.test(`o4 ${each.to} sees the banner on a changed copy`,
      async () => {
        // Seen by now, so under another name.
        const seen = await waitForMessage(each.to, each.subject);
        const changed = putChanged(seen, changeOneByte);
        assert.notEqual(sceauVerify(changed).state, 'verified');
        await readsAsAltered(reader, each.subject);
        // It has been seen, so its name ends otherwise by now.
        const folder = path.dirname(changed);
        const name = path.basename(changed).split(':')[0];
        fs.readdirSync(folder).filter((entry) => entry.startsWith(name))
          .forEach((entry) => fs.rmSync(path.join(folder, entry)));
      });
    await t.test('the copy in Sent is the message itself', async () => {
      await waitForMessage(each.from, each.subject, 'Sent');
      opensslVerify(messages(each.from, 'Sent')[0]);
    });
    await context.close();
  }
  await t.test('sec_21 no request held a key, a .p12 or a passphrase', () => {
    nothingSecretWasSent(proxy.requests());
  });
  await browser.close();
  await t.test('sec_22 the profile on disk holds no key', () => {
    noKeyOnDisk(userDataDir);
  });
});

function secretsOf(names) {
  return [
    ...names.flatMap((name) => [...keyForms(name, site.key(name)),
      ...fileForms(`${name}.p12`, fs.readFileSync(site.p12(name)))]),
    ...textForms('passphrase', PHRASE),
  ];
}

function nothingSecretWasSent(requests) {
  const needles = secretsOf(['alice', 'claire']);
  for (const wanted of ['/certificates', '/compose', '/key-requests/signature'])
    assert.ok(requests.some(({ method, path: at }) => method === 'POST'
      && at.startsWith(wanted)), `the proxy saw ${wanted}`);
  assert.deepEqual(findSecrets(requests, needles), []);
  // The search itself finds: one of each form, hidden in a request.
  const hidden = needles.map(({ name, needle }) => ({
    path: name, bytes: Buffer.concat([Buffer.from('x'), needle]) }));
  for (const one of hidden)
    assert.notEqual(findSecrets([one], needles).length, 0, one.path);
}

function noKeyOnDisk(folder) {
  const needles = secretsOf(['alice', 'claire']);
  const files = filesBelow(folder)
    .map((file) => ({ path: file, bytes: fs.readFileSync(file) }));
  assert.ok(files.length > 20, 'the profile is there');
  assert.deepEqual(findSecrets(files, needles), []);
}
