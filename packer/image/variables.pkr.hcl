# The action writes these into its var-file (docs/internals/var-file.md). By hand, each has a default.

variable "region" {
  description = "Region to build images in."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "A region must look like us-east-1."
  }
}

variable "run_id" {
  description = "Value of the tag k8s-image:run on everything that a build creates. Leftovers are found by it."
  type        = string
  default     = "by-hand"

  validation {
    condition     = can(regex("^[0-9A-Za-z._-]{1,128}$", var.run_id))
    error_message = "The run_id must have 1 to 128 letters, digits, dots, dashes and underscores."
  }
}

variable "source_commit" {
  description = "Commit that the image is built from, for /etc/k8s-image/release.json. Empty: not known."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([0-9a-f]{40}|[0-9a-f]{64})?$", var.source_commit))
    error_message = "The source_commit must be a full commit ID: 40 or 64 hex digits."
  }
}

variable "ansible_hooks" {
  description = "Directory with your own task files (docs/image-options.md, \"Hooks\"). Empty: none."
  type        = string
  default     = ""

  validation {
    condition     = var.ansible_hooks == "" || length(fileset(var.ansible_hooks, "{before-packages,after-kubernetes,before-clean-up}.yml")) + length(fileset(var.ansible_hooks, "first-boot.sh")) > 0
    error_message = "The ansible_hooks directory must contain before-packages.yml, after-kubernetes.yml, before-clean-up.yml or first-boot.sh."
  }
}

variable "ansible_playbook" {
  description = "The ansible-playbook to run, from the ansible-core that ansible/requirements.txt pins."
  type        = string
  default     = "ansible-playbook"

  validation {
    condition     = length(var.ansible_playbook) > 0
    error_message = "The ansible_playbook must be a path or a command name."
  }
}

variable "instance_type" {
  description = "Instance type to build on. Empty: the one in catalog/operating-systems.json."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.[a-z0-9-]+)?$", var.instance_type))
    error_message = "An instance_type must look like t3.medium."
  }
}

variable "subnet_id" {
  description = "Subnet to build in. Empty: one of the default VPC."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^(subnet-[0-9a-f]+)?$", var.subnet_id))
    error_message = "A subnet_id must look like subnet-0123456789abcdef0."
  }
}

variable "associate_public_ip_address" {
  description = "Whether the instance gets a public address. Null: the subnet decides."
  type        = bool
  default     = null
}

variable "timeout" {
  description = "Minutes for the build, at most half of them for SSH to answer. The instance powers itself off 15 minutes later."
  type        = number
  default     = 60

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 1440 && floor(var.timeout) == var.timeout
    error_message = "The timeout must be a whole number from 1 to 1440."
  }
}

variable "ssh_interface" {
  description = "How to reach the instance by SSH: public_ip, private_ip, ipv6, public_dns, private_dns or session_manager. Empty: Packer chooses."
  type        = string
  default     = ""

  validation {
    condition     = contains(["", "public_ip", "private_ip", "ipv6", "public_dns", "private_dns", "session_manager"], var.ssh_interface)
    error_message = "The ssh_interface must be public_ip, private_ip, ipv6, public_dns, private_dns, session_manager or empty."
  }
}

variable "ssh_port" {
  description = "Port of the instance's SSH server."
  type        = number
  default     = 22

  validation {
    condition     = var.ssh_port >= 1 && var.ssh_port <= 65535
    error_message = "The ssh_port must be between 1 and 65535."
  }
}

variable "ssh_source_cidrs" {
  description = "Address ranges that may reach the instance's SSH during the build. Empty: this machine's public address, as checkip.amazonaws.com reports it."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.ssh_source_cidrs : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])
    error_message = "Each of ssh_source_cidrs must look like 203.0.113.7/32. The whole internet (/0) is not accepted."
  }
}

variable "volume_kms_key_id" {
  description = "KMS key to encrypt the volume with from its launch, and with it the AMI. Empty: no encryption beyond the account's own."
  type        = string
  default     = ""
}

variable "mirror" {
  description = "Base address that replaces every upstream (docs/internals/design.md, \"The mirror rule\"). Empty: the upstreams themselves."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^(https?://[A-Za-z0-9.:\\[\\]-]+(/[^\\s'\"?#]*)?)?$", var.mirror))
    error_message = "The mirror must be an http:// or https:// address: a host of letters, digits, dots and hyphens, and a path without spaces and quotes."
  }
}

