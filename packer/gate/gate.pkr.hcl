# Boots an AMI and checks it; creates none.

locals {
  run_tags = merge(var.tags, {
    "k8s-image:run"     = var.run_id
    "k8s-image:image"   = var.image
    "k8s-image:gate"    = var.ami
    "k8s-image:started" = timestamp()
  })
  expected = merge(var.expected, {
    family  = var.family
    fips    = var.fips
    mirror  = var.mirror
    proxy   = { address = var.build_proxy, none = var.build_no_proxy }
    images  = var.images
    skipped = local.skipped
    suite   = var.suite
    focus   = var.focus
    skip    = var.skip
    # Flatcar has no cloud-init: the guest applies the user data itself.
    user_data = var.family == "flatcar" ? jsonencode(local.user_data) : ""
    power_off = var.family == "flatcar" ? local.power_off : ""
  })
}

source "amazon-ebs" "gate" {
  region          = var.region
  source_ami      = var.ami
  instance_type   = var.instance_type
  skip_create_ami = true
  ami_name        = "never-made"

  # The plugin's default, standard mode, starts T3 and T4g without credits, at 20 % of their processor. Other types reject this setting.
  enable_unlimited_credits = can(regex("^t(2|3a?|4g)[.]", var.instance_type))

  subnet_id     = var.subnet_id
  ssh_interface = var.ssh_interface
  ssh_port      = var.ssh_port
  ssh_username  = var.ssh_username
  ssh_timeout   = var.ssh_timeout

  session_manager_port = var.session_manager_port

  iam_instance_profile = var.iam_instance_profile

  associate_public_ip_address = var.associate_public_ip_address

  # JSON is also YAML. In base64, Packer does not mistake Jinja's braces for its own.
  user_data = var.family == "flatcar" ? null : base64encode("## template: jinja\n#cloud-config\n${jsonencode(local.user_data)}\n")

  # A key for this gate only. A system in FIPS mode accepts neither Ed25519 keys nor Curve25519 key exchange.
  temporary_key_pair_type                   = var.fips ? "rsa" : "ed25519"
  ssh_key_exchange_algorithms               = var.fips ? ["ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group14-sha256"] : null
  temporary_security_group_source_cidrs     = var.ssh_source_cidrs
  temporary_security_group_source_public_ip = length(var.ssh_source_cidrs) == 0

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  # The checks power the instance off at once: that is quicker than an orderly stop, and nothing on it is needed any more.
  shutdown_behavior     = "stop"
  disable_stop_instance = true

  # Always set both: each one alone changes the meaning of the other.
  aws_polling {
    delay_seconds = 2
    max_attempts  = 900
  }

  dynamic "launch_block_device_mappings" {
    for_each = var.root_volume_size > 0 && var.root_device != "" ? [var.root_volume_size] : []
    iterator = size
    content {
      device_name           = var.root_device
      volume_size           = size.value
      volume_type           = "gp3"
      delete_on_termination = true
    }
  }

  run_tags        = local.run_tags
  run_volume_tags = local.run_tags
}

build {
  name    = "gate"
  sources = ["source.amazon-ebs.gate"]

  # The key goes through standard input: `env` would put it on a command line and into Packer's debug log.
  # The script that holds it removes itself before it does anything else.
  provisioner "shell-local" {
    env = {
      K8S_IMAGE_RUNNER  = abspath("${path.root}/check.sh")
      K8S_IMAGE_HOST    = build.Host
      K8S_IMAGE_PORT    = build.Port
      K8S_IMAGE_USER    = build.User
      K8S_IMAGE_LEVEL   = var.level
      K8S_IMAGE_LIMIT   = var.check_seconds
      K8S_IMAGE_REBOOT  = var.reboot
      K8S_IMAGE_RESULTS = abspath(var.results)
      K8S_IMAGE_MIRROR  = var.mirror
      K8S_IMAGE_FAMILY  = var.family
    }
    inline_shebang = "/bin/sh -eu"
    inline = [
      "rm -f -- \"$0\"",
      "exec \"$K8S_IMAGE_RUNNER\" <<'END'",
      base64encode(build.SSHPrivateKey),
      base64encode(jsonencode(local.expected)),
      "END",
    ]
  }
}
