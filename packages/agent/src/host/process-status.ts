/** One line of /proc/PID/status (proc(5)) by its name, such as "VmRSS", without what stands before the value. */
export function statusLine(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1];
}
