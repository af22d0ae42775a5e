import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { Failure } from './failure.ts';

const form = /^\d{1,15}:[0-9a-f]{64}$/;
const headSchema = z.looseObject({ n: z.number(), hash: z.string() });
/** As many as the address of one question surely holds. */
const anchorsMax = 100;

/** Heads that somebody kept, one a line: `n:hash`, or JSON with n and hash as the log and the bucket have them. */
export async function anchorsOfFile(path: string): Promise<readonly string[]> {
  const lines = (await readLines(path)).map((line) => line.trim()).filter((line) => line !== '');
  const anchors = lines.map((line, index) => {
    const anchor = anchorOf(line);
    if (anchor === undefined) throw wrong(`${path}, line ${index + 1}: is neither n:hash nor JSON with n and hash`);
    return anchor;
  });
  if (anchors.length === 0) throw wrong(`${path} holds no anchor`);
  return anchors.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).slice(-anchorsMax);
}

function anchorOf(line: string): string | undefined {
  if (form.test(line)) return line;
  try {
    const { n, hash } = headSchema.parse(JSON.parse(line));
    return form.test(`${n}:${hash}`) ? `${n}:${hash}` : undefined;
  } catch {
    return undefined;
  }
}

async function readLines(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n');
  } catch {
    throw wrong(`${path} cannot be read`);
  }
}

const wrong = (sentence: string): Failure => new Failure('usage', 'INVALID_ANCHORS', sentence);
