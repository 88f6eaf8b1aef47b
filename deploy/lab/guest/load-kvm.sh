# Sourced: loads KVM for this layer's CPU.
# load_kvm [shadow]: with "shadow" guests get no nested paging (NPT, EPT).
load_kvm() {
  local module paging
  case " $(grep -m 1 ^flags /proc/cpuinfo) " in
    *' svm '*) module=kvm_amd paging=npt ;;
    *' vmx '*) module=kvm_intel paging=ept ;;
    *)
      say "this CPU has neither svm nor vmx"
      return 0
      ;;
  esac
  load "$module" ${1:+"$paging=0"} || say "cannot load $module"
}
