import { expect, test } from 'vitest';
import { costlyMitigations, readVulnerabilities, vulnerabilityWord } from '../../src/host/mitigations.ts';
import { textHost } from '../support/text-host.ts';

const FOLDER = '/sys/devices/system/cpu/vulnerabilities';

test('each flaw is one word, whatever the kernel says of it', async () => {
  const found = await readVulnerabilities(
    textHost({
      [`${FOLDER}/mds`]: 'Not affected\n',
      [`${FOLDER}/spectre_v2`]:
        'Mitigation: Retpolines; IBPB: conditional; STIBP: disabled; BHI: Not affected\n',
      [`${FOLDER}/tsa`]: 'Vulnerable: No microcode\n',
      [`${FOLDER}/empty`]: '\n',
    }),
  );
  expect(found.state).toBe('known');
  const entries = found.state === 'known' ? found.value : [];
  expect(entries.map(vulnerabilityWord)).toEqual([
    'mds=not-affected',
    'spectre_v2=Retpolines;IBPB:conditional;STIBP:disabled;BHI:Not-affected',
    'tsa=Vulnerable:No-microcode',
  ]);
  expect((await readVulnerabilities(textHost({}))).state).toBe('absent');
});

test.each<[string, Readonly<Record<string, string>>, string | undefined, string]>([
  [
    'Skylake with everything',
    {
      itlb_multihit: 'KVM: Mitigation: Split huge pages',
      l1tf: 'Mitigation: PTE Inversion; VMX: conditional cache flushes, SMT vulnerable',
      mds: 'Mitigation: Clear CPU buffers; SMT vulnerable',
      meltdown: 'Mitigation: PTI',
      retbleed: 'Mitigation: IBRS',
      spec_store_bypass: 'Mitigation: Speculative Store Bypass disabled via prctl',
      spectre_v2: 'Mitigation: IBRS; IBPB: conditional; STIBP: conditional; RSB filling',
      vmscape: 'Mitigation: IBPB before exit to userspace',
    },
    'Y',
    'clear-buffers ibrs l1d-flush nx-huge-pages pti vmscape-ibpb',
  ],
  [
    'Zen 2',
    {
      retbleed: 'Mitigation: untrained return thunk; SMT enabled with STIBP protection',
      spec_rstack_overflow: 'Mitigation: Safe RET',
      spec_store_bypass: 'Mitigation: Speculative Store Bypass disabled',
      spectre_v2: 'Mitigation: Retpolines; IBPB: always-on; STIBP: always-on; RSB filling; BHI: Not affected',
    },
    'N',
    'ibpb-always retbleed-untrain retpolines srso-safe-ret ssbd-always',
  ],
  [
    'Alder Lake',
    {
      reg_file_data_sampling: 'Mitigation: Clear Register File',
      spectre_v2:
        'Mitigation: Enhanced / Automatic IBRS; IBPB: conditional; PBRSB-eIBRS: SW sequence; BHI: BHI_DIS_S',
    },
    undefined,
    'bhi-dis-s clear-buffers',
  ],
  [
    'mitigations=off',
    { mds: 'Vulnerable; SMT vulnerable', spectre_v2: 'Vulnerable; IBPB: disabled; BHI: Vulnerable' },
    'N',
    '',
  ],
])('%s: what costs at exits', (_name, states, nxHugePages, names) => {
  const entries = Object.entries(states).map(([name, state]) => ({ name, state }));
  expect(costlyMitigations(entries, nxHugePages).join(' ')).toBe(names);
});
