# What the action writes into its var-file for one gate; docs/testing-images.md shows one to use by hand.

variable "image" {
  description = "Name of the image, for tags and messages."
  type        = string
  default     = "by-hand"
}

variable "ami" {
  description = "The AMI to test."
  type        = string

  validation {
    condition     = can(regex("^ami-[0-9a-f]+$", var.ami))
    error_message = "The ami looks like ami-0123456789abcdef0."
  }
}

variable "level" {
  description = "How far the test goes: boot, node, cluster or conformance; each holds those before it."
  type        = string
  default     = "node"

  validation {
    condition     = contains(["boot", "node", "cluster", "conformance"], var.level)
    error_message = "The level is boot, node, cluster or conformance."
  }
}

variable "reboot" {
  description = "Whether the instance is rebooted and looked at again: true, false, or auto (not where its processor is emulated)."
  type        = string
  default     = "auto"

  validation {
    condition     = contains(["auto", "true", "false"], var.reboot)
    error_message = "The reboot is auto, true or false."
  }
}

variable "expected" {
  description = "What the image shall hold."
  type = object({
    kubernetes_version = string
    kubernetes_deb     = string
    containerd         = string
    runc               = string
    cni_plugins        = string
    sandbox_image      = string
    cluster_api        = optional(string, "none")
  })
}

variable "family" {
  description = "Family of the image's system, as in the catalogue: where its programs lie, and what keeps its time."
  type        = string
  default     = "debian"

  validation {
    condition     = contains(["debian", "redhat", "flatcar"], var.family)
    error_message = "The family is debian, redhat or flatcar."
  }
}

variable "mirror" {
  description = "Base address that stands for every upstream, as in packer/image; empty: the upstreams themselves."
  type        = string
  default     = ""
}

variable "build_proxy" {
  description = "Forward proxy that the instance reaches other hosts by: http://HOST:PORT or http://USER:PASSWORD@HOST:PORT; empty: none."
  type        = string
  default     = ""
  sensitive   = true

  validation {
    condition     = can(regex("^(http://([A-Za-z0-9._~%!$&()*+,;=:-]+@)?([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+\\])(:[0-9]{1,5})?/?)?$", var.build_proxy))
    error_message = "The build_proxy looks like http://proxy.example.com:3128."
  }
}

variable "build_no_proxy" {
  description = "Hosts that the instance reaches without the build_proxy: names, .example.com or addresses."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for host in var.build_no_proxy : can(regex("^[A-Za-z0-9.:*/_\\[\\]-]+$", host))])
    error_message = "Each of build_no_proxy looks like mirror.example.com."
  }
}

variable "images" {
  description = "Image -> digest of all that the mirror has for the levels cluster and conformance; empty without a mirror."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for digest in values(var.images) : can(regex("^sha256:[0-9a-f]{64}$", digest))])
    error_message = "A digest looks like sha256: and 64 hexadecimal digits."
  }
}

variable "suite" {
  description = "For the level conformance: where upstream has the release's kubernetes-test archive, and what it must hash to."
  type = object({
    url    = string
    sha256 = string
  })
  default = null
}

variable "focus" {
  description = "For the level conformance: the specs to run, a regular expression of Go's."
  type        = string
  default     = "\\[Conformance\\]"
}

variable "skip" {
  description = "For the level conformance: of those, the specs to leave out."
  type        = string
  default     = "\\[Flaky\\]|\\[Serial\\]|\\[sig-network\\]|Container Lifecycle Hook"
}

variable "results" {
  description = "File that a line of JSON a check is appended to."
  type        = string
  default     = "gate.jsonl"
}

variable "session_manager_port" {
  description = "Port of the runner for the tunnel of Session Manager; null: the plugin draws one."
  type        = number
  default     = null
}

variable "ssh_timeout" {
  description = "How long the instance may take to answer."
  type        = string
  default     = "10m"
}

variable "timeout" {
  description = "Minutes for the whole test; 15 minutes later the instance powers off by itself."
  type        = number
  default     = 20
}

variable "fips" {
  description = "Whether the image is in FIPS mode."
  type        = bool
  default     = false
}

variable "associate_public_ip_address" {
  description = "Whether the instance gets a public address; null: what the subnet says."
  type        = bool
  default     = null
}

variable "check_seconds" {
  description = "How long a single check may wait for what it wants to see."
  type        = number
  default     = 300
}

variable "region" {
  description = "Region that the AMI is in."
  type        = string
  default     = "us-east-1"
}

variable "run_id" {
  description = "Written into the tag k8s-image:run of everything that the gate makes, so that what is left of it can be found."
  type        = string
  default     = "by-hand"
}

variable "instance_type" {
  description = "Instance type to test on."
  type        = string
  default     = "t3.medium"
}

variable "ssh_username" {
  description = "The image's own user."
  type        = string
  default     = "admin"
}

variable "root_device" {
  description = "Name of the root device; empty: not known, and the root volume is as large as the image's."
  type        = string
  default     = "/dev/xvda"
}

variable "root_volume_size" {
  description = "Size of the root volume in GiB: larger than the image's, so that it has to grow; 0: as large as the image's."
  type        = number
  default     = 0
}

variable "subnet_id" {
  description = "Subnet to test in; empty: one of the default VPC."
  type        = string
  default     = ""
}

variable "ssh_interface" {
  description = "Address of the instance that SSH goes to, as in packer/image; empty: Packer chooses."
  type        = string
  default     = ""
}

variable "iam_instance_profile" {
  description = "Instance profile of the instance; session_manager needs one."
  type        = string
  default     = ""
}

variable "ssh_port" {
  description = "Port that the instance's sshd listens on."
  type        = number
  default     = 22
}

variable "ssh_source_cidrs" {
  description = "Who may reach the instance's SSH; empty: this machine's public address."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags for everything that the gate makes."
  type        = map(string)
  default     = {}
}
