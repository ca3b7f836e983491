//go:build tools

// Package tools names the commands that the mirror builds from this module's pinned dependencies.
package tools

import (
	_ "github.com/containerd/containerd/v2/cmd/containerd"
	_ "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2"
	_ "github.com/containerd/containerd/v2/cmd/containerd-stress"
	_ "github.com/containerd/containerd/v2/cmd/ctr"
)
