source "amazon-ebs" "image" {
  region        = var.region
  subnet_id     = var.subnet_id
  ssh_interface = var.ssh_interface
  ssh_port      = var.ssh_port
  # Metal types and hardened images can take longer than ten minutes, so this is half of the build's limit.
  ssh_timeout = "${max(10, floor(var.timeout / 2))}m"

  iam_instance_profile = var.iam_instance_profile

  associate_public_ip_address = var.associate_public_ip_address

  temporary_security_group_source_cidrs     = var.ssh_source_cidrs
  temporary_security_group_source_public_ip = length(var.ssh_source_cidrs) == 0

  # IMDSv2 only, both here and on the nodes.
  imds_support = "v2.0"
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  shutdown_behavior = "terminate"

  # Always set both: each one alone changes the meaning of the other.
  aws_polling {
    delay_seconds = 2
    max_attempts  = var.timeout * 30
  }

  ami_regions    = var.ami_regions
  ami_users      = var.ami_users
  ami_groups     = var.ami_groups
  ami_org_arns   = var.ami_org_arns
  snapshot_users = var.snapshot_users
  encrypt_boot   = var.encrypt_boot ? true : null
  kms_key_id     = var.kms_key_id
}

build {
  name = "k8s"

  dynamic "source" {
    for_each = local.images
    labels   = ["amazon-ebs.image"]
    iterator = image

    content {
      name            = image.key
      ami_name        = image.value.ami_name
      ami_description = "Kubernetes ${image.value.node.kubernetes_version} node on ${local.systems[image.key].name}, ${image.value.arch}"
      instance_type   = local.instance_types[image.key]

      # By itself the plugin chooses a random port, and two builds may get the same one.
      session_manager_port = try(var.session_manager_ports[image.key], null)

      ssh_username = local.systems[image.key].ssh_username

      # If the runner is lost, the instance still ends. Flatcar takes Ignition instead.
      user_data = local.systems[image.key].family == "flatcar" ? null : "#!/bin/sh\nshutdown -P +${var.timeout + 15} || true\n"

      # A system in FIPS mode accepts neither Ed25519 keys nor Curve25519 key exchange.
      temporary_key_pair_type     = local.fips[image.key] ? "rsa" : "ed25519"
      ssh_key_exchange_algorithms = local.fips[image.key] ? local.fips_key_exchange : null

      # The plugin's default, standard mode, starts T3 and T4g without credits, at 20 % of their processor. Other types reject this setting.
      enable_unlimited_credits = can(regex("^t(2|3a?|4g)[.]", local.instance_types[image.key]))

      # The action names the base AMI. By hand, the catalogue's filter finds the newest.
      source_ami = image.value.source_ami
      dynamic "source_ami_filter" {
        for_each = image.value.source_ami == "" ? [local.operating_systems[image.value.os]] : []
        iterator = system
        content {
          owners      = [system.value.owner]
          most_recent = true
          filters = {
            name                = lookup(var.base_images, image.value.os, system.value.arch[image.value.arch].nameFilter)
            architecture        = image.value.arch == "amd64" ? "x86_64" : "arm64"
            root-device-type    = "ebs"
            virtualization-type = "hvm"
          }
        }
      }

      dynamic "launch_block_device_mappings" {
        for_each = local.systems[image.key].root_device != "" ? [local.systems[image.key].root_device] : []
        iterator = device
        content {
          device_name           = device.value
          volume_type           = var.root_volume_type
          volume_size           = coalesce(var.root_volume_size, image.value.root_volume_size)
          encrypted             = var.volume_kms_key_id == "" ? null : true
          kms_key_id            = var.volume_kms_key_id
          delete_on_termination = true
        }
      }

      run_tags        = local.run_tags[image.key]
      run_volume_tags = local.run_tags[image.key]
      tags            = local.run_tags[image.key]
      snapshot_tags   = local.run_tags[image.key]
    }
  }

  # cloud-init may still be writing users and package sources. Exit code 2 means done, with warnings.
  # Flatcar has none: Ignition is done before anyone can log in.
  provisioner "shell" {
    # Named, because a script in /tmp cannot be executed where that is mounted noexec.
    execute_command  = "{{ .Vars }} /bin/sh -u {{ .Path }}"
    inline           = [local.systems[source.name].family == "flatcar" ? "true" : "timeout 300 cloud-init status --wait >/dev/null 2>&1; code=$?; [ $code -eq 0 ] || [ $code -eq 2 ] || { echo \"cloud-init on the instance ended with code $code:\"; cloud-init status --long; exit 1; }"]
    timeout          = "6m"
    valid_exit_codes = [0]
  }

  # The key and the variables go through standard input: `env` would put them on a command line and into Packer's debug log.
  # The script that holds them removes itself before it does anything else.
  provisioner "shell-local" {
    env = {
      K8S_IMAGE_RUNNER   = "${local.repository}/packer/image/ansible.sh"
      K8S_IMAGE_PLAYBOOK = var.ansible_playbook
      K8S_IMAGE_HOST     = build.Host
      K8S_IMAGE_PORT     = build.Port
      K8S_IMAGE_USER     = build.User
      K8S_IMAGE_MIRROR   = var.mirror
      K8S_IMAGE_HOOKS    = var.ansible_hooks == "" ? "" : abspath(var.ansible_hooks)
      K8S_IMAGE_FAMILY   = local.systems[source.name].family
    }
    inline_shebang = "/bin/sh -eu"
    inline = [
      "rm -f -- \"$0\"",
      "exec \"$K8S_IMAGE_RUNNER\" <<'END'",
      base64encode(build.SSHPrivateKey),
      base64encode(jsonencode(merge(
        local.images[source.name].node,
        {
          mirror         = var.mirror
          build_proxy    = var.build_proxy
          build_no_proxy = var.build_no_proxy
          image_key      = source.name
          image_os       = local.images[source.name].os
          image_family   = local.systems[source.name].family
          image_arch     = local.images[source.name].arch
          image_base_ami = build.SourceAMI
          image_digest   = local.images[source.name].digest

          image_source_commit = var.source_commit
          hooks_directory     = var.ansible_hooks == "" ? "" : abspath(var.ansible_hooks)
        },
        local.extra_vars,
      ))),
      "END",
    ]
  }

  # Gives the action the instance's ID in a file. The action stops the instance, and then removes the file. The plugin would look at ever
  # longer intervals. By hand, and if anything here fails, the plugin stops the instance.
  provisioner "shell-local" {
    env            = { K8S_IMAGE_INSTANCE = build.ID }
    inline_shebang = "/bin/sh -eu"
    inline = [
      "[ -n \"$${K8S_IMAGE_STOP:-}\" ] || exit 0",
      "echo \"$K8S_IMAGE_INSTANCE\" >\"$K8S_IMAGE_STOP\" || exit 0",
      "for look in $(seq 3000); do [ -e \"$K8S_IMAGE_STOP\" ] || exit 0; sleep 0.2 || exit 0; done",
    ]
  }

  post-processor "manifest" {
    output      = var.manifest
    strip_path  = true
    custom_data = { image = source.name }
  }
}
