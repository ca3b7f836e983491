"""EC2 on one machine: instances that really boot, behind the API that Packer and the AWS SDKs use."""
