namespace Understudy.Workflows.Shadows;

/// <summary>Inputs that were answered together, so that both releases are timed on the same number of texts at once.</summary>
internal sealed record ShadowRequest(string Task, IReadOnlyList<ShadowInput> Inputs);
