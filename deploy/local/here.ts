import { addressesHere } from './notes.ts';
import { top } from './top.ts';

// `npm run nestwatch -- …`: the nestwatch command on the servers of the `npm start` or `npm run lab` that runs here.
// Installed, the command takes their addresses from its configuration.
Object.assign(process.env, addressesHere(top, process.env));
await import(new URL('nestwatch.mjs', import.meta.url).href);
