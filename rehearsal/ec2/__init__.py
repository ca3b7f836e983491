"""EC2 by moto as a library, with what moto lacks added in subclasses; each names its gap."""
