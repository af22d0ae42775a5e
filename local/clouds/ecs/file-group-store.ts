import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Group, group } from './group.ts';
import type { GroupKey, GroupStore } from './group-store.ts';

const BEGUN = 'begun.json';

/**
 * One JSON file a group, below account and region.
 *
 * A file is written beside its place and renamed over it before the answer leaves, so kill -9 at any
 * moment leaves every answered change on disk and no half-written file.
 */
export class FileGroupStore implements GroupStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  load(): readonly Group[] | undefined {
    if (!existsSync(join(this.#folder, BEGUN))) {
      return undefined;
    }
    return readdirSync(this.#folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.json') && path !== BEGUN)
      .map((path) => readGroup(join(this.#folder, path)));
  }

  save(saved: Group): void {
    const path = this.#pathOf(saved);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify(saved));
    renameSync(`${path}.new`, path);
  }

  remove(key: GroupKey): void {
    rmSync(this.#pathOf(key), { force: true });
  }

  begin(): void {
    writeFileSync(join(this.#folder, BEGUN), '{"format":1}\n');
  }

  #pathOf({ accountId, regionId, id }: GroupKey): string {
    return join(this.#folder, accountId, regionId, `${id}.json`);
  }
}

function readGroup(path: string): Group {
  try {
    return group.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`the stored security group ${path} cannot be read; remove the file or start with --fresh`, {
      cause,
    });
  }
}
