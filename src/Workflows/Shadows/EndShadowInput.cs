using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Shadows;

/// <param name="Order">What ends.</param>
/// <param name="Settings">What the candidate has to show.</param>
internal sealed record EndShadowInput(ShadowOrder Order, RetrainSettings Settings);
