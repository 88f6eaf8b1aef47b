// The package describes only its whole; loaded in parts, the agent's file is a fifth smaller.
declare module 'systeminformation/lib/system.js' {
  export { system } from 'systeminformation';
}
declare module 'systeminformation/lib/osinfo.js' {
  export { osInfo } from 'systeminformation';
}
declare module 'systeminformation/lib/filesystem.js' {
  export { blockDevices } from 'systeminformation';
}