variable "session_manager_ports" {
  description = "Ports of the runner for Session Manager tunnels, by image. For an image without one, the plugin chooses it."
  type        = map(number)
  default     = {}
}

variable "build_proxy" {
  description = "Forward proxy for the instance: http://HOST:PORT or http://USER:PASSWORD@HOST:PORT. Empty: none."
  type        = string
  default     = ""
  sensitive   = true

  validation {
    condition     = can(regex("^(http://([A-Za-z0-9._~%!$&()*+,;=:-]+@)?([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+\\])(:[0-9]{1,5})?/?)?$", var.build_proxy))
    error_message = "The build_proxy must look like http://proxy.example.com:3128."
  }
}

variable "build_no_proxy" {
  description = "Hosts that bypass the build_proxy: names, .example.com or addresses."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for host in var.build_no_proxy : can(regex("^[A-Za-z0-9.:*/_\\[\\]-]+$", host))])
    error_message = "Each of build_no_proxy must look like mirror.example.com."
  }
}

variable "tags" {
  description = "Tags for everything that a build creates, including AMIs and snapshots."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, _ in var.tags : length(name) > 0 && length(name) <= 128 && !startswith(name, "aws:") && !startswith(name, "k8s-image:")])
    error_message = "Tag names must have 1 to 128 characters and may begin with neither aws: nor k8s-image:."
  }
}

variable "ansible_extra_vars" {
  description = "Variables for the playbook, as an object or (for -var) its JSON. ansible/roles/*/defaults/main.yml lists them."
  type        = any
  default     = {}

  validation {
    condition     = can(keys(var.ansible_extra_vars)) || can(keys(jsondecode(var.ansible_extra_vars)))
    error_message = "The ansible_extra_vars must be an object, or the JSON of one."
  }
}

variable "images" {
  description = "Images to build, by name. Empty: every system of the catalogue, with kubernetes_version."
  type = map(object({
    os   = string
    arch = string
    # Default: the catalogue's.
    system = optional(object({
      name          = string
      family        = string
      ssh_username  = string
      root_device   = string
      instance_type = string
      fips          = optional(bool, false)
    }))
    # GiB of the root volume, unless `root_volume_size` is set.
    root_volume_size = optional(number, 20)
    source_ami       = string
    ami_name         = string
    # What the AMI is to be named once it has passed its test; empty: it has its name.
    final_name = optional(string, "")
    digest     = string
    node = object({
      kubernetes_version                 = string
      kubernetes_deb                     = string
      kubernetes_repository              = string
      kubernetes_repository_key          = string
      kubernetes_repository_fingerprints = list(string)
      kubernetes_rpm                     = optional(string, "")
      kubernetes_rpm_repository          = optional(string, "")
      kubernetes_binaries                = optional(map(object({ version = string, url = string, sha256 = string })), {})
      containerd                         = object({ version = string, url = string, sha256 = string })
      runc                               = object({ version = string, url = string, sha256 = string })
      cni_plugins                        = object({ version = string, url = string, sha256 = string })
      ecr_credential_provider            = optional(object({ version = string, url = string, sha256 = string }))
      aws_cli                            = optional(object({ version = string, url = string, sha256 = string }))
      aws_cli_package                    = optional(string, "")
      kubernetes_package_files           = optional(map(object({ version = string, url = string, sha256 = string })), {})
      sandbox_image                      = string
      sandbox_image_digest               = string
    })
  }))
  default = {}

  validation {
    condition     = alltrue([for image in values(var.images) : contains(["amd64", "arm64"], image.arch)])
    error_message = "The arch of an image must be amd64 or arm64."
  }
  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("^(ami-[0-9a-f]+)?$", image.source_ami))])
    error_message = "The source_ami of an image must look like ami-0123456789abcdef0."
  }
  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("^[A-Za-z0-9()\\[\\] ./'@_-]{3,128}$", image.ami_name))])
    error_message = "An ami_name must have 3 to 128 characters: letters, digits, spaces and ()[]./-'@_."
  }
}

variable "manifest" {
  description = "File for the IDs of finished AMIs."
  type        = string
  default     = "manifest.json"

  validation {
    condition     = length(var.manifest) > 0
    error_message = "The manifest must be a file name."
  }
}
