import type { Log } from '../reconcile/runtime-ports.ts';
import { scrubText, scrubValue } from './scrub.ts';

type Level = 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, unknown>>;

/** Function Compute's log service cuts at 32 kB; half of it leaves room for what it adds. */
const lineBytesMax = 16 * 1024;
const fieldBytesMax = 1024;
const causesMax = 4;

/**
 * One JSON object a line (contract section 7). `always` is asked at each line: which function, which request.
 * Own code and not a library, because every cold start would pay for one.
 */
export function createLogger(options: {
  readonly nowMs: () => number;
  readonly always?: () => Fields;
  readonly write?: (line: string) => void;
}): Log {
  const { nowMs, always = () => ({}), write = (line) => process.stdout.write(line) } = options;
  return {
    event(level, message, fields = {}) {
      const head = { time: new Date(nowMs()).toISOString(), level, message: scrubText(message), ...always() };
      write(`${lineOf(head, fields, level)}\n`);
    },
  };
}

function lineOf(head: Fields, fields: Fields, level: Level): string {
  try {
    // What every line bears cannot be overwritten by what one line adds.
    const clean = scrubValue(fields, (error) => errorFields(error, level)) as Fields;
    const line = JSON.stringify({ ...head, ...clean, ...head });
    return Buffer.byteLength(line) <= lineBytesMax ? line : shortLineOf(head, clean);
  } catch {
    return JSON.stringify({ ...head, code: 'UNPRINTABLE' });
  }
}

/** Without the fields that are long, else without any: what a line is about matters more than its details. */
function shortLineOf(head: Fields, fields: Fields): string {
  const short = Object.entries(fields).filter(
    ([, value]) => Buffer.byteLength(JSON.stringify(value) ?? '') <= fieldBytesMax,
  );
  const line = JSON.stringify({ ...head, ...Object.fromEntries(short), ...head, isCut: true });
  return Buffer.byteLength(line) <= lineBytesMax ? line : JSON.stringify({ ...head, isCut: true });
}

/** Code and sentence of an error and of its causes; where in the code only at level error. */
export function errorFields(error: Error, level: Level, depth = 0): Fields {
  const { cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return {
    code: scrubText(code, 128),
    message: scrubText(error.message),
    ...(level === 'error' && error.stack !== undefined ? { stack: scrubText(framesOf(error.stack)) } : {}),
    ...(cause instanceof Error && depth < causesMax ? { cause: errorFields(cause, level, depth + 1) } : {}),
  };
}

/** The stack without its first lines, which repeat the message. */
const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s{2,}at /.test(line))
    .map((line) => line.trim())
    .join('\n');
