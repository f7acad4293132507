/*
 * The vault where it lives: its worker under its own policy, IndexedDB, and
 * two tabs, in every browser that is installed.
 */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browsers } from './browsers.mjs';
import { forAgreement, forOaep, forV15, kidOf } from './encrypt.mjs';
import { at, folder, leafExtensions, makeAuthorities, makeP12, makePerson,
  openssl, OPENS, SIGNS } from './identities.mjs';
import { formWithFiles, honestRequest } from './requests.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const build = path.resolve(root, process.env.BUILD ?? 'build');
const hash = readFileSync(path.join(build, 'static-version'), 'utf8').trim();
const assets = path.join(build, 'static', hash);
const PHRASE = 'quatre chevaux verts';

const PAGE_POLICY = "default-src 'none'; script-src 'self'; " +
  "worker-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; require-trusted-types-for 'script'; trusted-types sceau";
const VAULT_POLICY = "default-src 'none'; script-src 'wasm-unsafe-eval'";
const HTML = '<!doctype html><title>vault</title>' +
  '<link rel="icon" href="data:,"><body data-worker="/vault-worker.js" ' +
  'data-user="alice@demo.test"><script type="module" ' +
  'src="/tests/static/vault-page.js"></script>';

/** The modules from the sources, the worker as it is built.
 * @param {string} url */
const fileOf = (url) => url === '/vault-worker.js'
  ? path.join(assets, 'vault-worker.js')
  : path.join(root, url.slice(1));

/** @type {string[]} */
const asked = [];
const server = http.createServer((request, response) => {
  const name = path.basename(request.url ?? '/');
  asked.push(name);
  const isPage = name === '';
  const file = fileOf(request.url ?? '/');
  if (!isPage && !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': isPage ? 'text/html; charset=utf-8' : 'text/javascript',
    'Content-Security-Policy': name === 'vault-worker.js' ? VAULT_POLICY
      : PAGE_POLICY,
  }).end(isPage ? HTML : readFileSync(file));
});

before(async () => {
  makeAuthorities();
  makePerson('alice', 'rsa2048', 'alice@demo.test', `${SIGNS},${OPENS}`);
  makePerson('x25519', 'x25519', 'alice@demo.test', 'keyAgreement');
  makePerson('p521', 'p521', 'alice@demo.test', OPENS);
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(null));
  });
});
after(() => server.close());

/** @param {any} browser */
async function openPage(browser) {
  const page = await browser.newPage();
  const { port } = /** @type {any} */ (server.address());
  await page.goto(`http://localhost:${port}/`);
  await page.waitForFunction('globalThis.ready');
  return page;
}

/** Runs an expression in the page. @param {any} page @param {string} code
 *  @param {any} [data] what the expression knows as data */
const inPage = (page, code, data = null) => page.evaluate(
  `(async (data) => (${code}))(${JSON.stringify(data)})`);

/** @param {any} page */
async function firstUse(page) {
  const data = { phrase: PHRASE, form: formWithFiles,
    p12: Buffer.from(makeP12('alice', 'secret')).toString('base64'),
    request: honestRequest(formWithFiles, 'alice', false, new Date()) };
  /** @type {[string, unknown][]} */
  const steps = [
    ['(await vault.state()).vault', 'none'],
    ['outcome(vault.create("short"))', 'weak'],
    ['outcome(vault.importP12(bytes(data.p12).buffer, "secret"))', 'locked'],
    ['outcome(vault.create(data.phrase))', 'done'],
    ['outcome(vault.create(data.phrase))', 'exists'],
    ['outcome(vault.importP12(bytes(data.p12).buffer, "Secret"))',
      'p12-password'],
    ['(await vault.importP12(bytes(data.p12).buffer, "secret")).kid',
      data.request.kid],
    ['(await vault.sign({ kid: data.request.kid, request: data.request, ' +
      'form: formOf(data.form) })).signature.length', 344],
    ['outcome(vault.sign({ kid: data.request.kid, request: data.request, ' +
      'form: formOf({ ...data.form, subject: "x" }) }))', 'differs subject'],
    ['(await vault.list())[0].usable', true],
    ['vault.lock()', undefined],
    ['outcome(vault.sign({ kid: data.request.kid, request: data.request, ' +
      'form: formOf(data.form) }))', 'locked'],
    ['outcome(vault.open("another phrase"))', 'passphrase'],
    ['outcome(vault.open(data.phrase))', 'done'],
    ['heard.join(" ")', 'open keys lock open'],
  ];
  for (const [code, want] of steps)
    assert.equal(await inPage(page, code, data), want, code);
}

