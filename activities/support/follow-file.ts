import { open, type FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** People look at progress about once a second; four looks a second cost nothing and show it at once. */
const LOOK_EVERY_MS = 250;
const CHUNK_BYTES = 64 * 1024;

/**
 * Gives what is appended to a file to `onText`, in order, until `stop`, which reads the rest first.
 * The writer needs no pipe, so it survives its reader. A fault of `onText` ends the following, never the writer.
 */
export function followFile(path: string, onText: (text: string) => void): { stop(): Promise<void> } {
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let file: FileHandle | undefined;
  let position = 0;

  const readOn = async (): Promise<void> => {
    file ??= await open(path, 'r').catch(() => undefined);
    if (!file) return;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      onText(decoder.write(buffer.subarray(0, bytesRead)));
    }
  };

  let turn = Promise.resolve();
  const timer = setInterval(() => {
    turn = turn.then(readOn).catch(() => clearInterval(timer));
  }, LOOK_EVERY_MS);

  return {
    async stop() {
      clearInterval(timer);
      await turn;
      try {
        await readOn();
      } finally {
        await file?.close();
      }
    },
  };
}

/** Turns pieces of text into whole lines. */
export function byLine(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
