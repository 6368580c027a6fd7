"""Deploy the image pipeline: read the settings, create one component, and export its outputs."""

import pulumi

from infra import ImagePipeline, load_settings

settings = load_settings()
pipeline = ImagePipeline(f"{settings.name_prefix}-{settings.environment}", settings)

for name, value in pipeline.exports.items():
    pulumi.export(name, value)
