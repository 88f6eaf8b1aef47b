#!/bin/sh
# Loads KVM for this layer's CPU: load-kvm.sh [shadow]. With "shadow" guests get no nested paging (NPT, EPT).
. /config/common.sh
if grep -qw svm /proc/cpuinfo; then
  module=kvm_amd paging=npt
elif grep -qw vmx /proc/cpuinfo; then
  module=kvm_intel paging=ept
else
  say "this CPU has neither svm nor vmx"
  exit 0
fi
load "$module" ${1:+"$paging=0"} || say "cannot load $module"
