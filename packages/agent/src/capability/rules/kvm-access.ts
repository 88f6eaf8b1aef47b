import { isOpen, isUnclear, titleOf } from '../known-issues/judge-issues.ts';
import { info, pass, type Rule, warn } from '../rule.ts';

const OTHERS_WRITE = 0o002;

export const kvmAccess: Rule = {
  name: 'kvm-access',
  question: 'Is /dev/kvm closed to users who do not need it?',
  source:
    'Linux Documentation/virt/kvm/api.rst; systemd 50-udev-default.rules; github.com/AlmaLinux/almalinux.org/pull/1094',
  judge({ facts, issues }) {
    const mode = facts.kvmDevice.mode;
    if (mode === undefined) return undefined;
    if ((Number.parseInt(mode, 8) & OTHERS_WRITE) === 0) return pass(`yes: mode ${mode}`);
    const usable = issues.filter(
      (each) => each.issue.shadowPaging === true && (isOpen(each) || isUnclear(each)),
    );
    const names = usable.map(({ issue }) => titleOf(issue)).join(', ');
    return usable.length === 0
      ? info(`no: mode ${mode}, so every user and service can run guests`, KEEP)
      : warn(`no: mode ${mode}, so every user can try ${names} without a guest`, KEEP);
  },
};

const KEEP = `To limit it to the users who need it: echo 'KERNEL=="kvm", GROUP="kvm", MODE="0660"' > /etc/udev/rules.d/99-nestwatch-kvm.rules; udevadm control --reload; udevadm trigger /dev/kvm; usermod -aG kvm USER for each who needs it`;
