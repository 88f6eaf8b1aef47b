import { DMI, readDmi } from '../../host/dmi.ts';
import { absent } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** What the firmware says it is. */
export const dmi = defineSource({
  name: 'dmi',
  about: {
    vendor: about<string>('Maker of the machine.', `${DMI}/sys_vendor`),
    product: about<string>('Product name of the machine.', `${DMI}/product_name`),
    bios: about<string>('Maker of the firmware.', `${DMI}/bios_vendor`),
    board: about<string>('Maker of the board.', `${DMI}/board_vendor`),
  },
  async read({ host }) {
    const names = await host.list(DMI);
    if (names.state === 'absent') return absent('no DMI here, as in Firecracker and microvm');
    return {
      vendor: await readDmi(host, 'sys_vendor'),
      product: await readDmi(host, 'product_name'),
      bios: await readDmi(host, 'bios_vendor'),
      board: await readDmi(host, 'board_vendor'),
    };
  },
});
