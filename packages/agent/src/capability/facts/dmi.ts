import { absent, type Found, parseFound } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

const DIR = '/sys/class/dmi/id';

/** What the firmware says it is. */
export const dmi = defineSource({
  name: 'dmi',
  about: {
    vendor: about<string>('Maker of the machine.', `${DIR}/sys_vendor`),
    product: about<string>('Product name of the machine.', `${DIR}/product_name`),
    bios: about<string>('Maker of the firmware.', `${DIR}/bios_vendor`),
    board: about<string>('Maker of the board.', `${DIR}/board_vendor`),
  },
  async read({ host }) {
    const names = await host.list(DIR);
    const field = async (file: string): Promise<Found<string>> => {
      if (names.state === 'absent') return absent('no DMI here, as in Firecracker and microvm');
      return parseFound(await host.read(`${DIR}/${file}`, 4096), (text) => text.trim() || undefined, 'empty');
    };
    return {
      vendor: await field('sys_vendor'),
      product: await field('product_name'),
      bios: await field('bios_vendor'),
      board: await field('board_vendor'),
    };
  },
});
