#!/usr/bin/env node
// Node.js 20 runs no TypeScript: this shim loads a TypeScript entry of the project through tsx.
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { register } from 'tsx/esm/api';

const root = fileURLToPath(new URL('..', import.meta.url));
const [entry, ...rest] = process.argv.slice(2);
const file = resolve(root, entry);
process.argv = [process.argv[0], file, ...rest];
register();
await import(pathToFileURL(file).href);
