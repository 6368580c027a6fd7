"""Deploys the image pipeline: settings in, one component, its outputs out."""

import pulumi

from infra import ImagePipeline, load_settings

settings = load_settings()
pipeline = ImagePipeline(f"{settings.name_prefix}-{settings.environment}", settings)

for name, value in pipeline.exports.items():
    pulumi.export(name, value)
