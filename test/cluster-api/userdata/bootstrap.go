package main

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/blang/semver/v4"
	bootstrapv1 "sigs.k8s.io/cluster-api/api/bootstrap/kubeadm/v1beta2"
	"sigs.k8s.io/cluster-api/bootstrap/kubeadm/internal/cloudinit"
	"sigs.k8s.io/cluster-api/bootstrap/kubeadm/types"
	"sigs.k8s.io/cluster-api/bootstrap/kubeadm/types/upstream"
	"sigs.k8s.io/cluster-api/util/secret"
)

// limit is how many seconds kubeadm waits for anything, since an emulated processor is slow.
const limit int32 = 1200

// bootstrap renders the cloud-config of a first control-plane machine as the kubeadm bootstrap provider does: the node's
// name by jinja, the certificate authorities' keys, files, kubeadm init and the sentinel.
func bootstrap(version string, skip []string, files []bootstrapv1.File) ([]byte, error) {
	parsed, err := semver.ParseTolerant(version)
	if err != nil {
		return nil, err
	}
	token, err := token()
	if err != nil {
		return nil, err
	}
	cluster, name, seconds := &bootstrapv1.ClusterConfiguration{EncryptionAlgorithm: bootstrapv1.EncryptionAlgorithmECDSAP256}, "rehearsed", limit
	clusterText, err := types.MarshalClusterConfigurationForVersion(cluster, parsed, &upstream.AdditionalData{
		KubernetesVersion: &version,
		ClusterName:       &name,
	})
	if err != nil {
		return nil, err
	}
	initText, err := types.MarshalInitConfigurationForVersion(&bootstrapv1.InitConfiguration{
		BootstrapTokens:  []bootstrapv1.BootstrapToken{{Token: bootstrapv1.BootstrapTokenString{ID: token[:6], Secret: token[6:]}}},
		NodeRegistration: bootstrapv1.NodeRegistrationOptions{Name: "{{ ds.meta_data.local_hostname }}"},
		SkipPhases:       skip,
		Timeouts: bootstrapv1.Timeouts{
			ControlPlaneComponentHealthCheckSeconds: &seconds,
			KubeletHealthCheckSeconds:               &seconds,
			KubernetesAPICallSeconds:                &seconds,
		},
	}, parsed)
	if err != nil {
		return nil, err
	}
	certificates := secret.NewCertificatesForInitialControlPlane(cluster)
	if err := certificates.Generate(); err != nil {
		return nil, err
	}
	return cloudinit.NewInitControlPlane(&cloudinit.ControlPlaneInput{
		BaseUserData:         cloudinit.BaseUserData{KubernetesVersion: parsed, AdditionalFiles: files},
		Certificates:         certificates,
		ClusterConfiguration: clusterText,
		InitConfiguration:    initText,
	})
}

// token gives 22 characters of a kubeadm token, six of ID and sixteen of secret.
func token() (string, error) {
	bytes := make([]byte, 11)
	_, err := rand.Read(bytes)
	return hex.EncodeToString(bytes), err
}
