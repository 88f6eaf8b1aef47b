/** cloud-init's log: an image is not installed but configured at its first boot. */
export const CLOUD_INIT_LOG = '/var/log/cloud-init.log';

/**
 * Seconds from the kernel's start to the end of the first boot's configuration, from the first line such as
 * "… Cloud-init v. 22.4.2 finished at Mon, 01 Jan 2024 12:00:33 +0000. Datasource …. Up 33.19 seconds".
 */
export function parseCloudInit(log: string): number | undefined {
  const match = /Cloud-init v\. \S+ finished at .*?\bUp (\d+(?:\.\d+)?) seconds/.exec(log);
  return match === null ? undefined : Number(match[1]);
}
