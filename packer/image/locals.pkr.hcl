locals {
  repository        = abspath("${path.root}/../..")
  operating_systems = jsondecode(file("${local.repository}/catalog/operating-systems.json"))
  kubernetes_minors = jsondecode(file("${local.repository}/catalog/kubernetes.json"))

  # By hand: every system of the catalogue with its first architecture. Sums and digests are left empty, which makes the playbook
  # take those that upstream publishes beside the files; the action resolves them beforehand.
  release  = trimprefix(var.kubernetes_version, "v")
  version  = split("-", local.release)[0]
  minor    = join(".", slice(split(".", local.version), 0, 2))
  defaults = local.kubernetes_minors[local.minor]
  # Looked up, so that a name which the catalogue does not have is an error.
  wanted = { for os in length(var.os_filter) > 0 ? var.os_filter : keys(local.operating_systems) : os => local.operating_systems[os] }
  derived = {
    for os, system in local.wanted : "${os}-${keys(system.arch)[0]}" => {
      os         = os
      arch       = keys(system.arch)[0]
      system     = null
      source_ami = can(regex("^ami-[0-9a-f]+$", lookup(var.base_images, os, ""))) ? var.base_images[os] : ""
      final_name = ""
      ami_name   = "k8s-${local.version}-${os}-${keys(system.arch)[0]}-${formatdate("YYYYMMDDhhmmss", timestamp())}"
      digest     = ""
      node = {
        kubernetes_version                 = local.version
        kubernetes_deb                     = local.release == local.version ? "${local.version}-*" : local.release
        kubernetes_repository              = "https://pkgs.k8s.io/core:/stable:/v${local.minor}/deb/"
        kubernetes_repository_key          = ""
        kubernetes_repository_fingerprints = var.kubernetes_repository_fingerprints
        kubernetes_rpm                     = local.release == local.version ? "${local.version}-*" : local.release
        kubernetes_rpm_repository          = "https://pkgs.k8s.io/core:/stable:/v${local.minor}/rpm/"
        kubernetes_package_files           = {}
        ecr_credential_provider            = null
        aws_cli                            = null
        aws_cli_package                    = try(system.awsCliPackage, "")
        # Flatcar has no packages.
        kubernetes_binaries = system.family != "flatcar" ? {} : merge({
          for name in ["kubelet", "kubeadm", "kubectl"] : name => {
            version = local.version
            url     = "https://dl.k8s.io/release/v${local.version}/bin/linux/${keys(system.arch)[0]}/${name}"
            sha256  = ""
          }
          }, {
          crictl = {
            version = local.defaults.crictl
            url     = "https://github.com/kubernetes-sigs/cri-tools/releases/download/v${local.defaults.crictl}/crictl-v${local.defaults.crictl}-linux-${keys(system.arch)[0]}.tar.gz"
            sha256  = ""
          }
        })
        containerd = {
          version = local.defaults.containerd
          url     = "https://github.com/containerd/containerd/releases/download/v${local.defaults.containerd}/containerd-${local.defaults.containerd}-linux-${keys(system.arch)[0]}.tar.gz"
          sha256  = ""
        }
        runc = {
          version = local.defaults.runc
          url     = "https://github.com/opencontainers/runc/releases/download/v${local.defaults.runc}/runc.${keys(system.arch)[0]}"
          sha256  = ""
        }
        cni_plugins = {
          version = local.defaults.cniPlugins
          url     = "https://github.com/containernetworking/plugins/releases/download/v${local.defaults.cniPlugins}/cni-plugins-linux-${keys(system.arch)[0]}-v${local.defaults.cniPlugins}.tgz"
          sha256  = ""
        }
        sandbox_image        = "registry.k8s.io/pause:${local.defaults.pause}"
        sandbox_image_digest = ""
      }
    }
  }

  images = length(var.images) > 0 ? var.images : local.derived

  # What the var-file says of each image's system, else the catalogue. There an unknown root device is absent: the root volume is
  # then as large as the base AMI's.
  systems = {
    for name, image in local.images : name => image.system != null ? image.system : {
      name          = local.operating_systems[image.os].name
      family        = local.operating_systems[image.os].family
      ssh_username  = local.operating_systems[image.os].sshUser
      root_device   = lookup(local.operating_systems[image.os], "rootDevice", "")
      instance_type = local.operating_systems[image.os].arch[image.arch].instanceType
      fips          = lookup(local.operating_systems[image.os], "fips", false)
    }
  }

  extra_vars = try(jsondecode(var.ansible_extra_vars), var.ansible_extra_vars)
  # The base AMI is in FIPS mode, or the playbook turns it on, after which a new kernel may need a reboot.
  fips              = { for name, system in local.systems : name => system.fips || try(tobool(local.extra_vars.base_fips), false) }
  fips_key_exchange = ["ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group14-sha256"]

  instance_types = {
    for name, image in local.images : name => var.instance_type != "" ? var.instance_type : local.systems[name].instance_type
  }

  # What goes into an image, for whoever asks what changed since (src/actions/plan/changes.ts). A tag may have 256 characters.
  versions = {
    for name, image in local.images : name => join(" ", [for word, value in {
      arch        = image.arch
      base        = image.source_ami
      cni-plugins = image.node.cni_plugins.version
      containerd  = image.node.containerd.version
      kubernetes  = trimsuffix(image.node.kubernetes_deb, "-*")
      runc        = image.node.runc.version
      sandbox     = reverse(split(":", image.node.sandbox_image))[0]
    } : "${word}=${value}"])
  }

  # On all that is made, so that it can be found again whatever happens to this process. Only these are on an AMI from its birth;
  # `tags` come a moment later. So the state is among them. In China and GovCloud
  # the plugin tags AMIs last of all, and the action tags them itself (src/actions/build/tag-at-once.ts).
  run_tags = {
    for name, image in local.images : name => merge(var.tags, {
      "k8s-image:run"        = var.run_id
      "k8s-image:image"      = name
      "k8s-image:digest"     = image.digest
      "k8s-image:kubernetes" = image.node.kubernetes_version
      "k8s-image:os"         = image.os
      "k8s-image:versions"   = local.versions[name]
      "k8s-image:state"      = "untested"
      "k8s-image:started"    = timestamp()
    }, image.final_name == "" ? {} : { "k8s-image:name" = image.final_name })
  }
}
