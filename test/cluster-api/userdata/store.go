package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	smithylogging "github.com/aws/smithy-go/logging"
	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	infrav1 "sigs.k8s.io/cluster-api-provider-aws/v2/api/v1beta2"
	"sigs.k8s.io/cluster-api-provider-aws/v2/pkg/cloud"
	"sigs.k8s.io/cluster-api-provider-aws/v2/pkg/cloud/scope"
	"sigs.k8s.io/cluster-api-provider-aws/v2/pkg/cloud/services"
	"sigs.k8s.io/cluster-api-provider-aws/v2/pkg/cloud/services/secretsmanager"
	"sigs.k8s.io/cluster-api-provider-aws/v2/pkg/cloud/services/ssm"
	"sigs.k8s.io/cluster-api-provider-aws/v2/pkg/cloud/services/userdata"
	clusterv1 "sigs.k8s.io/cluster-api/api/core/v1beta2"
)

// account answers what the two services ask of a cluster's scope; they call nothing else of the interface.
type account struct {
	scope.EC2Scope
	session aws.Config
}

func (a account) Name() string                       { return "rehearsed" }
func (a account) ControllerName() string             { return "awsmachine" }
func (a account) Session() aws.Config                { return a.session }
func (a account) AdditionalTags() infrav1.Tags       { return infrav1.Tags{} }
func (a account) InfraCluster() cloud.ClusterObject  { return &infrav1.AWSCluster{} }
func (a account) GetLogger() logr.Logger             { return logr.Discard() }
func (a account) GetAWSLogger() smithylogging.Logger { return smithylogging.Nop{} }

// store does what the controller's cloudInitUserData does: gzip, Create, UserData.
func store(ctx context.Context, backend string, data []byte) ([]byte, error) {
	session, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	cluster := account{session: session}
	var service services.SecretInterface
	switch infrav1.SecretBackend(backend) {
	case infrav1.SecretBackendSecretsManager:
		service = secretsmanager.NewService(cluster)
	case infrav1.SecretBackendSSMParameterStore:
		service = ssm.NewService(cluster)
	default:
		return nil, fmt.Errorf("%q is no backend of Cluster API Provider AWS", backend)
	}
	machine := &scope.MachineScope{
		Machine:      &clusterv1.Machine{},
		InfraCluster: cluster,
		AWSMachine:   &infrav1.AWSMachine{ObjectMeta: metav1.ObjectMeta{Name: "rehearsed-control-plane"}},
	}
	compressed, err := userdata.GzipBytes(data)
	if err != nil {
		return nil, err
	}
	prefix, chunks, err := service.Create(machine, compressed)
	if err != nil {
		return nil, err
	}
	return service.UserData(prefix, chunks, session.Region)
}
