module k8s-image-action/mirror/packer

go 1.26.0

require github.com/hashicorp/packer v1.16.0

replace github.com/zclconf/go-cty => github.com/nywilken/go-cty v1.13.3
