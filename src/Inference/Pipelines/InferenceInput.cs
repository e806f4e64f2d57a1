namespace Understudy.Inference.Pipelines;

/// <summary>One thing to answer.</summary>
/// <param name="Id">The caller's own; comes back with the answer.</param>
/// <param name="Text">The text, or for a <c>mail</c> task the raw message.</param>
public sealed record InferenceInput(string Id, string Text);