/** @param {any} first @param {any} second */
async function otherTab(first, second) {
  assert.equal(await inPage(second, '(await vault.state()).vault'),
    'locked', 'each tab opens its own');
  await inPage(second, 'vault.lock()');
  await first.waitForFunction('heard.at(-1) === "other-tab"');
  assert.equal(await inPage(first, '(await vault.state()).vault'), 'locked');
  await inPage(first, 'vault.open(data)', PHRASE);
  await inPage(first, 'vault.reset()');
  assert.equal(await inPage(first, '(await vault.state()).vault'), 'none');
}

const ask = 'await vault.unwrap({ recipients: data.recipients, ' +
  'key_size: 32 })';

/** Opens a content key of each kind, then as many as are allowed.
 * @param {any} page */
async function opening(page) {
  for (const name of ['x25519', 'p521'])
    await inPage(page, 'vault.importP12(bytes(data).buffer, "secret")',
      Buffer.from(makeP12(name, 'secret')).toString('base64'));
  const key = randomBytes(32);
  for (const recipient of [forV15('alice', key),
    forOaep('alice', key, 'sha256', 'label'), forOaep('alice', key, 'sha1'),
    forAgreement('p521', key, 'sha512', 256),
    forAgreement('p521', key, 'sha224', 192),
    forAgreement('x25519', key, 'sha256', 128)])
    assert.equal(await inPage(page, `(${ask}).content_key`,
      { recipients: [recipient] }), key.toString('base64'),
    JSON.stringify(recipient));
  const data = { recipients: [forV15('alice', key)] };
  const started = performance.now();
  assert.deepEqual(await inPage(page, 'await Promise.all(Array.from(' +
    `{ length: 40 }, () => outcome((async () => ${ask})())))` +
    '.then((all) => all.filter((one) => one === "done").length)', data), 27,
  'thirty with the three before');
  assert.ok(performance.now() - started >= 27 * 49, 'one after another');
  const usage = await inPage(page, 'vault.usage()');
  const mine = usage.find((/** @type {any} */ one) =>
    one.kid === kidOf('alice'));
  assert.deepEqual([mine.today, mine.minute], [30, 30]);
}

/** The count is of the browser, not of a tab. @param {any} page */
async function openingInOtherTab(page) {
  await inPage(page, 'vault.open(data)', PHRASE);
  const data = { recipients: [forV15('alice', randomBytes(32))] };
  assert.match(await inPage(page, `outcome((async () => ${ask})())`, data),
    /^too-many \d+$/);
  await inPage(page, 'vault.lock()');
  assert.equal(await inPage(page, `outcome((async () => ${ask})())`, data),
    'locked');
}

/** A certificate for a request, by the authority of the tests.
 * @param {string} name @param {string} csr base64 */
function issue(name, csr) {
  writeFileSync(at(`${name}.csr`), Buffer.from(csr, 'base64'));
  writeFileSync(at(`${name}.cnf`), leafExtensions('alice@demo.test',
    `${SIGNS},${OPENS}`));
  openssl('req', '-inform', 'DER', '-in', `${name}.csr`, '-verify',
    '-noout');
  openssl('x509', '-req', '-inform', 'DER', '-in', `${name}.csr`, '-CA',
    'middle.pem', '-CAkey', 'middle.key', '-CAcreateserial', '-days', '30',
    '-extfile', `${name}.cnf`, '-outform', 'DER', '-out', `${name}.der`);
  return readFileSync(at(`${name}.der`)).toString('base64');
}

/** A key of each kind is made, and the page never has it; one of them waits
 * through a lock, meets its certificate, and is copied. @param {any} page */
