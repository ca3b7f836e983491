"""The mirror: one directory that stands for every upstream of an image build, fetched or built from source."""
