"""Deploy the image pipeline: read the settings, create one component, and export its outputs."""

import pulumi

from infra import DestroyGuard, DestroyGuardArgs, ImagePipeline, load_settings

settings = load_settings()
pipeline = ImagePipeline(f"{settings.name_prefix}-{settings.environment}", settings)
# Named like no option, so that the deployed one is found again under any.
DestroyGuard(
    "destroy-guard", DestroyGuardArgs(guarded=[pipeline], protect=settings.enable_protection)
)

for name, value in pipeline.exports.items():
    pulumi.export(name, value)
