export { readCredentials, type CredentialFiles, type Credentials } from './credentials.js';
export { describeStack, type RunningProcess, type StackAddresses, type StackDescription } from './description.js';
export { endProcess } from './end-process.js';
export { ownerOf, StackAlreadyRuns, sweep } from './ownership.js';
export { startServerProcess, stopServerProcess, tailOf, type ServerProcess, type Supervised } from './server-process.js';
export { serverNames, type ServerName } from './server.js';
export { TEMPORAL_NAMESPACE } from './servers/index.js';
export { Stack } from './stack.js';
export { defaultHome, startStack, type StartOptions } from './start-stack.js';
