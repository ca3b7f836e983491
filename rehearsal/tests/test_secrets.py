"""Calls of Cluster API's provider and its nodes: they make, read and delete a secret and a parameter."""

import pytest


def test_a_secret_of_secrets_manager(account):
    client = account.client("secretsmanager")
    name = "aws.cluster.x-k8s.io/1-0"
    client.create_secret(Name=name, SecretBinary=b"\x1f\x8b", Tags=[{"Key": "a", "Value": "b"}])
    assert client.get_secret_value(SecretId=name)["SecretBinary"] == b"\x1f\x8b"
    client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_secret_value(SecretId=name)


def test_a_secure_parameter(account):
    client = account.client("ssm")
    name = "/cluster.x-k8s.io/1/0"
    client.put_parameter(Name=name, Value="H4sI", Type="SecureString", Tags=[{"Key": "a", "Value": "b"}])
    assert client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == "H4sI"
    client.delete_parameter(Name=name)
    with pytest.raises(client.exceptions.ParameterNotFound):
        client.get_parameter(Name=name)
