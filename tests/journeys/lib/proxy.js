/**
 * A recording proxy between browser and web server: keeps every byte that the
 * browser sends, request line, fields and body, so that a test can look for
 * what must never be there (SEC-21).
 */
import http from 'node:http';

/** Starts on a free loopback port. */
export async function startProxy() {
  const sent = [];
  const server = http.createServer((request, response) => {
    const target = new URL(request.url);
    const entry = {
      method: request.method, path: target.pathname + target.search, body: [],
      head: Buffer.from(`${request.method} ${request.url}\n`
        + request.rawHeaders.join('\n')),
    };
    sent.push(entry);
    const onward = http.request({
      host: '127.0.0.1', port: target.port, method: request.method,
      path: target.pathname + target.search, headers: request.headers,
    }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.on('data', (piece) => entry.body.push(piece));
    request.pipe(onward);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    port: server.address().port,
    /** Everything sent, as one buffer a request. */
    requests: () => sent.map(({ method, path, head, body }) => ({
      method, path, bytes: Buffer.concat([head, Buffer.from('\n'), ...body]),
    })),
    stop: () => new Promise((resolve) => {
      server.closeAllConnections?.();
      server.close(resolve);
    }),
  };
}
