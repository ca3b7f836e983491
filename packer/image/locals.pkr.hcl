locals {
  repository        = abspath("${path.root}/../..")
  operating_systems = jsondecode(file("${local.repository}/catalog/operating-systems.json"))
  kubernetes_minors = jsondecode(file("${local.repository}/catalog/kubernetes.json"))
  downloads         = jsondecode(file("${local.repository}/catalog/downloads.json"))
  keys              = jsondecode(file("${local.repository}/catalog/keys.json"))

  # By hand: every system of the catalogue with its first architecture. Without sums and digests, the playbook uses those that
  # upstream publishes beside the files. The action resolves them beforehand.
  release  = trimprefix(var.kubernetes_version, "v")
  version  = split("-", local.release)[0]
  minor    = join(".", slice(split(".", local.version), 0, 2))
  defaults = local.kubernetes_minors[local.minor]
  programs = { kubelet = local.version, kubeadm = local.version, kubectl = local.version }
  files = {
    for arch in ["amd64", "arm64"] : arch => {
      for name, version in merge({ for part in ["containerd", "runc", "cniPlugins", "crictl"] : part => local.defaults[part] }, local.programs) : name => {
        version = version
        url     = replace(replace(local.downloads[name].url, "{version}", version), "{arch}", arch)
        sha256  = ""
      }
    }
  }
  # Looked up, so that a name that is not in the catalogue is an error.
  wanted = { for os in length(var.os_filter) > 0 ? var.os_filter : keys(local.operating_systems) : os => local.operating_systems[os] }
  derived = {
    for os, system in local.wanted : "${os}-${keys(system.arch)[0]}" => {
      os               = os
      arch             = keys(system.arch)[0]
      system           = null
      root_volume_size = 20
      source_ami       = can(regex("^ami-[0-9a-f]+$", lookup(var.base_images, os, ""))) ? var.base_images[os] : ""
      final_name       = ""
      ami_name         = "k8s-${local.version}-${os}-${keys(system.arch)[0]}-${formatdate("YYYYMMDDhhmmss", timestamp())}"
      digest           = ""
      node = {
        kubernetes_version                 = local.version
        kubernetes_deb                     = local.release == local.version ? "${local.version}-*" : local.release
        kubernetes_repository              = "https://pkgs.k8s.io/core:/stable:/v${local.minor}/deb/"
        kubernetes_repository_key          = ""
        kubernetes_repository_fingerprints = coalescelist(var.kubernetes_repository_fingerprints, [local.keys.kubernetes.fingerprint])
        kubernetes_rpm                     = local.release == local.version ? "${local.version}-*" : local.release
        kubernetes_rpm_repository          = "https://pkgs.k8s.io/core:/stable:/v${local.minor}/rpm/"
        kubernetes_package_files           = {}
        ecr_credential_provider            = null
        aws_cli                            = null
        aws_cli_package                    = try(system.awsCliPackage, "")
        # Flatcar has no packages.
        kubernetes_binaries = {
          for name in ["kubelet", "kubeadm", "kubectl", "crictl"] : name => local.files[keys(system.arch)[0]][name] if system.family == "flatcar"
        }
        containerd           = local.files[keys(system.arch)[0]].containerd
        runc                 = local.files[keys(system.arch)[0]].runc
        cni_plugins          = local.files[keys(system.arch)[0]].cniPlugins
        sandbox_image        = "registry.k8s.io/pause:${local.defaults.pause}"
        sandbox_image_digest = ""
      }
    }
  }

  images = length(var.images) > 0 ? var.images : local.derived

  # Settings of each image's system: from the var-file, or else from the catalogue. The catalogue omits an unknown root device;
  # the root volume then has the base AMI's size.
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
  # True if the base AMI is in FIPS mode. Also if the playbook turns it on, since a new kernel may then need a reboot.
  fips              = { for name, system in local.systems : name => system.fips || try(tobool(local.extra_vars.base_fips), false) }
  fips_key_exchange = ["ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group14-sha256"]

  instance_types = {
    for name, image in local.images : name => var.instance_type != "" ? var.instance_type : local.systems[name].instance_type
  }

  # What goes into an image. `plan` compares it to tell what changed (src/actions/plan/changes.ts). A tag may have 256 characters.
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

  # On everything that a build creates, so that it can be found whatever happens to this process. An AMI has only these from its birth
  # (`tags` come a moment later), so the state is one of them. In China and GovCloud the plugin tags AMIs at its very end;
  # there the action tags them itself (src/actions/build/tag-at-once.ts).
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
