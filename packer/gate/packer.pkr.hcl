packer {
  required_version = ">= 1.16.0"

  required_plugins {
    amazon = {
      # The same version as in packer/image.
      version = ">= 1.8.0, != 1.8.1"
      source  = "github.com/hashicorp/amazon"
    }
  }
}
