//go:build tools

// Package tools names the commands that the mirror builds from this module's pinned dependencies.
package tools

import (
	_ "k8s.io/cloud-provider-aws/cmd/ecr-credential-provider"
)
