'use strict';
// One instance of a function: loads the bundle once and serves one request at a time, as a built-in
// runtime of Function Compute does. Plain CommonJS on purpose: it must start without a TypeScript
// loader, in the same way as the platform's own runtime does.

const util = require('node:util');

// The channel closes when the host dies, however it dies; an instance must never outlive its host.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group. The host decides when we end, so running work can finish.
process.on('SIGINT', () => {});

const send = process.send.bind(process);
// User code must see an ordinary process, not one that was forked.
delete process.send;

const bundlePath = process.argv[2];
let requestId = '-';

function log(level, ...args) {
  const time = new Date().toISOString().replace('T', ' ').slice(0, 23);
  process.stdout.write(`${time} ${requestId} [${level}] ${util.format(...args)}\n`);
}

const levels = { debug: 'debug', info: 'info', warn: 'warning', error: 'error', log: 'info' };
const logger = {};
for (const [method, level] of Object.entries(levels)) {
  logger[method] = (...args) => log(level, ...args);
  console[method] = logger[method];
}

function describe(thrown) {
  if (thrown instanceof Error) {
    return {
      errorMessage: thrown.message,
      errorType: thrown.name,
      stackTrace: (thrown.stack ?? '')
        .split('\n')
        .slice(1)
        .map((line) => line.trim()),
    };
  }
  return { errorMessage: util.format(thrown), errorType: typeof thrown, stackTrace: [] };
}

function encode(value) {
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return { body: Buffer.from(value), isJson: false };
  if (value === undefined) return { body: Buffer.alloc(0), isJson: false };
  if (typeof value === 'object' && value !== null) return { body: Buffer.from(JSON.stringify(value)), isJson: true };
  return { body: Buffer.from(String(value)), isJson: false };
}

/** The older callback form reports its errors as handled, a thrown one is unhandled. */
function call(handler, event, context) {
  if (handler.length < 3) return Promise.resolve(handler(event, context)).then(encode);
  return new Promise((resolve, reject) => {
    handler(event, context, (error, value) => {
      if (error) reject(Object.assign(new Error('handled'), { handled: describe(error) }));
      else resolve(encode(value));
    });
  });
}

async function serve(handler, message) {
  requestId = message.context.requestId;
  const context = { ...message.context, logger: { requestId, ...logger } };
  try {
    const { body, isJson } = await call(handler, Buffer.from(message.event), context);
    send({ type: 'result', kind: 'success', body, isJson });
  } catch (thrown) {
    const handled = thrown?.handled;
    const errorType = handled ? 'HandledInvocationError' : 'UnhandledInvocationError';
    send({ type: 'result', kind: 'function-error', errorType, detail: handled ?? describe(thrown) });
  }
}

function load() {
  const { handler } = require(bundlePath);
  if (typeof handler !== 'function') throw new Error(`Module '${bundlePath}' is missing export 'handler'`);
  return handler;
}

try {
  const handler = load();
  process.on('message', (message) => serve(handler, message));
  send({ type: 'ready' });
} catch (thrown) {
  send({ type: 'load-error', detail: describe(thrown) });
}
