import { expect, test } from 'vitest';
import { finalMessage } from './cloud-init.ts';
import { brandIn } from './cpu-brands.ts';
import { machinesIn } from './ds-identify.ts';
import { timesIn } from './libvirt/host-cpus.ts';
import { parseLscpu } from './lscpu.ts';
import { pressureCases } from './pressure.ts';
import { modelNames } from './qemu-models.ts';
import { rowsOf } from './systemd.ts';

test("lscpu's summary: the first value of each name, before the tables", () => {
  const output = [
    'CPU(s):               2',
    'On-line CPU(s) list:  0,1',
    'Model name:           A',
    'Model name:           B',
    'Flags:                fpu tsc',
    '',
    '# CPU,Core',
    '0,0',
  ].join('\n');
  expect([...parseLscpu(output)]).toEqual([
    ['CPU(s)', '2'],
    ['On-line CPU(s) list', '0,1'],
    ['Model name', 'A'],
    ['Flags', 'fpu tsc'],
  ]);
});

test('model names of QEMU and of their versions, with the version of the machine filled in', () => {
  const source = [
    '.model_id = "Red CPU version " QEMU_HW_VERSION,',
    '.model_id = "Blue Processor",',
    '{ "model-id", "Blue Processor (v2)" },',
    '{ "model-id", "Blue Processor (v2)" },',
    'printf("%s [%s]");',
  ].join('\n');
  expect(modelNames(source)).toEqual([
    'Blue Processor',
    'Blue Processor (v2)',
    'Red CPU version 1.0',
    'Red CPU version 2.5+',
  ]);
});

test('rows of one table of C', () => {
  const source = `
    } first[] = {
      { "Some One",  VIRTUALIZATION_ONE }, /* why */
      { "Two",       VIRTUALIZATION_TWO },
    };
    } second[] = {
      { "Three", VIRTUALIZATION_THREE },
    };`;
  expect(rowsOf(source, 'first')).toEqual([
    ['Some One', 'ONE'],
    ['Two', 'TWO'],
  ]);
  expect(rowsOf(source, 'third')).toEqual([]);
});

test("a CPU's name from the leaves of CPUID", () => {
  const leaf = (at: string, registers: string) => `<cpuid eax_in='${at}' ecx_in='0x00' ${registers}/>`;
  const name = leaf('0x80000002', "eax='0x20656e4f' ebx='0x206f7754' ecx='0x00000000' edx='0x00000000'");
  expect(brandIn(`<cpudata arch='x86'>${leaf('0x00000000', "eax='0x01'")}${name}</cpudata>`)).toBe('One Two');
  expect(brandIn(`<cpudata arch='x86'>${leaf('0x00000000', "eax='0x01'")}</cpudata>`)).toBe('');
});

test("cloud-init's message without the line that names its template", () => {
  const source =
    'FINAL_MESSAGE_DEF = (\n    "## template: jinja\\n"\n    "Done at {{timestamp}}."\n    " Up {{uptime}}"\n)\n';
  expect(finalMessage(source)).toBe('Done at {{timestamp}}. Up {{uptime}}');
});

test('machines of a table of Python, with their virtualization by constant or by itself', () => {
  const source = [
    'P_VENDOR = "sys/class/dmi/id/sys_vendor"',
    'P_SEED = "var/lib/cloud/seed"',
    'MOCK_VIRT_IS_RED = {',
    '    "name": "detect_virt",',
    '    "RET": "red",',
    '}',
    'MOCK_VIRT_IS_BLUE = {"name": "detect_virt", "RET": "blue", "ret": 0}',
    'VALID_CFG = {',
    '    "one": {',
    '        "mocks": [MOCK_VIRT_IS_RED],',
    '        "files": {P_VENDOR: "Some One\\n", P_SEED: "x"},',
    '    },',
    '    "two": {',
    '        "mocks": [{"name": "detect_virt", "RET": "none", "ret": 1}],',
    '    },',
    '    "three": {',
    '        "files": {P_VENDOR: "x"},',
    '    },',
    '}',
  ].join('\n');
  expect(machinesIn(source)).toEqual([
    { name: 'one', virtualization: 'red', files: { '/sys/class/dmi/id/sys_vendor': 'Some One\n' } },
    { name: 'two', virtualization: 'none', files: {} },
  ]);
});

test('files that a C test writes, and what it reads in them', () => {
  const source = `
    assert_se(read_resource_pressure(path, PRESSURE_TYPE_SOME, &rp) < 0);
    assert_se(write_string_file(path, "junk\\n", WRITE_STRING_FILE_CREATE) == 0);
    assert_se(read_resource_pressure(path, PRESSURE_TYPE_SOME, &rp) < 0);
    assert_se(write_string_file(path, "some total=1\\n"
                                      "full total=2", WRITE_STRING_FILE_CREATE) == 0);
    assert_se(read_resource_pressure(path, PRESSURE_TYPE_SOME, &rp) == 0);
    assert_se(rp.total == 1);
    assert_se(read_resource_pressure(path, PRESSURE_TYPE_FULL, &rp) == 0);
    assert_se(rp.total == 2);`;
  expect(pressureCases(source)).toEqual([
    { text: 'junk\n', totals: { some: undefined } },
    { text: 'some total=1\nfull total=2', totals: { some: '1', full: '2' } },
  ]);
});

test("libvirt's times, by CPU", () => {
  expect(timesIn('cpu:\nkernel: 3\nuser: 4\n\ncpu0:\nkernel: 1\n')).toEqual([
    { cpu: 'cpu', time: 'kernel', ticks: '3' },
    { cpu: 'cpu', time: 'user', ticks: '4' },
    { cpu: 'cpu0', time: 'kernel', ticks: '1' },
  ]);
});
