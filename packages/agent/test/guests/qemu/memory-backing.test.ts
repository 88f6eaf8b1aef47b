import { expect, test } from 'vitest';
import { parseCloudHypervisor } from '../../../src/guests/cloud-hypervisor.ts';
import { parseFirecrackerConfig } from '../../../src/guests/firecracker.ts';
import { parseQemu } from '../../../src/guests/qemu/guest.ts';

const of = (...words: string[]) => {
  const guest = parseQemu(['qemu-system-x86_64', '-m', '1G', ...words])?.guest;
  return [guest?.balloon, guest?.memoryBacking];
};

test('how a QEMU guest can give memory back', () => {
  expect(of()[0]).toBe('none');
  expect(of('-balloon', 'virtio')[0]).toBe('balloon');
  expect(of('-device', 'virtio-balloon-pci,id=b,deflate-on-oom=on')[0]).toBe('balloon deflate-on-oom');
  expect(of('-device', '{"driver":"virtio-balloon-pci","id":"b","free-page-reporting":true}')[0]).toBe(
    'balloon reporting',
  );
  expect(of('-readconfig', '/etc/qemu.cfg')).toEqual(['', '']);
});

test('what its memory is made of', () => {
  expect(of()[1]).toBe('anonymous');
  expect(of('-mem-path', '/dev/hugepages/libvirt', '-mem-prealloc')[1]).toBe('hugetlb prealloc');
  expect(of('-object', 'memory-backend-memfd,id=m,size=1G,share=on')[1]).toBe('shared');
  expect(of('-object', '{"qom-type":"memory-backend-memfd","id":"m","hugetlb":true,"share":true}')[1]).toBe(
    'shared hugetlb',
  );
  expect(of('-object', 'memory-backend-file,id=m,size=1G,mem-path=/var/ram,share=on')[1]).toBe('shared file');
  expect(of('-overcommit', 'mem-lock=on')[1]).toBe('anonymous locked');
  expect(of('-realtime', 'mlock=on')[1]).toBe('anonymous locked');
});

test('the same of Cloud Hypervisor and Firecracker', () => {
  const words = '--kernel k --memory size=1G,shared=on,hugepages=on --balloon size=0,free_page_reporting=on';
  const { guest } = parseCloudHypervisor(['cloud-hypervisor', ...words.split(' ')]);
  expect(guest).toMatchObject({ balloon: 'balloon reporting', memoryBacking: 'shared hugetlb' });
  const config = { balloon: { amount_mib: 0, deflate_on_oom: true }, 'machine-config': { huge_pages: '2M' } };
  expect(parseFirecrackerConfig(JSON.stringify(config))).toMatchObject({
    balloon: 'balloon deflate-on-oom',
    memoryBacking: 'hugetlb',
  });
});
