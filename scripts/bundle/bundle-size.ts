import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';

export type BundleSize = {
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Of the files beside it, which are read when they are first needed. */
  readonly laterBytes: number;
  /** What takes most of it, biggest first. */
  readonly parts: readonly { readonly of: string; readonly bytes: number }[];
};

const partsShown = 4;

export async function sizeOf(name: string, outfile: string, metafile: Metafile): Promise<BundleSize> {
  const text = await readFile(outfile);
  const byPart = new Map<string, number>();
  const [main, ...later] = Object.values(metafile.outputs);
  for (const output of main ? [main] : []) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      byPart.set(partOf(input), (byPart.get(partOf(input)) ?? 0) + bytesInOutput);
    }
  }
  const parts = [...byPart].map(([of, bytes]) => ({ of, bytes })).sort((a, b) => b.bytes - a.bytes);
  return {
    name,
    bytes: text.length,
    gzipBytes: gzipSync(text).length,
    laterBytes: later.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: parts.slice(0, partsShown),
  };
}

/** The package of a file, or the project itself. */
function partOf(input: string): string {
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
  return inPackage ?? (input.includes(':') ? 'stubs' : 'our own');
}

/** A table for people; sizes in kB, as the vendor's console shows them. */
export function sizeTable(sizes: readonly BundleSize[]): string {
  const kb = (bytes: number) => (bytes / 1000).toFixed(0);
  const rows = sizes.map(({ name, bytes, gzipBytes, laterBytes, parts }) => [
    name,
    kb(bytes),
    kb(gzipBytes),
    kb(laterBytes),
    parts.map((part) => `${part.of} ${kb(part.bytes)}`).join(', '),
  ]);
  const table = [['function', 'kB', 'gzip kB', 'later kB', 'mostly'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map(([name = '', ...rest]) =>
      [name.padEnd(widths[0] ?? 0), ...rest.map((cell, index) => cell.padStart(widths[index + 1] ?? 0))].join('  '),
    )
    .join('\n');
}
