#!/usr/bin/env node
// Node.js 20 runs no TypeScript: this shim loads the command line through tsx.
import { register } from 'tsx/esm/api';

register();
await import('../cli/main.ts');
