/*
 * The vault where it lives: its worker under its own policy, IndexedDB, and
 * two tabs, in every browser that is installed.
 */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import puppeteer from '../../static/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js';
import { at, makeAuthorities, makeP12, makePerson } from './identities.mjs';
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

const browsers = /** @type {const} */ ([
  ['chromium', '/usr/bin/chromium', ['--no-sandbox', '--disable-gpu',
    '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync']],
  ['firefox', '/usr/bin/firefox-esr', []],
]);

/** @param {typeof browsers[number]} one */
function launch([name, executablePath, args]) {
  const home = at(`home-${name}`);
  mkdirSync(home, { recursive: true });
  return puppeteer.launch({ executablePath, args: [...args], headless: true,
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    env: { ...process.env, HOME: home } });
}

before(async () => {
  makeAuthorities();
  makePerson('alice', 'rsa2048');
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(null));
  });
});
after(() => server.close());

/** @param {Awaited<ReturnType<typeof launch>>} browser */
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

for (const one of browsers)
  test(`vault_works_in_${one[0]}_and_asks_the_network_nothing`, async (t) => {
    if (!existsSync(one[1])) {
      t.skip(`skipped: no ${one[1]}`);
      return;
    }
    const browser = await launch(one);
    try {
      const first = await openPage(browser);
      const second = await openPage(browser);
      asked.length = 0;
      await firstUse(first);
      await otherTab(first, second);
      assert.deepEqual([...new Set(asked)], ['vault-worker.js']);
    } finally {
      await browser.close();
    }
  });

test('sec_22_fetch_from_the_vault_fails', async (t) => {
  if (!existsSync(browsers[0][1])) {
    t.skip('skipped: no chromium');
    return;
  }
  const browser = await launch(browsers[0]);
  try {
    const page = await openPage(browser);
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
    await browser.close();
  }
});
