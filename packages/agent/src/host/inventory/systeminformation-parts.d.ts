// The package's files by themselves: the whole of it would be a third of the agent.
declare module 'systeminformation/lib/system.js' {
  export const system: typeof import('systeminformation').system;
}
declare module 'systeminformation/lib/osinfo.js' {
  export const osInfo: typeof import('systeminformation').osInfo;
}
declare module 'systeminformation/lib/filesystem.js' {
  export const blockDevices: typeof import('systeminformation').blockDevices;
}
