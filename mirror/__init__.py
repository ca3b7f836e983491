"""The mirror: one directory that replaces every upstream of an image build, fetched or built from source."""
