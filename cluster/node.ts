import { join } from 'node:path';

/** The bridge that pods hang on (init.sh makes it), and their addresses. */
export const BRIDGE = '10.244.0.1';
const PODS = '10.244.0.0/22';

/** Pods hang on one bridge. */
export const CNI = {
  cniVersion: '0.4.0',
  name: 'greenpath',
  plugins: [
    {
      type: 'bridge',
      bridge: 'bridge0',
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: PODS, gateway: BRIDGE }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'loopback' },
  ],
};

/** containerd with runc, everything of it below `folder` or in places that init.sh made private. */
export function containerd(folder: string): string {
  return `version = 2
root = "${folder}/containerd"
state = "/run/containerd/state"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
`;
}

/** The kubelet, below the cgroup `cgroup`. Its back-off is the one that every kubelet has. */
export function kubelet(folder: string, cgroup: string) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '127.0.0.1',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(folder, 'pki', 'ca.crt') },
    },
    cgroupDriver: 'cgroupfs',
    clusterDNS: [BRIDGE],
    clusterDomain: 'cluster.local',
    cgroupRoot: `/${cgroup}`,
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    enforceNodeAllocatable: [],
    evictionHard: {},
    // On a full disk it would remove the images, which come from nowhere else, and no pod could start again.
    imageGCHighThresholdPercent: 100,
    failCgroupV1: false,
    maxPods: 300,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    readOnlyPort: 0,
    syncFrequency: '5s',
    volumePluginDir: join(folder, 'volume-plugins'),
  };
}

/** Names of Services, and no others: a question for one that does not exist is answered at once. */
export function corefile(kubeconfigFile: string): string {
  return `cluster.local:53 {
  bind ${BRIDGE}
  errors
  kubernetes cluster.local {
    kubeconfig ${kubeconfigFile}
    ttl 5
  }
}
.:53 {
  bind ${BRIDGE}
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;
}

/** kube-proxy, which leads the addresses of Services to pods. */
export function kubeProxy(kubeconfigFile: string) {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig: kubeconfigFile },
    clusterCIDR: PODS,
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
