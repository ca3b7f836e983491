// The programs of the control plane in one file, chosen by the name that it is started by, or by its first argument.
// They share nearly all of their code, so an image of all three has half the bytes.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	_ "time/tzdata" // for CronJobs with a time zone

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

var programs = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllers.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
}

func main() {
	for range 2 {
		if program, known := programs[filepath.Base(os.Args[0])]; known {
			os.Exit(cli.Run(program()))
		}
		if len(os.Args) == 1 {
			break
		}
		os.Args = os.Args[1:]
	}
	fmt.Fprintln(os.Stderr, "control-plane: start this as kube-apiserver, kube-controller-manager or kube-scheduler")
	os.Exit(2)
}
