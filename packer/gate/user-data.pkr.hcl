# User data for the first boot, in the form that Cluster API's kubeadm bootstrap provider sends: a cloud-config as a Jinja template,
# with write_files and runcmd. Flatcar has no cloud-init: there the guest writes the same files over SSH and runs the commands in a unit.

locals {
  work     = "/run/k8s-gate"
  name     = "{{ ds.meta_data.local_hostname }}"
  socket   = "unix:///run/containerd/containerd.sock"
  manifest = "${local.work}/manifests"
  drop_in  = "/run/systemd/system/kubelet.service.d"
  log      = { for who in ["kubelet", "cluster-kubelet"] : who => "StandardOutput=append:${local.work}/${who}.log\nStandardError=append:${local.work}/${who}.log\n" }

  # If the runner is lost, the instance still ends. runcmd runs only once per instance, not after the test's reboot.
  power_off      = "shutdown -P +${var.timeout + 15} || true"
  all_levels     = ["boot", "node", "cluster", "conformance"]
  node_levels    = ["node", "cluster", "conformance"]
  cluster_levels = ["cluster", "conformance"]

  # For the kubelet that the image's own unit starts, without a cluster.
  kubelet = {
    apiVersion               = "kubelet.config.k8s.io/v1beta1"
    kind                     = "KubeletConfiguration"
    authentication           = { anonymous = { enabled = false }, webhook = { enabled = false } }
    authorization            = { mode = "AlwaysAllow" }
    cgroupDriver             = "systemd"
    containerRuntimeEndpoint = local.socket
    protectKernelDefaults    = true
    failSwapOn               = true
    staticPodPath            = local.manifest
    address                  = "127.0.0.1"
    # kubeadm's checks require port 10250 to be free.
    port         = 11250
    readOnlyPort = 10255
  }
  pod = {
    apiVersion = "v1"
    kind       = "Pod"
    metadata   = { name = "gate", namespace = "default" }
    spec = {
      securityContext = { seccompProfile = { type = "RuntimeDefault" } }
      containers      = [{ name = "pause", image = var.expected.sandbox_image, imagePullPolicy = "Never" }]
    }
  }
  # The image does not exist: kubelet asks its credential provider before it notices.
  private_pod = {
    apiVersion = "v1"
    kind       = "Pod"
    metadata   = { name = "gate-private", namespace = "default" }
    spec = {
      hostNetwork = true
      containers  = [{ name = "none", image = "000000000000.dkr.ecr.${var.region}.amazonaws.com/none:1", imagePullPolicy = "IfNotPresent" }]
    }
  }
  network = {
    cniVersion = "1.0.0"
    name       = "gate"
    plugins = [
      { type = "bridge", bridge = "gate0", isGateway = true, ipam = { type = "host-local", ranges = [[{ subnet = "10.254.254.0/24" }]] } },
      { type = "portmap", capabilities = { portMappings = true } },
    ]
  }

  # Skips addons whose image the mirror lacks, and kubeadm's own checks, which node/preflight has run already.
  skipped = [
    for addon in ["kube-proxy", "coredns"] : "addon/${addon}"
    if var.mirror != "" && length([for image in keys(var.images) : image if can(regex("/${addon}:", image))]) == 0
  ]
  seconds = "${var.check_seconds}s"
  init = {
    apiVersion = "kubeadm.k8s.io/v1beta4"
    kind       = "InitConfiguration"
    nodeRegistration = {
      name      = local.name
      criSocket = local.socket
      # The images have been pulled by digest already.
      imagePullPolicy = "IfNotPresent"
      taints          = []
    }
    skipPhases = concat(["preflight"], local.skipped)
    timeouts   = { controlPlaneComponentHealthCheck = local.seconds, kubeletHealthCheck = local.seconds, kubernetesAPICall = local.seconds }
  }
  # Until 1.35, the controller manager mounts its directory for volume plugins; kubelet would create the usual one in Flatcar's read-only /usr.
  volume_plugins = var.family == "flatcar" && split(".", var.expected.kubernetes_version)[1] < 36 ? [
    { name = "flex-volume-plugin-dir", value = "/opt/libexec/kubernetes/kubelet-plugins/volume/exec/" }
  ] : []
  # Fewer garbage collections, and an etcd that does not sync: this cluster lives for minutes only.
  spendthrift = [{ name = "GOGC", value = "300" }]
  # There is no other one to elect, and a slow machine that loses its lease ends the program. The controller manager keeps the
  # election: without it, it ends when the API server needs more than ten seconds to start.
  alone   = [{ name = "leader-elect", value = "false" }]
  patient = [{ name = "leader-elect-lease-duration", value = "60s" }, { name = "leader-elect-renew-deadline", value = "50s" }]
  cluster = {
    apiVersion        = "kubeadm.k8s.io/v1beta4"
    kind              = "ClusterConfiguration"
    kubernetesVersion = "v${var.expected.kubernetes_version}"
    # An emulated processor generates RSA keys very slowly.
    encryptionAlgorithm = "ECDSA-P256"
    networking          = { podSubnet = "10.254.254.0/24" }
    apiServer           = { extraEnvs = local.spendthrift }
    controllerManager   = { extraEnvs = local.spendthrift, extraArgs = concat(local.patient, local.volume_plugins) }
    scheduler           = { extraEnvs = local.spendthrift, extraArgs = local.alone }
    etcd = { local = {
      extraArgs = [{ name = "unsafe-no-fsync", value = "true" }, { name = "log-level", value = "warn" }]
      extraEnvs = local.spendthrift
    } }
  }

  files = [
    {
      levels      = var.family == "flatcar" ? [] : local.all_levels
      path        = "/var/lib/cloud/scripts/per-boot/k8s-gate"
      permissions = "0755"
      content     = "#!/bin/sh\n${local.power_off}\n"
    },
    { levels = local.node_levels, path = "${local.work}/kubelet.json", content = jsonencode(local.kubelet) },
    { levels = local.node_levels, path = "${local.manifest}/gate.json", content = jsonencode(local.pod) },
    { levels = local.node_levels, path = "${local.manifest}/private.json", content = jsonencode(local.private_pod) },
    { levels = local.node_levels, path = "${local.work}/99-gate.conflist", content = jsonencode(local.network) },
    {
      levels  = local.node_levels
      path    = "${local.drop_in}/99-gate.conf"
      content = <<-END
        [Unit]
        ConditionPathExists=
        StartLimitIntervalSec=0
        [Service]
        Environment=KUBELET_KUBECONFIG_ARGS=
        Environment="KUBELET_CONFIG_ARGS=--config=${local.work}/kubelet.json --cert-dir=${local.work}/pki --hostname-override=${local.name}"
        RestartSec=1
        ${local.log.kubelet}
      END
    },
    # For the kubelet that kubeadm configures: keeps its log, and lets it fail quickly. The image's proxy may be for another network, and
    # kubelet would send it the calls to its own API server.
    {
      levels  = local.cluster_levels
      path    = "${local.work}/kubeadm.conf"
      content = <<-END
        [Unit]
        StartLimitIntervalSec=0
        [Service]
        RestartSec=1
        Environment=GOGC=300
        UnsetEnvironment=HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
        ${local.log.cluster-kubelet}
      END
    },
    { levels = local.cluster_levels, path = "/run/kubeadm/kubeadm.yaml", content = "${jsonencode(local.init)}\n---\n${jsonencode(local.cluster)}\n" },
    { levels = local.cluster_levels, path = "/run/cluster-api/placeholder", content = "This placeholder makes the directory of the sentinel.\n" },
  ]
  commands = [
    # Without cloud-init; after the reboot, the guest runs it.
    { levels = var.family == "flatcar" ? local.all_levels : [], run = local.power_off },
    { levels = local.node_levels, run = "set -- /etc/cni/net.d/*.conf*; [ -e \"$1\" ] || install -D ${local.work}/99-gate.conflist /etc/cni/net.d/99-gate.conflist" },
    { levels = local.node_levels, run = "systemctl daemon-reload; systemctl start --no-block kubelet" },
    # As preKubeadmCommands: waits until the guest has checked kubelet without a cluster, and has pulled the images.
    { levels = local.cluster_levels, run = "until [ -e ${local.work}/go ] || [ -e ${local.work}/stop ]; do sleep 0.5; done" },
    { levels = local.cluster_levels, run = "rm -f ${local.manifest}/*; mv ${local.work}/kubeadm.conf ${local.drop_in}/99-gate.conf" },
    { levels = local.cluster_levels, run = "[ -e ${local.work}/stop ] || { kubeadm init --config /run/kubeadm/kubeadm.yaml >${local.work}/kubeadm-init.log 2>&1 && echo success >/run/cluster-api/bootstrap-success.complete; }" },
    { levels = local.cluster_levels, run = "touch ${local.work}/kubeadm-ended" },
  ]
  # cloud-init complains about an empty list.
  user_data = { for key, value in {
    write_files = [for file in local.files : { for key, value in file : key => value if key != "levels" } if contains(file.levels, var.level)]
    runcmd      = [for command in local.commands : command.run if contains(command.levels, var.level)]
  } : key => value if length(value) > 0 }
}
