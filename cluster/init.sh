#!/usr/bin/env bash
# Process 1 of a cluster: prepares the namespaces that it was started in, starts every component, and reaps.
# Arguments: the cluster's folder, the name of its cgroup. Waits for no component: whoever starts the cluster does.
set -euo pipefail
folder=$1
cgroup=$2

# Components write to these places whatever their flags say; the real ones stay untouched.
for place in /var/lib/cni /var/log/containers /var/log/pods /var/lib/kubelet; do
  mkdir -p "$folder/private$place" "$place"
  mount --bind "$folder/private$place" "$place"
done
for place in /run/containerd /run/netns; do
  mkdir -p "$place"
  mount -t tmpfs none "$place"
done
printf '127.0.0.1 localhost node1\n' >"$folder/hosts"
mount --bind "$folder/hosts" /etc/hosts
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$folder/resolv.conf"
mount --bind "$folder/resolv.conf" /etc/resolv.conf

# The kubelet sets these for the whole machine; it finds what it wants in files of the cluster's own.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1; do
  file=$folder/private/${setting%%=*}
  mkdir -p "${file%/*}"
  echo "${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/${setting%%=*}"
done

ip link set lo up
# A bridge without an address of its own has the lowest one of its ports, another one as pods come and go. Pods would go
# on sending to the old one for up to a minute: look-ups of names would fail.
ip link add bridge0 address 0a:00:0a:f4:00:01 type bridge
ip addr add 10.244.0.1/22 dev bridge0
ip link set bridge0 up
# kube-apiserver asks the default route for its own address.
ip route add default dev bridge0
echo 1 >/proc/sys/net/ipv4/ip_forward
# Without this, answers between two pods on the bridge would pass by the translation of Service addresses.
if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables; fi

if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p "/sys/fs/cgroup/$cgroup"
else
  for hierarchy in /sys/fs/cgroup/*/; do
    case $hierarchy in */unified/) continue ;; esac
    mkdir -p "$hierarchy$cgroup"
    # A cpuset without processors and memory takes no process.
    for file in cpuset.cpus cpuset.mems; do
      if [ -e "$hierarchy$file" ]; then cat "$hierarchy$file" >"$hierarchy$cgroup/$file"; fi
    done
  done
fi

# start NAME AFTER COMMAND…: runs it once the file AFTER exists (`-`: at once); notes its exit status when it ends.
start() {
  local name=$1 after=$2
  shift 2
  {
    until [ "$after" = - ] || [ -e "$after" ]; do sleep 0.05; done
    status=0
    "$@" >"$folder/logs/$name.log" 2>&1 || status=$?
    echo "$status" >"$folder/ended/$name"
  } &
}
# shellcheck source=/dev/null
. "$folder/components.sh"

touch "$folder/started"
sleep infinity &
wait $!
