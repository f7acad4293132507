/*
 * A small loopback site for pictures: every fixture of tests/fcgi/contexts
 * rendered by $(BUILD)/render, with the static files and the policies that
 * sceau-fcgi and the web server send.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const page = "default-src 'none'; script-src 'self'; worker-src 'self';" +
  " style-src 'self'; font-src 'self'; img-src 'self' data:;" +
  " connect-src 'self'; form-action 'self'; frame-src 'self';" +
  " base-uri 'none'; frame-ancestors 'none';" +
  " require-trusted-types-for 'script'; trusted-types sceau";
const frame = (self, images) => 'sandbox allow-scripts allow-popups' +
  ` allow-popups-to-escape-sandbox; default-src 'none'; script-src ${self}` +
  `/frame.js; style-src 'unsafe-inline'; img-src data: ${images};` +
  " form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
const worker = "default-src 'none'; script-src 'wasm-unsafe-eval'";

const types = { html: 'text/html; charset=utf-8', css: 'text/css',
  js: 'text/javascript', svg: 'image/svg+xml', woff2: 'font/woff2' };

/* The fixtures' own words are French; their English, for English pictures. */
const english = { 'Réception': 'Inbox', 'Brouillons': 'Drafts',
  'Envoyés': 'Sent', 'Archives': 'Archive', 'Indésirables': 'Junk',
  'Corbeille': 'Trash', 'Aujourd’hui': 'Today', 'Hier': 'Yesterday',
  'aujourd’hui à': 'today at', 'hier à': 'yesterday at',
  ' Ko"': ' KB"', '25 novembre 2026 à': '25 November 2026 at',
  '22 novembre 2026 à': '22 November 2026 at',
  'mars 20': 'March 20', 'janvier 20': 'January 20',
  'décembre 20': 'December 20', 'Réessayer': 'Try again',
  'Le serveur de courrier ne répond pas': 'The mail server does not answer',
  'Vos messages et vos brouillons sont intacts.': 'Your mail is safe.',
  'Le serveur de courrier a refusé ce nom ou ce mot de passe.':
    'The mail server refused this name or this password.',
  'Vérifiez-les et réessayez.': 'Check them and try again.',
  'Université de Démonstration': 'Demonstration University',
  'Le serveur d’envoi ne répond pas.': 'The mail server does not answer.',
  'La connexion a été coupée pendant l’envoi.':
    'The connection ended while sending.' };

/** The list beside a message marks its row, as the server does. */
function select(folder, name) {
  const file = path.join(folder, 'mailbox.json');
  const mailbox = JSON.parse(fs.readFileSync(file, 'utf8'));
  const { message } = JSON.parse(
    fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));
  for (const row of mailbox.days.flatMap((day) => day.rows))
    row.selected = row.url === message?.url;
  fs.writeFileSync(file, JSON.stringify(mailbox));
}

/** Copies the fixtures beside one another, in one language. */
function lay(from, to, lang) {
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(from)) {
    let text = fs.readFileSync(path.join(from, name), 'utf8');
    if (lang === 'en')
      for (const [french, word] of Object.entries(english))
        text = text.replaceAll(french, word);
    fs.writeFileSync(path.join(to, name), text);
  }
}

function renderer(build, root) {
  const laid = {};
  return (name, lang) => {
    const folder = path.join(build, 'pictures', 'contexts', lang);
    laid[lang] ??= (lay(path.join(root, 'tests/fcgi/contexts'), folder, lang),
    true);
    select(folder, name);
    return execFileSync(path.join(build, 'render'),
      [name.split('-')[0], path.join(folder, `${name}.json`), lang],
      { env: { ...process.env,
        SCEAU_TEMPLATES: path.join(build, 'templates'),
        SCEAU_LOCALE: path.join(build, 'locale') } });
  };
}

/** What the pages ask while they are looked at: everybody has a certificate
 * but who is called Pierre, drafts are kept, and there is an authority. */
function asked(url) {
  if (url.pathname === '/contacts/status')
    return (url.searchParams.get('address') ?? '').split(',')
      .map((address) => ({ address, name: '',
        usable: !address.startsWith('pierre'),
        problem: address.startsWith('pierre') ? 'no-certificate' : null,
        not_after: '2028-03-02T00:00:00Z' }));
  if (url.pathname === '/contacts/suggest')
    return [];
  if (url.pathname === '/certificates/requests')
    return { requests: [], authority: { name: 'Autorité de Démonstration',
      algorithms: ['rsa-2048', 'rsa-3072', 'p-256', 'p-384'],
      automatic: false } };
  return url.pathname === '/drafts' ? { draft: '1-8', encrypted: true,
    saved: '2026-11-25T01:41:00Z' } : null;
}

function policyOf(name, origin) {
  if (name === 'frame.html')
    return frame(origin, '');
  if (name === 'frame-images.html')
    return frame(origin, 'https:');
  return name === 'vault-worker.js' ? worker : page;
}

/** @returns {Promise<{url: string, close: () => void}>} */
export function openSite(build, root) {
  const hash = fs.readFileSync(path.join(build, 'static-version'), 'utf8')
    .trim();
  const files = path.join(build, 'static', hash);
  const render = renderer(build, root);
  const server = http.createServer((ask, answer) => {
    const url = new URL(ask.url, `http://${ask.headers.host}`);
    const last = path.basename(url.pathname);
    const shared = { 'Content-Security-Policy': policyOf(last, url.origin),
      'Cross-Origin-Resource-Policy':
        last === 'frame.js' ? 'cross-origin' : 'same-origin' };
    try {
      const json = asked(url);
      if (json !== null) {
        answer.writeHead(200, { 'Content-Type': 'application/json' });
        answer.end(JSON.stringify(json));
        return;
      }
      const drawn = url.pathname.match(/^\/(fr|en)\/([a-z_-]+)$/);
      if (drawn !== null) {
        const html = render(drawn[2], drawn[1]);
        answer.writeHead(200, { ...shared, 'Content-Type': types.html });
        answer.end(html);
        return;
      }
      const name = url.pathname.replace(/^\/static\/dev\//, '')
        .replace(/^\//, '').replace('frame-images', 'frame');
      const body = fs.readFileSync(path.join(files, path.normalize(name)));
      answer.writeHead(200, { ...shared,
        'Content-Type': types[name.split('.').pop()] ?? 'text/plain' });
      answer.end(body);
    } catch (error) {
      answer.writeHead(404, { 'Content-Type': 'text/plain' });
      answer.end(String(error.message));
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({
      url: `http://localhost:${server.address().port}`,
      close: () => server.close() }));
  });
}
