import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of an outbox, narrowed to what the outbox does with it, so that tests can make it fail. */
export type OutboxFiles = ReturnType<typeof diskFiles>;

export type FileWriter = Awaited<ReturnType<typeof createWriter>>;

/** A folder on disk, readable by its owner only. */
export function diskFiles(dir: string) {
  return {
    /** Names of all files. Makes the folder when it is missing. */
    async list(): Promise<string[]> {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      return readdir(dir);
    },
    read: (name: string): Promise<Buffer> => readFile(join(dir, name)),
    async readAt(name: string, offset: number, length: number): Promise<Buffer> {
      const file = await open(join(dir, name), 'r');
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    /** Creates a new file and fails when it exists. */
    create: (name: string) => createWriter(dir, name),
    remove: (name: string): Promise<void> => rm(join(dir, name), { force: true }),
  };
}

async function createWriter(dir: string, name: string) {
  const file = await open(join(dir, name), 'ax', 0o600);
  let folderSynced = false;
  return {
    /** Appends all of it, or throws; then how much of it is in the file is not known. */
    async append(bytes: Uint8Array): Promise<void> {
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    },
    /** Returns when everything appended, and the file's name, would survive a power failure. */
    async sync(): Promise<void> {
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
    close: (): Promise<void> => file.close(),
  };
}
