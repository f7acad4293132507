/* The vault's modules in a bare page of a real browser, outside of the worker
 * that keeps them from everybody. */
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from '../../static/node_modules/esbuild/lib/main.js';

/** @param {string} entry a module of this folder */
async function textOf(entry) {
  const built = await build({ bundle: true, format: 'iife', write: false,
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    nodePaths: [fileURLToPath(
      new URL('../../static/node_modules', import.meta.url))],
    globalName: 'bundled' });
  return built.outputFiles[0].text;
}

/** Gives work a page that knows what the module exports, as `bundled`.
 * @template T @param {any} browser running @param {string} entry
 * @param {(page: any) => Promise<T>} work @returns {Promise<T>} */
export async function withBundle(browser, entry, work) {
  const server = http.createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' })
      .end('<!doctype html><title>bundle</title>');
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(null));
  });
  try {
    const page = await browser.newPage();
    const { port } = /** @type {any} */ (server.address());
    await page.goto(`http://localhost:${port}/`);
    await page.evaluate(`${await textOf(entry)}; globalThis.bundled = bundled`);
    return await work(page);
  } finally {
    server.close();
  }
}
