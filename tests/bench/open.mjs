/**
 * open.mjs: Alice opens a signed and encrypted message of 25 MB: milliseconds
 * from the click on its row until its verdict and text are drawn, what of it
 * went into which request, and how much memory the server took for it.
 */
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { importKey } from '../journeys/lib/acts.js';
import { launch, newPage, signIn } from '../journeys/lib/browser.js';
import { processes } from '../journeys/lib/memory.js';
import { inbox, putMessage, site } from '../journeys/lib/site.js';

const RUNS = Number(process.env.BENCH_RUNS ?? 7);
const MEGABYTE = 1e6;
const LIMIT = 1500;
const SUBJECT = 'Vingt-cinq mégaoctets';

const id = (name) => path.join(site.dir, 'ids', name);
const openssl = (input, ...args) => execFileSync('openssl', ['cms', ...args],
  { input, maxBuffer: 1 << 27, stdio: ['pipe', 'pipe', 'inherit'] });

/** The encrypted message is as large as its limit says: 25 MB on the wire,
 * what it holds that much smaller. */
function makeMessage() {
  const file = crypto.randomBytes(13.4 * MEGABYTE).toString('base64')
    .replace(/.{76}/g, '$&\r\n');
  const entity = ['Content-Type: multipart/mixed; boundary="b"', '', '--b',
    'Content-Type: text/plain; charset=utf-8', '', 'Bonjour Alice,',
    'le fichier est joint.', '--b', 'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="mesures.bin"', '', file,
    '--b--', ''].join('\r\n');
  const signed = openssl(entity, '-sign', '-binary', '-crlfeol', '-signer',
    id('robert.pem'), '-inkey', id('robert.key'),
    '-certfile', path.join(site.dir, 'ca', 'issuing.pem'));
  const sealed = openssl(signed, '-encrypt', '-binary', '-aes256',
    id('alice.pem'));
  const date = new Date().toUTCString().replace('GMT', '+0000');
  return Buffer.concat([Buffer.from(`From: Robert <robert@demo.test>\r\n`
    + `To: alice@demo.test\r\nDate: ${date}\r\nSubject: =?utf-8?B?${
      Buffer.from(SUBJECT).toString('base64')}?=\r\n`
    + `Message-ID: <${process.pid}.bench@demo.test>\r\n`), sealed]);
}

/** Megabytes resident in process pid: "VmRSS" now, "VmHWM" at most. */
function memory(pid, what) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(status.match(`${what}:\\s*(\\d+)`)[1]) * 1024 / MEGABYTE;
}

/** Milliseconds of processor time that process pid has had, in tens. */
function processor(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')')).split(' ');
  return (Number(fields[12]) + Number(fields[13])) * 10;
}

const total = (numbers) => numbers.reduce((sum, one) => sum + one, 0);

const openIt = (page) => page.evaluate(() => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error(document.body.innerText)), 60000);
  performance.clearResourceTimings();
  let start = 0;
  addEventListener('click', (event) => { start = event.timeStamp; },
    { once: true, capture: true });
  const look = () => {
    if (document.querySelector('article .security:not(.locked)') === null)
      return requestAnimationFrame(look);
    const parts = performance.getEntriesByType('resource')
      .filter(({ name }) => /\/mail\/INBOX\/\d/.test(name))
      .map(({ duration }) => duration);
    /* A frame later it is on the screen. */
    return requestAnimationFrame(() => resolve(
      { all: performance.now() - start, parts,
        text: document.querySelector('article').innerText }));
  };
  look();
}));

async function measure(page) {
  await page.$eval('#folders a[href$="/mail/INBOX"]', (link) => link.click());
  await page.waitForSelector('main[data-page=mailbox][data-ready]');
  const row = await page.$('a.row');
  const opened = openIt(page);
  await row.click();
  const got = await opened;
  if (!/Vérifié/.test(got.text) || !/le fichier est joint/.test(got.text))
    throw new Error(`bench: it reads as ${got.text}`);
  return got;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

const message = makeMessage();
putMessage(inbox('alice'), message);
const { browser } = await launch();
try {
  const page = await newPage(browser);
  page.setDefaultTimeout(60000);
  await signIn(page, 'alice');
  await importKey(page, 'alice');
  const workers = processes('sceau-fcgi');
  const before = workers.map((pid) => memory(pid, 'VmRSS'));
  const begun = total(workers.map(processor));
  const runs = [];
  for (let i = 0; i < RUNS; i += 1)
    runs.push(await measure(page));
  const [first, second] = [0, 1].map((nth) =>
    median(runs.map(({ parts }) => parts[nth])).toFixed(0));
  const worked = (total(workers.map(processor)) - begun) / RUNS;
  const most = workers.map((pid) => memory(pid, 'VmHWM'));
  const megabytes = message.length / MEGABYTE;
  const grown = Math.max(...most.map((peak, nth) => peak - before[nth]));
  console.log(`bench open an encrypted message of ${megabytes.toFixed(1)} MB `
    + `in chromium: ${median(runs.map(({ all }) => all)).toFixed(0)} ms `
    + `(at most ${LIMIT}), of which its page ${first}, opening ${second}; `
    + `the server worked ${worked.toFixed(0)} ms and grew by `
    + `${grown.toFixed(0)} MB, x${(grown / megabytes).toFixed(2)} its size`);
} finally {
  await browser.close();
}
