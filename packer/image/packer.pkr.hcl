packer {
  required_version = ">= 1.16.0"

  required_plugins {
    amazon = {
      # 1.8.1 relays SSH output fifty times slower than its neighbours: https://github.com/hashicorp/packer-plugin-amazon/issues/678
      version = ">= 1.8.0, != 1.8.1"
      source  = "github.com/hashicorp/amazon"
    }
  }
}
