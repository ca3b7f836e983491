//go:build tools

// Package tools names the commands that the mirror builds from this module's pinned dependencies.
package tools

import (
	_ "github.com/goss-org/goss/cmd/goss"
)
