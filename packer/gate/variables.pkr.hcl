# The action writes these into the var-file of a gate. docs/testing-images.md shows how to write one by hand.

variable "image" {
  description = "Name of the image, for tags and messages."
  type        = string
  default     = "by-hand"
}

variable "ami" {
  description = "AMI to test."
  type        = string

  validation {
    condition     = can(regex("^ami-[0-9a-f]+$", var.ami))
    error_message = "The ami must look like ami-0123456789abcdef0."
  }
}

variable "level" {
  description = "How far the test goes: boot, node, cluster or conformance. Each level includes the ones before it."
  type        = string
  default     = "node"

  validation {
    condition     = contains(["boot", "node", "cluster", "conformance"], var.level)
    error_message = "The level must be boot, node, cluster or conformance."
  }
}

variable "reboot" {
  description = "Reboot the instance and repeat the boot checks: true, false or auto (yes, unless its processor is emulated)."
  type        = string
  default     = "auto"

  validation {
    condition     = contains(["auto", "true", "false"], var.reboot)
    error_message = "The reboot must be auto, true or false."
  }
}

variable "expected" {
  description = "Versions that the image must have, whether kubelet must run the ECR credential provider, and options that take effect at boot."
  type = object({
    kubernetes_version = string
    kubernetes_package = string
    containerd         = string
    runc               = string
    cni_plugins        = string
    sandbox_image      = string
    cluster_api        = optional(string, "none")
    # If false, kubelet may still run one.
    credential_provider = optional(bool, false)
    options = optional(object({
      selinux          = optional(string, "")
      kernel_arguments = optional(list(string), [])
      audit_rules      = optional(list(string), [])
    }), {})
  })
}

variable "family" {
  description = "Family of the image's system, as in the catalogue. It decides where programs are and what keeps the time."
  type        = string
  default     = "debian"

  validation {
    condition     = contains(["debian", "redhat", "flatcar"], var.family)
    error_message = "The family must be debian, redhat or flatcar."
  }
}

variable "mirror" {
  description = "Base address that replaces every upstream, as in packer/image. Empty: the upstreams themselves."
  type        = string
  default     = ""
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

variable "images" {
  description = "Digests, by image name, of the mirror's images for the levels cluster and conformance. Empty without a mirror."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for digest in values(var.images) : can(regex("^sha256:[0-9a-f]{64}$", digest))])
    error_message = "A digest must be sha256: and 64 hexadecimal digits."
  }
}

variable "suite" {
  description = "For the level conformance: upstream's address of the release's kubernetes-test archive, and its sha256."
  type = object({
    url    = string
    sha256 = string
  })
  default = null
}

variable "focus" {
  description = "For the level conformance: specs to run, as a Go regular expression."
  type        = string
  default     = "\\[Conformance\\]"
}

variable "skip" {
  description = "For the level conformance: specs to skip, as a Go regular expression."
  type        = string
  default     = "\\[Flaky\\]|\\[Serial\\]|\\[sig-network\\]|Container Lifecycle Hook"
}

variable "results" {
  description = "File to append results to, one line of JSON per check."
  type        = string
  default     = "gate.jsonl"
}

variable "session_manager_port" {
  description = "Port of the runner for the Session Manager tunnel. Null: the plugin chooses one."
  type        = number
  default     = null
}

variable "ssh_timeout" {
  description = "Time limit until the instance answers SSH."
  type        = string
  default     = "10m"
}

variable "timeout" {
  description = "Minutes for the whole test. The instance powers itself off 15 minutes later; a reboot starts that time anew."
  type        = number
  default     = 20
}

variable "fips" {
  description = "Whether the image is in FIPS mode."
  type        = bool
  default     = false
}

variable "associate_public_ip_address" {
  description = "Whether the instance gets a public address. Null: the subnet decides."
  type        = bool
  default     = null
}

variable "check_seconds" {
  description = "Seconds that a single check may wait."
  type        = number
  default     = 300
}

variable "region" {
  description = "Region of the AMI."
  type        = string
  default     = "us-east-1"
}

variable "run_id" {
  description = "Value of the tag k8s-image:run on everything that the gate creates. Leftovers are found by it."
  type        = string
  default     = "by-hand"
}

variable "instance_type" {
  description = "Instance type for the test."
  type        = string
  default     = "t3.medium"
}

variable "ssh_username" {
  description = "Login user of the image."
  type        = string
  default     = "admin"
}

variable "root_device" {
  description = "Name of the root device. Empty: not known; the root volume then has the image's size."
  type        = string
  default     = "/dev/xvda"
}

variable "root_volume_size" {
  description = "Size of the root volume in GiB. Larger than the image's, to check that the file system grows; 0: the image's size."
  type        = number
  default     = 0
}

variable "subnet_id" {
  description = "Subnet for the test. Empty: one of the default VPC."
  type        = string
  default     = ""
}

variable "ssh_interface" {
  description = "How to reach the instance by SSH, as in packer/image. Empty: Packer chooses."
  type        = string
  default     = ""
}

variable "iam_instance_profile" {
  description = "Instance profile of the instance. session_manager needs one."
  type        = string
  default     = ""
}

variable "ssh_port" {
  description = "Port of the instance's SSH server."
  type        = number
  default     = 22
}

variable "ssh_source_cidrs" {
  description = "Address ranges that may reach the instance's SSH. Empty: this machine's public address."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags for everything that the gate creates."
  type        = map(string)
  default     = {}
}
