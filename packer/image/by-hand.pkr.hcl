# For people who run Packer by hand. The action leaves these at their defaults: it copies and shares AMIs itself, after its tests.

variable "kubernetes_version" {
  description = "Kubernetes version, if `images` is empty: 1.37.2, v1.37.2, or 1.37.2-1.1 with the package's revision."
  type        = string
  default     = "1.37.2"

  validation {
    condition     = can(regex("^v?1\\.[0-9]+\\.[0-9]+(-[0-9]+\\.[0-9]+)?$", var.kubernetes_version))
    error_message = "The kubernetes_version must be a full version such as 1.37.2, v1.37.2 or 1.37.2-1.1."
  }
}

variable "os_filter" {
  description = "Systems to build, if `images` is empty: keys of catalog/operating-systems.json. Empty: all."
  type        = list(string)
  default     = []
}

variable "base_images" {
  description = "Base AMI by system, if `images` is empty: an ID, or a name with the wildcard *, which finds the newest match. Default: as in catalog/operating-systems.json."
  type        = map(string)
  default     = {}
}

variable "kubernetes_repository_fingerprints" {
  description = "Fingerprints of the keys that may sign the Kubernetes packages, if `images` is empty. Default: pkgs.k8s.io's own key."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for print in var.kubernetes_repository_fingerprints : can(regex("^[0-9A-F]{40}$", print))])
    error_message = "Each fingerprint must have 40 upper-case hex digits."
  }
}

variable "ami_regions" {
  description = "Regions that Packer copies the AMIs to, such as [\"us-west-2\"]."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for region in var.ami_regions : can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", region))])
    error_message = "Each of ami_regions must look like us-west-2."
  }
}

variable "ami_users" {
  description = "AWS accounts that may launch the AMIs."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.ami_users : can(regex("^[0-9]{12}$", account))])
    error_message = "An AWS account must have 12 digits."
  }
}

variable "ami_groups" {
  description = "[\"all\"] makes the AMIs public."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for group in var.ami_groups : group == "all"])
    error_message = "The only group that may be named is all."
  }
}

variable "ami_org_arns" {
  description = "AWS organizations that may launch the AMIs, by ARN."
  type        = list(string)
  default     = []
}

variable "snapshot_users" {
  description = "AWS accounts that may create volumes from the AMIs' snapshots."
  type        = list(string)
  default     = []
}

variable "iam_instance_profile" {
  description = "Instance profile for the build and its test. session_manager needs one."
  type        = string
  default     = ""
}

variable "encrypt_boot" {
  description = "Encrypt the AMIs. An encrypted AMI cannot be public."
  type        = bool
  default     = false
}

variable "kms_key_id" {
  description = "KMS key for encrypt_boot. Empty: the account's default key for EBS."
  type        = string
  default     = ""
}

variable "root_volume_size" {
  description = "Size of the root volume in GiB. 0: the size of the base AMI's. Null: 20, or that of the image in `images`."
  type        = number
  default     = null

  validation {
    condition     = coalesce(var.root_volume_size, 20) == 0 || coalesce(var.root_volume_size, 20) >= 8
    error_message = "The root_volume_size must be at least 8 GiB, or 0 for the size of the base AMI's."
  }
}

variable "root_volume_type" {
  description = "EBS type of the root volume."
  type        = string
  default     = "gp3"

  validation {
    condition     = contains(["gp2", "gp3"], var.root_volume_type)
    error_message = "The root_volume_type must be gp2 or gp3. Other types would need a number of IOPS."
  }
}
