import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of an outbox, narrowed to what the outbox does with it, so that tests can make it fail. */
export interface OutboxFiles {
  /** Names of all files. Makes the folder when it is missing. */
  list(): Promise<string[]>;
  read(name: string): Promise<Buffer>;
  readAt(name: string, offset: number, length: number): Promise<Buffer>;
  /** Creates a new file and fails when it exists. */
  create(name: string): Promise<FileWriter>;
  remove(name: string): Promise<void>;
}

export interface FileWriter {
  /** Appends all of it, or throws; then how much of it is in the file is not known. */
  append(bytes: Uint8Array): Promise<void>;
  /** Returns when everything appended, and the file's name, would survive a power failure. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A folder on disk, readable by its owner only. */
export function diskFiles(dir: string): OutboxFiles {
  return {
    async list() {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      return readdir(dir);
    },
    read: (name) => readFile(join(dir, name)),
    async readAt(name, offset, length) {
      const file = await open(join(dir, name), 'r');
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    create: (name) => createWriter(dir, name),
    remove: (name) => rm(join(dir, name), { force: true }),
  };
}

async function createWriter(dir: string, name: string): Promise<FileWriter> {
  const file = await open(join(dir, name), 'ax', 0o600);
  let folderSynced = false;
  return {
    async append(bytes) {
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    },
    async sync() {
      await file.datasync();
      if (folderSynced) return;
      const folder = await open(dir, 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
      folderSynced = true;
    },
    close: () => file.close(),
  };
}