async function making(page) {
  await inPage(page, 'vault.create(data)', PHRASE);
  const csrs = [];
  for (const kind of ['rsa-3072', 'p-384', 'p-256', 'rsa-2048'])
    csrs.push((await inPage(page, 'await vault.make({ kind: data, ' +
      'name: "Alice" })', kind)).csr);
  csrs.forEach((csr, n) => issue(`made${n}`, csr));
  await inPage(page, 'vault.lock()');
  const data = { certificate: issue('made', csrs[3]), chain: [] };
  assert.equal(await inPage(page, 'outcome(vault.collect(data))', data),
    'locked');
  await inPage(page, 'vault.open(data)', PHRASE);
  const { kid } = await inPage(page, 'await vault.collect(data)', data);
  const [key] = await inPage(page, 'await vault.list()');
  assert.deepEqual([key.kid, key.made, key.usable], [kid, true, true]);
  assert.equal((await inPage(page, 'await vault.pending()')).length, 3);
  const file = await inPage(page, 'btoa(String.fromCharCode(...' +
    'new Uint8Array((await vault.exportP12(data)).file)))',
  { kid, passphrase: PHRASE, password: 'Clé secrète 42' });
  writeFileSync(at('made.p12'), Buffer.from(file, 'base64'));
  assert.match(openssl('pkcs12', '-in', 'made.p12', '-passin',
    'pass:Clé secrète 42', '-nodes').toString(), /BEGIN PRIVATE KEY/);
  await inPage(page, 'vault.reset()');
}

for (const browser of browsers)
  test(`vault_works_in_${browser.name}_and_asks_the_network_nothing`,
    async (t) => {
      if (browser.missing !== '') {
        t.skip(browser.missing);
        return;
      }
      const running = await browser.launch(folder);
      try {
        const first = await openPage(running);
        const second = await openPage(running);
        asked.length = 0;
        await firstUse(first);
        await first.bringToFront();
        await opening(first);
        await second.bringToFront();
        await openingInOtherTab(second);
        await first.waitForFunction('heard.at(-1) === "other-tab"');
        await inPage(first, 'vault.open(data)', PHRASE);
        await otherTab(first, second);
        await making(first);
        assert.deepEqual([...new Set(asked)], ['vault-worker.js']);
      } finally {
        await running.close();
      }
    });

test('sec_28_nothing_is_opened_while_nobody_looks', async (t) => {
  if (browsers[0].missing !== '') {
    t.skip(browsers[0].missing);
    return;
  }
  const running = await browsers[0].launch(folder);
  try {
    const page = await openPage(running);
    await inPage(page, 'Object.defineProperty(document, "hidden", ' +
      '{ configurable: true, get: () => globalThis.away })');
    await inPage(page, 'globalThis.away = true');
    await inPage(page, 'void outcome(vault.unwrap(data)).then((said) => ' +
      '{ globalThis.said = said; })', { recipients: [], key_size: 32 });
    await inPage(page, 'vault.list()');
    assert.equal(await inPage(page, 'globalThis.said ?? null'), null);
    await inPage(page, 'globalThis.away = false, ' +
      'document.dispatchEvent(new Event("visibilitychange"))');
    await page.waitForFunction('globalThis.said === "no-key"');
  } finally {
    await running.close();
  }
});

test('sec_22_fetch_from_the_vault_fails', async (t) => {
  if (browsers[0].missing !== '') {
    t.skip(browsers[0].missing);
    return;
  }
  const running = await browsers[0].launch(folder);
  try {
    const page = await openPage(running);
    await inPage(page, 'vault.list()');
    const [worker] = page.workers();
    asked.length = 0;
    for (const code of ['fetch("/out").then(() => "out")',
      'fetch("https://example.test/").then(() => "out")',
      'new Promise((done) => { const x = new XMLHttpRequest(); ' +
        'x.onerror = () => done("no"); x.onload = () => done("out"); ' +
        'x.open("GET", "/out"); x.send(); })',
      'new Promise((done) => { const s = new WebSocket("ws://localhost/"); ' +
        's.onerror = () => done("no"); s.onopen = () => done("out"); })',
      'importScripts("/out"), "out"', 'import("/out").then(() => "out")'])
      assert.notEqual(await worker.evaluate(`(async () => (${code}))()
        .catch((error) => String(error))`), 'out', code);
    assert.deepEqual(asked, []);
  } finally {
    await running.close();
  }
});
