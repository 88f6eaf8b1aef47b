import { expect, test } from 'vitest';
import { attributeAt, elementsAt, parseXml, textAt } from './xml.ts';

const DOCUMENT = `<?xml version='1.0'?>
<!-- <domain type='xen'/> -->
<domain type="kvm" xmlns:qemu='http://example.org/q'>
  <name>a &lt;&#65;&#x42;&amp;</name>
  <devices>
    <disk device='disk'><target dev='vda' bus='virtio'/></disk>
    <disk device='cdrom'><target
      dev='sda'
      bus='sata'/></disk>
  </devices>
  <note><![CDATA[1 < 2]]></note>
  <empty></empty>
</domain>`;

test('has elements, attributes and texts', () => {
  const root = parseXml(DOCUMENT);
  expect(root.name).toBe('domain');
  expect(root.attributes.get('type')).toBe('kvm');
  expect(textAt(root, 'name')).toBe('a <AB&');
  expect(textAt(root, 'note')).toBe('1 < 2');
  expect(textAt(root, 'empty')).toBe('');
  expect(textAt(root, 'missing')).toBeUndefined();
});

test('elements are found by their path', () => {
  const root = parseXml(DOCUMENT);
  expect(elementsAt(root, 'devices', 'disk', 'target').map((each) => each.attributes.get('bus'))).toEqual([
    'virtio',
    'sata',
  ]);
  expect(attributeAt(root, 'dev', 'devices', 'disk', 'target')).toBe('vda');
  expect(elementsAt(undefined, 'devices')).toEqual([]);
});

test('what is no document is refused', () => {
  expect(() => parseXml('no element')).toThrow('no XML document');
});
