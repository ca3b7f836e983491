packer {
  required_version = ">= 1.16.0"

  required_plugins {
    amazon = {
      # Not 1.8.1, which relays SSH output fifty times slower: https://github.com/hashicorp/packer-plugin-amazon/issues/678
      version = ">= 1.8.0, != 1.8.1"
      source  = "github.com/hashicorp/amazon"
    }
  }
}
