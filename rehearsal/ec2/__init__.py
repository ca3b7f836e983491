"""EC2, with moto as a library. Subclasses add what moto lacks; each names its gap."""
