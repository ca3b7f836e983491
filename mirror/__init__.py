"""The mirror: one directory that stands for every upstream of an image build, fetched from them or built from source."""
