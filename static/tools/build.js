/*
 * node static/tools/build.js BUILD: everything the browser loads goes to
 * BUILD/static/<hash>/, where <hash> is 16 hex digits of the SHA-256 of all
 * names and contents. The new folder is complete before BUILD/static-version
 * names it, and older ones are removed after.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = path.join(root, 'node_modules');
const served = /\.(css|html|svg|png|ico|webmanifest|txt)$/;

/** What is taken from packages: [package, its file, our name]. */
const vendored = [
  ['dompurify', 'LICENSE', 'purify.LICENSE.txt'],
  ['@fontsource-variable/inter', 'LICENSE', 'fonts/inter.LICENSE.txt'],
  ['@fontsource-variable/source-serif-4', 'LICENSE',
    'fonts/source-serif-4.LICENSE.txt'],
  ...['latin', 'latin-ext'].flatMap((script) => [
    ['@fontsource-variable/inter',
      `files/inter-${script}-wght-normal.woff2`,
      `fonts/inter-${script}-wght-normal.woff2`],
    ['@fontsource-variable/source-serif-4',
      `files/source-serif-4-${script}-wght-normal.woff2`,
      `fonts/source-serif-4-${script}-wght-normal.woff2`],
  ]),
];

/** @param {string} from @param {string} to */
function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

/** Our own files that go out as they are. frame.js is loaded alone, as a
 * classic script. */
function copyOwn(/** @type {string} */ stage) {
  for (const name of fs.readdirSync(root))
    if (served.test(name) || name === 'frame.js')
      copy(path.join(root, name), path.join(stage, name));
}

/* The pages' modules in one file: together they are smaller than the answers
 * to thirty requests. */
async function bundlePages(/** @type {string} */ stage) {
  await build({
    entryPoints: [path.join(root, 'app.js')],
    outfile: path.join(stage, 'app.js'),
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    minifySyntax: true,
    minifyWhitespace: true,
    external: ['./purify.js'],
    logLevel: 'warning',
  });
}

/* One style sheet is one request: its folder's files in the order of their
 * names. Staff never load that of the administration. */
function joinStyles(/** @type {string} */ stage, folder = 'css',
  sheet = 'app.css') {
  const css = path.join(root, folder);
  const parts = fs.existsSync(css) ? fs.readdirSync(css).sort() : [];
  const sheets = parts.filter((name) => name.endsWith('.css'))
    .map((name) => fs.readFileSync(path.join(css, name), 'utf8'));
  if (sheets.length > 0)
    fs.writeFileSync(path.join(stage, sheet), sheets.join('\n'));
}

function drawIcons(/** @type {string} */ stage) {
  const sprite = path.join(root, 'icons', 'sprite.js');
  const draw = (/** @type {string[]} */ ...args) =>
    execFileSync(process.execPath, [sprite, ...args]);
  fs.writeFileSync(path.join(stage, 'icons.svg'), draw());
  fs.writeFileSync(path.join(stage, 'icon.svg'), draw('icon'));
}

/* An ES module as ours are, and not bundled: it is vendored code that can be
 * compared with its release. */
async function copyPurifier(/** @type {string} */ stage) {
  await build({
    entryPoints: [path.join(modules, 'dompurify/dist/purify.es.mjs')],
    outfile: path.join(stage, 'purify.js'),
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'inline',
    logLevel: 'warning',
  });
}

function copyVendored(/** @type {string} */ stage) {
  for (const [name, file, ours] of vendored)
    copy(path.join(modules, name, file), path.join(stage, ours));
}

/* One classic script: the worker's policy forbids it to load anything. The
 * text stays readable, so that what is served can be compared with this. */
async function bundleVault(/** @type {string} */ stage) {
  const entry = path.join(root, 'vault', 'worker.js');
  await build({
    entryPoints: [entry],
    outfile: path.join(stage, 'vault-worker.js'),
    absWorkingDir: root,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'inline',
    logLevel: 'warning',
  });
}

/** @param {string} folder @returns {string[]} names below it, sorted */
function names(folder, under = '') {
  return fs.readdirSync(path.join(folder, under), { withFileTypes: true })
    .flatMap((entry) => {
      const name = path.posix.join(under, entry.name);
      return entry.isDirectory() ? names(folder, name) : [name];
    })
    .sort();
}

function hashOf(/** @type {string} */ folder) {
  const all = createHash('sha256');
  for (const name of names(folder)) {
    const bytes = fs.readFileSync(path.join(folder, name));
    all.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return all.digest('hex').slice(0, 16);
}

/** @param {string} out @param {string} stage */
function publish(out, stage) {
  const hash = hashOf(stage);
  const home = path.join(out, 'static');
  fs.mkdirSync(home, { recursive: true });
  fs.rmSync(path.join(home, hash), { recursive: true, force: true });
  fs.renameSync(stage, path.join(home, hash));
  fs.writeFileSync(path.join(out, 'static-version.new'), `${hash}\n`);
  fs.renameSync(path.join(out, 'static-version.new'),
    path.join(out, 'static-version'));
  for (const old of fs.readdirSync(home))
    if (old !== hash)
      fs.rmSync(path.join(home, old), { recursive: true, force: true });
}

async function main(/** @type {string} */ out) {
  const stage = path.join(out, 'static.new');
  fs.rmSync(stage, { recursive: true, force: true });
  fs.mkdirSync(stage, { recursive: true });
  copyOwn(stage);
  joinStyles(stage);
  joinStyles(stage, 'css-admin', 'admin.css');
  drawIcons(stage);
  await copyPurifier(stage);
  await bundlePages(stage);
  copyVendored(stage);
  await bundleVault(stage);
  publish(out, stage);
}

if (process.argv.length !== 3) {
  console.error('usage: node static/tools/build.js BUILD');
  process.exit(2);
}
await main(path.resolve(process.argv[2]));
