// Userdata stores bootstrap data as Cluster API Provider AWS does, and prints the user data of the machine that fetches it.
// Packages of the two projects render all of it. AWS_ENDPOINT_URL and credentials come from the environment.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	bootstrapv1 "sigs.k8s.io/cluster-api/api/bootstrap/kubeadm/v1beta2"
)

func main() {
	backend := flag.String("backend", "secrets-manager", "secrets-manager, ssm-parameter-store, or none for plain user data")
	version := flag.String("kubernetes", "", "such as v1.37.2")
	skip := flag.String("skip-phases", "", "phases of kubeadm init, separated by commas")
	cni := flag.String("cni-config", "", "a file that the machine gets as CNI configuration, as KubeadmConfig's `files` do it")
	flag.Parse()
	if err := run(*backend, *version, *skip, *cni); err != nil {
		fmt.Fprintln(os.Stderr, "userdata:", err)
		os.Exit(1)
	}
}

func run(backend, version, skip, cni string) error {
	var files []bootstrapv1.File
	if cni != "" {
		content, err := os.ReadFile(cni)
		if err != nil {
			return err
		}
		files = append(files, bootstrapv1.File{Path: "/etc/cni/net.d/10-rehearsed.conflist", Permissions: "0644", Content: string(content)})
	}
	data, err := bootstrap(version, strings.FieldsFunc(skip, func(r rune) bool { return r == ',' }), files)
	if err == nil && backend != "none" {
		data, err = store(context.Background(), backend, data)
	}
	if err == nil {
		_, err = os.Stdout.Write(data)
	}
	return err
}
